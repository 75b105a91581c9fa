import type { ArmResource } from "../core/planes";
import * as errors from "./errors";
import { respondToInformationRequest } from "./information-requests";
import { LOCATIONS } from "./locations";
import { respondToOperationRequest } from "./operation-requests";
import { page } from "./paging";
import type { ArmRequest } from "./pipeline";
import { provider, respondToProviderRequest, tenantProvider } from "./provider-requests";
import { findResourceType } from "./registry";
import { resourceFilter } from "./resource-filter";
import { isWithin } from "./resource-id";
import type { ArmContext } from "./resource-type";

/** By what stands behind the subscription or the group, in lower case; and the action that a role has to permit. */
const ANSWERS: Readonly<
  Record<string, { readonly action: string; answer(request: ArmRequest, arm: ArmContext): unknown }>
> = {
  "": { action: "read", answer: (_, arm) => subscription(arm) },
  locations: { action: "locations/read", answer: (_, arm) => ({ value: locations(arm) }) },
  providers: {
    action: "providers/read",
    answer: (_, arm) => ({
      value: arm.registrations.namespaces.map((name) => provider(name, arm)),
    }),
  },
  resources: {
    action: "resources/read",
    answer: listAll,
  },
};

/**
 * What Azure Resource Manager answers itself, not a resource provider: subscriptions, tenants, regions,
 * resource providers, the lists of all resources, operations.
 *
 * @returns Nothing when the request is for a resource type.
 */
export async function respondToSubscriptionRequest(
  request: ArmRequest,
  arm: ArmContext,
): Promise<Response | undefined> {
  const { path, method, principal } = request;
  if (path.namespace !== undefined) {
    return (
      (await respondToOperationRequest(request, arm)) ??
      respondToProviderRequest(request, arm) ??
      respondToInformationRequest(request, arm)
    );
  }
  if (method !== "GET") return undefined;
  const trailing = path.trailing?.toLowerCase() ?? "";
  if (path.subscriptionId === undefined) {
    if (trailing === "tenants") return Response.json({ value: tenants(arm) });
    if (trailing === "subscriptions") return Response.json({ value: [subscription(arm)] });
    if (trailing !== "providers") return undefined;
    const value = arm.registrations.namespaces.map((name) => tenantProvider(name, arm));
    return Response.json({ value });
  }
  const inGroup = path.resourceGroup !== undefined;
  const found = inGroup && trailing !== "resources" ? undefined : ANSWERS[trailing];
  if (!found) return undefined;
  const scope = `/subscriptions/${path.subscriptionId}`;
  arm.authorization.check(
    principal,
    `Microsoft.Resources/subscriptions/${inGroup ? "resourceGroups/" : ""}${found.action}`,
    inGroup ? `${scope}/resourceGroups/${path.resourceGroup ?? ""}` : scope,
  );
  return Response.json(found.answer(request, arm));
}

function tenants({ azure }: Pick<ArmContext, "azure">) {
  return [
    {
      id: `/tenants/${azure.tenantId}`,
      tenantId: azure.tenantId,
      displayName: "Local Azure",
      tenantCategory: "Home",
    },
  ];
}

function subscription({ azure }: ArmContext) {
  return {
    id: `/subscriptions/${azure.subscriptionId}`,
    authorizationSource: "RoleBased",
    managedByTenants: [],
    subscriptionId: azure.subscriptionId,
    tenantId: azure.tenantId,
    displayName: "Local Azure",
    state: "Enabled",
    subscriptionPolicies: {
      locationPlacementId: "Public_2014-09-01",
      quotaId: "PayAsYouGo_2014-09-01",
      spendingLimit: "Off",
    },
  };
}

function locations({ azure }: ArmContext) {
  return Object.entries(LOCATIONS).map(([name, displayName]) => ({
    id: `/subscriptions/${azure.subscriptionId}/locations/${name}`,
    name,
    type: "Region",
    displayName,
    regionalDisplayName: displayName,
    metadata: { regionType: "Physical", regionCategory: "Recommended" },
  }));
}

/** The tracked resources of a group or of the subscription. */
function listAll({ path, query, address }: ArmRequest, arm: ArmContext): unknown {
  const { subscriptionId } = arm.azure;
  const scope =
    path.resourceGroup === undefined
      ? `/subscriptions/${subscriptionId}`
      : `/subscriptions/${subscriptionId}/resourceGroups/${path.resourceGroup}`;
  if (path.resourceGroup !== undefined && !arm.inventory.has(scope)) {
    throw errors.resourceGroupNotFound(path.resourceGroup);
  }
  const matches = resourceFilter(query.get("$filter"));
  const expanded = (query.get("$expand") ?? "").split(",").map((name) => name.trim().toLowerCase());
  const all = arm.inventory
    .all()
    .filter(({ id, type }) => isWithin(id, scope) && findResourceType(type)?.tracked)
    .filter(matches)
    .map((resource) => genericResource(resource, expanded));
  return page(all, { query, address });
}

function genericResource(resource: ArmResource, expanded: readonly string[]) {
  const { id, name, type, location, kind, tags, sku, identity, properties } = resource;
  return {
    id,
    name,
    type,
    location,
    kind,
    tags,
    sku,
    identity,
    ...(expanded.includes("provisioningstate") && {
      provisioningState: properties.provisioningState ?? "Succeeded",
    }),
  };
}
