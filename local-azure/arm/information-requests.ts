import { z } from "zod";
import { AzureError } from "../core/errors";
import type { ArmResource } from "../core/planes";
import { parseBody } from "./body";
import { resourceGroupNotFound, resourceNotFound, unsupportedApiVersion } from "./errors";
import { LOCATIONS } from "./locations";
import type { ArmRequest } from "./pipeline";
import { findResourceType } from "./registry";
import { resourceTypeOf } from "./resource-id";
import type { ArmContext } from "./resource-type";
import { modelsHere } from "./resources/account-models";
import { ACCOUNTS } from "./resources/cognitive-services-accounts";
import { checkCustomSubdomain } from "./resources/custom-subdomain";
import { softDeletedAccounts } from "./resources/deleted-accounts";
import { registryUsages } from "./resources/container-registries";
import { clusterUpgrades, poolVersions, versionList } from "./resources/kubernetes-versions";
import { CLUSTERS } from "./resources/managed-clusters";
import { modelUsages } from "./resources/model-catalogue";

/** What a resource provider tells, of a region or of a resource: nothing that could be made or removed. */
interface Information {
  /** The resource type whose API versions it has, and whose resource it is about, if about one. */
  readonly of: string;
  answer(request: ArmRequest, arm: ArmContext, resource: ArmResource): unknown;
}

const REGISTRIES = "Microsoft.ContainerRegistry/registries";

/** By method and type, in lower case. Source: azure-rest-api-specs, the operations named beside each. */
const INFORMATION: Readonly<Record<string, Information>> = {
  // ManagedClusters_ListKubernetesVersions
  "get microsoft.containerservice/locations/kubernetesversions": {
    of: CLUSTERS,
    answer: () => versionList(),
  },
  // ManagedClusters_GetUpgradeProfile
  "get microsoft.containerservice/managedclusters/upgradeprofiles": {
    of: CLUSTERS,
    answer: (_, __, cluster) => clusterUpgrades(cluster),
  },
  // AgentPools_GetAvailableAgentPoolVersions
  "get microsoft.containerservice/managedclusters/availableagentpoolversions": {
    of: CLUSTERS,
    answer: (_, __, cluster) => poolVersions(cluster),
  },
  // Registries_ListUsages
  "get microsoft.containerregistry/registries/listusages": {
    of: REGISTRIES,
    answer: (_, __, registry) => ({ value: registryUsages(registry) }),
  },
  // Models_List
  "get microsoft.cognitiveservices/locations/models": {
    of: ACCOUNTS,
    answer: (_, { azure }) => ({
      value: modelsHere(azure.clock.now()).map((model) => ({
        kind: "OpenAI",
        skuName: "S0",
        model,
      })),
    }),
  },
  // Usages_List
  "get microsoft.cognitiveservices/locations/usages": { of: ACCOUNTS, answer: usages },
  // Accounts_ListUsages
  "get microsoft.cognitiveservices/accounts/usages": { of: ACCOUNTS, answer: usages },
  // Accounts_ListSkus
  "get microsoft.cognitiveservices/accounts/skus": {
    of: ACCOUNTS,
    answer: () => ({
      value: [{ resourceType: ACCOUNTS, sku: { name: "S0", tier: "Standard" } }],
    }),
  },
  // ResourceSkus_List
  "get microsoft.cognitiveservices/skus": {
    of: ACCOUNTS,
    answer: () => ({
      value: KINDS.map((kind) => ({
        resourceType: "accounts",
        name: "S0",
        tier: "Standard",
        kind,
        locations: Object.keys(LOCATIONS).map((name) => name.toUpperCase()),
        restrictions: [],
      })),
    }),
  },
  // CheckSkuAvailability
  "post microsoft.cognitiveservices/locations/checkskuavailability": {
    of: ACCOUNTS,
    answer({ body }) {
      const { skus, kind, type } = parseBody(
        z.looseObject({ skus: z.array(z.string()), kind: z.string(), type: z.string() }),
        body,
      );
      const value = skus.map((skuName) => ({
        kind,
        type,
        skuName,
        skuAvailable: KINDS.includes(kind) && skuName.toUpperCase() === "S0",
      }));
      return { value };
    },
  },
  // CheckDomainAvailability
  "post microsoft.cognitiveservices/checkdomainavailability": {
    of: ACCOUNTS,
    answer({ body }, arm) {
      const { subdomainName, type, kind } = parseBody(
        z.looseObject({
          subdomainName: z.string(),
          type: z.string(),
          kind: z.string().nullish(),
        }),
        body,
      );
      const named = { subdomainName, type, ...(kind != null && { kind }) };
      try {
        checkCustomSubdomain("", subdomainName, undefined, [
          ...arm.inventory.ofType(ACCOUNTS),
          ...softDeletedAccounts(arm),
        ]);
        return { isSubdomainAvailable: true, ...named };
      } catch (error) {
        if (!(error instanceof AzureError)) throw error;
        return { isSubdomainAvailable: false, reason: error.message, ...named };
      }
    },
  },
};

/** The kinds of account that can be made here. */
const KINDS = ["OpenAI", "AIServices"];

export function respondToInformationRequest(
  request: ArmRequest,
  arm: ArmContext,
): Response | undefined {
  const { path, method, apiVersion, principal } = request;
  const type = resourceTypeOf(path, true);
  const information = INFORMATION[`${method} ${type}`.toLowerCase()];
  if (!information) return undefined;
  const versions = findResourceType(information.of)?.apiVersions ?? [];
  if (!versions.includes(apiVersion)) {
    throw unsupportedApiVersion(type, apiVersion, versions, path.names[0] ?? "");
  }
  const subscription = `/subscriptions/${arm.azure.subscriptionId}`;
  const about = `${information.of}/${path.names[0] ?? ""}`;
  const scope =
    path.resourceGroup === undefined ? subscription : `${path.scope}/providers/${about}`;
  arm.authorization.check(principal, `${type}/${method === "GET" ? "read" : "action"}`, scope);
  const resource = arm.inventory.get(scope);
  if (path.resourceGroup !== undefined && !resource) {
    const group = `${subscription}/resourceGroups/${path.resourceGroup}`;
    if (!arm.inventory.has(group)) throw resourceGroupNotFound(path.resourceGroup);
    throw resourceNotFound(about, path.resourceGroup);
  }
  const none: ArmResource = { id: subscription, name: "", type: "", properties: {} };
  return Response.json(information.answer(request, arm, resource ?? none));
}

function usages(_: ArmRequest, { inventory }: ArmContext) {
  const deployments = inventory.ofType(`${ACCOUNTS}/deployments`);
  return { value: modelUsages(deployments) };
}
