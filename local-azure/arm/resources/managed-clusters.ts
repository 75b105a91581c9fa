import { createHash, randomUUID } from "node:crypto";
import { z } from "zod";
import { AzureError } from "../../core/errors";
import type { ArmResource } from "../../core/planes";
import { apiVersions } from "../api-versions";
import { optionalText, parseBody, tags } from "../body";
import { invalidResourceName } from "../errors";
import { identityBody, resourceIdentity } from "../identity";
import type { ArmContext, ResourceType } from "../resource-type";
import { agentPool, AGENT_POOLS, agentPoolBody, syncAgentPoolProfiles } from "./agent-pools";
import { checkClusterIsIdle, clusterIsBusy } from "./cluster-operations";
import { clusterCredential } from "./cluster-credentials";
import { clusterUid } from "./cluster-uid";
import {
  oidcIssuerProfile,
  securityProfile,
  workloadIdentityEnabled,
} from "./cluster-workload-identity";
import { kubernetesVersion } from "./kubernetes-versions";
import {
  makeNodeResourceGroup,
  nodeResourceGroupId,
  nodeResourceGroupName,
} from "./node-resource-group";

export const CLUSTERS = "Microsoft.ContainerService/managedClusters";

const enabled = z.looseObject({ enabled: z.boolean().nullish() }).nullish();

const body = z.looseObject({
  location: z.string(),
  tags,
  sku: z.looseObject({ name: z.string().nullish(), tier: z.string().nullish() }).nullish(),
  identity: identityBody,
  properties: z.looseObject({
    dnsPrefix: optionalText,
    kubernetesVersion: optionalText,
    nodeResourceGroup: optionalText,
    agentPoolProfiles: z.array(agentPoolBody.extend({ name: z.string() })).nullish(),
    oidcIssuerProfile: enabled,
    securityProfile: z.looseObject({ workloadIdentity: enabled }).nullish(),
    networkProfile: z.looseObject({}).nullish(),
    disableLocalAccounts: z.boolean().nullish(),
    supportPlan: optionalText,
    nodeProvisioningProfile: z.looseObject({}).nullish(),
    autoUpgradeProfile: z.looseObject({}).nullish(),
  }),
});

type Properties = z.infer<typeof body>["properties"];

