import { BlockList, isIPv4 } from "node:net";
import type { ArmResource, LocalAzure } from "../core/planes";
import { deniedByFirewall, publicAccessDisabled } from "./errors";

/** A model deployment of an account. */
export interface Deployment {
  readonly id: string;
  readonly name: string;
  readonly model: string;
  readonly modelVersion: string;
  /** Thousands of tokens a minute. */
  readonly capacity: number;
}

interface DeploymentProperties {
  model?: { name?: string; version?: string };
  provisioningState?: string;
}

interface NetworkProperties {
  publicNetworkAccess?: string;
  networkAcls?: { defaultAction?: string; ipRules?: { value: string }[] };
}

/** The account behind an endpoint: subdomains are the names of Azure OpenAI's hosts. */
export const findAccount = (azure: LocalAzure, subdomain: string): ArmResource | undefined =>
  azure.arm
    .list("Microsoft.CognitiveServices/accounts")
    .find(
      ({ properties }) =>
        typeof properties.customSubDomainName === "string" &&
        properties.customSubDomainName.toLowerCase() === subdomain.toLowerCase(),
    );

/**
 * The accounts behind a region's endpoint, which all of a region's accounts share.
 *
 * Source: https://learn.microsoft.com/azure/ai-services/cognitive-services-custom-subdomains
 */
export const accountsInRegion = (azure: LocalAzure, region: string): ArmResource[] =>
  azure.arm
    .list("Microsoft.CognitiveServices/accounts")
    .filter(({ location }) => location === region.toLowerCase());

/** A deployment that has been made; while it is being made, the service does not know it. */
export const findDeployment = (
  azure: LocalAzure,
  account: ArmResource,
  name: string,
): Deployment | undefined => {
  const resource = azure.arm.get(`${account.id}/deployments/${name}`);
  const properties = resource?.properties as DeploymentProperties | undefined;
  if (!resource || properties?.provisioningState !== "Succeeded") return undefined;
  return {
    id: resource.id,
    name: resource.name,
    model: properties.model?.name ?? "",
    modelVersion: properties.model?.version ?? "",
    capacity: Number(resource.sku?.capacity ?? 1),
  };
};

/**
 * Source: https://learn.microsoft.com/azure/ai-services/cognitive-services-virtual-networks
 *
 * @param address - The client's address, where it is known.
 * @throws OpenAiError 403 when the account's network rules keep the client out.
 */
export const checkNetwork = ({ properties }: ArmResource, address: string | undefined): void => {
  const { publicNetworkAccess, networkAcls } = properties as NetworkProperties;
  if (publicNetworkAccess === "Disabled") throw publicAccessDisabled();
  if (networkAcls?.defaultAction !== "Deny") return;
  const allowed = new BlockList();
  for (const { value } of networkAcls.ipRules ?? []) {
    const [network = "", prefix = "32"] = value.split("/");
    if (isIPv4(network)) allowed.addSubnet(network, Number(prefix), "ipv4");
  }
  const client = address?.replace(/^::ffff:/, "");
  if (client === undefined || !isIPv4(client) || !allowed.check(client, "ipv4")) {
    throw deniedByFirewall();
  }
};