/** Source: azure-rest-api-specs, Microsoft.ContainerService/aks/stable/2025-10-01/managedClusters.json. */
export const managedClusters: ResourceType = {
  type: CLUSTERS,
  apiVersions: apiVersions("Microsoft.ContainerService/managedClusters"),
  placement: "resourceGroup",
  tracked: true,
  systemData: true,
  longRunning: { put: 800, delete: 500, poll: "operation" },
  entityTag: true,
  patch: { parts: ["tags"] },

  put({ id, name, body: sent, existing }, arm) {
    if (!/^[a-zA-Z0-9](?:[a-zA-Z0-9_-]{0,61}[a-zA-Z0-9])?$/.test(name)) {
      throw invalidResourceName(
        name,
        "1 to 63 letters, digits, '-' and '_', a letter or digit first and last",
      );
    }
    checkClusterIsIdle(id, arm);
    const given = parseBody(body, sent);
    const { properties } = given;
    checkChanges(properties, existing, arm);
    const pools = requestedPools(properties, existing);
    const identity = given.identity ?? (existing?.identity as typeof given.identity) ?? undefined;
    if (!identity)
      throw invalid("identity", "A cluster needs a managed identity: identity.type is missing.");
    const uid = existing ? clusterUid(id, arm) : randomUUID();
    const dnsPrefix =
      (existing?.properties.dnsPrefix as string | undefined) ??
      requireDnsPrefix(properties.dnsPrefix);
    const version = kubernetesVersion(properties.kubernetesVersion, existing);
    const cluster: ArmResource = {
      id,
      name,
      type: CLUSTERS,
      location: given.location,
      ...(given.tags && { tags: given.tags }),
      sku: { name: given.sku?.name ?? "Base", tier: given.sku?.tier ?? "Free" },
      identity: resourceIdentity(identity, existing, arm),
      eTag: randomUUID(),
      properties: {
        ...kept(properties),
        ...version,
        dnsPrefix,
        ...addresses(dnsPrefix, given.location, uid),
        powerState: { code: "Running" },
        agentPoolProfiles: existing?.properties.agentPoolProfiles ?? [],
        servicePrincipalProfile: { clientId: "msi" },
        nodeResourceGroup: nodeResourceGroupName(
          properties.nodeResourceGroup,
          existing,
          id,
          given.location,
        ),
        enableRBAC: true,
        supportPlan: properties.supportPlan ?? "KubernetesOfficial",
        networkProfile: networkProfile(properties, existing),
        maxAgentPools: 100,
        disableLocalAccounts: properties.disableLocalAccounts ?? false,
        securityProfile: securityProfile(properties, existing),
        storageProfile: {
          diskCSIDriver: { enabled: true },
          fileCSIDriver: { enabled: true },
          snapshotController: { enabled: true },
        },
        oidcIssuerProfile: oidcIssuerProfile(properties, existing, uid, arm),
        workloadAutoScalerProfile: {},
        metricsProfile: { costAnalysis: { enabled: false } },
        resourceUID: createHash("sha256").update(uid).digest("hex").slice(0, 24),
        nodeProvisioningProfile: {
          mode: "Manual",
          defaultNodePools: "Auto",
          ...properties.nodeProvisioningProfile,
        },
        autoUpgradeProfile: { nodeOSUpgradeChannel: "NodeImage", ...properties.autoUpgradeProfile },
        bootstrapProfile: { artifactSource: "Direct" },
        ...(existing?.properties.identityProfile !== undefined && {
          identityProfile: existing.properties.identityProfile,
        }),
      },
    };
    arm.inventory.set(cluster, { uid });
    for (const pool of pools) {
      const { name: poolName, ...rest } = pool;
      const poolId = `${id}/agentPools/${poolName}`;
      arm.inventory.set(
        agentPool(
          poolId,
          poolName,
          rest,
          arm.inventory.get(poolId),
          version.currentKubernetesVersion,
        ),
      );
    }
    syncAgentPoolProfiles(id, arm);
    return { ...cluster, properties: { ...arm.inventory.get(id)?.properties } };
  },

  async finishPut({ id }, arm) {
    const cluster = arm.inventory.get(id);
    if (!cluster) return;
    const uid = clusterUid(id, arm);
    makeNodeResourceGroup(cluster, arm);
    await arm.azure.kubernetes.createCluster(uid, id);
    arm.azure.kubernetes.setWorkloadIdentity(uid, workloadIdentityEnabled(cluster.properties));
    for (const pool of arm.inventory.ofTypeWithin(AGENT_POOLS, id)) {
      arm.inventory.update(pool.id, { provisioningState: "Succeeded" });
    }
    syncAgentPoolProfiles(id, arm);
  },

  failed({ id }, arm) {
    for (const pool of arm.inventory.ofTypeWithin(AGENT_POOLS, id)) {
      arm.inventory.update(pool.id, { provisioningState: "Failed" });
    }
    syncAgentPoolProfiles(id, arm);
  },

  conflict: clusterIsBusy,

  async finishDelete(cluster, arm) {
    await arm.azure.kubernetes.deleteCluster(clusterUid(cluster.id, arm));
    await arm.remove(nodeResourceGroupId(cluster));
  },

  actions: {
    listclusterusercredential: { run: clusterCredential(false) },
    listclusteradmincredential: { run: clusterCredential(true) },
  },
};

/** What is answered as it was sent. */
function kept(properties: Properties): Record<string, unknown> {
  const names = [
    "linuxProfile",
    "windowsProfile",
    "apiServerAccessProfile",
    "addonProfiles",
    "aadProfile",
    "autoScalerProfile",
    "ingressProfile",
    "azureMonitorProfile",
    "httpProxyConfig",
  ];
  return Object.fromEntries(
    names.flatMap((name) => (properties[name] == null ? [] : [[name, properties[name]]])),
  );
}

function addresses(dnsPrefix: string, location: string, uid: string) {
  const host =
    `${dnsPrefix}-${createHash("sha256").update(uid).digest("hex").slice(0, 8)}`.toLowerCase();
  return {
    fqdn: `${host}.hcp.${location}.azmk8s.io`,
    azurePortalFQDN: `${host}.portal.hcp.${location}.azmk8s.io`,
  };
}

function networkProfile(properties: Properties, existing: ArmResource | undefined) {
  if (existing && !properties.networkProfile) return existing.properties.networkProfile;
  const plugin = properties.networkProfile?.networkPlugin ?? "azure";
  return {
    networkPlugin: plugin,
    ...(properties.networkProfile ? {} : { networkPluginMode: "overlay" }),
    networkPolicy: "none",
    networkDataplane: "azure",
    loadBalancerSku: "standard",
    loadBalancerProfile: {
      managedOutboundIPs: { count: 1 },
      backendPoolType: "nodeIPConfiguration",
    },
    podCidr: "10.244.0.0/16",
    serviceCidr: "10.0.0.0/16",
    dnsServiceIP: "10.0.0.10",
    outboundType: "loadBalancer",
    podCidrs: ["10.244.0.0/16"],
    serviceCidrs: ["10.0.0.0/16"],
    ipFamilies: ["IPv4"],
    ...properties.networkProfile,
  };
}

function checkChanges(
  properties: Properties,
  existing: ArmResource | undefined,
  { inventory }: ArmContext,
): void {
  if (!existing) return;
  const pools = new Set(inventory.ofTypeWithin(AGENT_POOLS, existing.id).map(({ name }) => name));
  if (properties.agentPoolProfiles?.some(({ name }) => !pools.has(name))) {
    // The text of pulumi-azure-native issue 579.
    throw new AzureError(
      400,
      "BadRequest",
      "A new agent pool was introduced. Adding agent pools to an existing cluster is not allowed through " +
        "managed cluster operations. For agent pool specific change, please use per agent pool operations: " +
        "https://aka.ms/agent-pool-rest-api",
      { target: "agentPoolProfiles" },
    );
  }
  for (const name of ["dnsPrefix", "nodeResourceGroup"] as const) {
    const [before, after] = [existing.properties[name], properties[name]];
    if (after === undefined || before === after) continue;
    throw new AzureError(
      400,
      "PropertyChangeNotAllowed",
      `Changing property 'properties.${name}' is not allowed.`,
      { target: `properties.${name}` },
    );
  }
}

function requestedPools(properties: Properties, existing: ArmResource | undefined) {
  const pools = properties.agentPoolProfiles ?? [];
  if (pools.length === 0 && !existing) {
    throw invalid("agentPoolProfiles", "A cluster needs at least one agent pool with mode System.");
  }
  return pools;
}

function requireDnsPrefix(dnsPrefix: string | undefined): string {
  if (
    dnsPrefix !== undefined &&
    /^[a-zA-Z0-9](?:[a-zA-Z0-9-]{0,52}[a-zA-Z0-9])?$/.test(dnsPrefix)
  ) {
    return dnsPrefix;
  }
  throw invalid(
    "dnsPrefix",
    `The value of parameter dnsPrefix is invalid: '${dnsPrefix ?? ""}'. It can have 1 to 54 letters, digits and '-', and starts and ends with a letter or digit.`,
  );
}

function invalid(target: string, message: string): AzureError {
  return new AzureError(400, "InvalidParameter", message, { target });
}
