import { createHash, randomUUID } from "node:crypto";
import { z } from "zod";
import { AzureError } from "../../core/errors";
import type { ArmResource } from "../../core/planes";
import { apiVersions } from "../api-versions";
import { optionalText, parseBody, tags } from "../body";
import { invalidResourceName } from "../errors";
import { identityBody, resourceIdentity } from "../identity";
import { containerOf } from "../resource-id";
import type { Action, ArmContext, ResourceType } from "../resource-type";
import { agentPool, AGENT_POOLS, agentPoolBody, syncAgentPoolProfiles } from "./agent-pools";
import { kubernetesVersion } from "./kubernetes-versions";

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
  patch: { parts: ["tags"] },

  put({ id, name, body: sent, existing }, arm) {
    if (!/^[a-zA-Z0-9](?:[a-zA-Z0-9_-]{0,61}[a-zA-Z0-9])?$/.test(name)) {
      throw invalidResourceName(
        name,
        "1 to 63 letters, digits, '-' and '_', a letter or digit first and last",
      );
    }
    const given = parseBody(body, sent);
    const { properties } = given;
    checkChanges(properties, existing);
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
      properties: {
        ...kept(properties),
        ...version,
        dnsPrefix,
        ...addresses(dnsPrefix, given.location, uid),
        powerState: { code: "Running" },
        agentPoolProfiles: existing?.properties.agentPoolProfiles ?? [],
        servicePrincipalProfile: { clientId: "msi" },
        nodeResourceGroup: nodeResourceGroup(properties, existing, id, given.location),
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

  async finishDelete(cluster, arm) {
    await arm.azure.kubernetes.deleteCluster(clusterUid(cluster.id, arm));
    await arm.remove(nodeGroupId(cluster));
  },

  actions: {
    listclusterusercredential: { run: credential(false) },
    listclusteradmincredential: { run: credential(true) },
  },
};

/** The identifier of a cluster in its Kubernetes API's path and in its OIDC issuer. */
export function clusterUid(clusterId: string, { inventory }: ArmContext): string {
  return String(inventory.internal(clusterId).uid);
}

/** What Service Connector switches on: the issuer and the workload-identity admission. */
export function enableWorkloadIdentity(cluster: ArmResource, arm: ArmContext): void {
  const uid = clusterUid(cluster.id, arm);
  const current = arm.inventory.get(cluster.id)?.properties ?? {};
  arm.inventory.update(cluster.id, {
    oidcIssuerProfile: { enabled: true, issuerURL: arm.azure.kubernetes.issuerUrl(uid) },
    securityProfile: {
      ...(current.securityProfile as object),
      workloadIdentity: { enabled: true },
    },
  });
  arm.azure.kubernetes.setWorkloadIdentity(uid, true);
}

function credential(admin: boolean): Action["run"] {
  return ({ existing }, arm) => {
    if (!existing) return { body: {} };
    if (admin && existing.properties.disableLocalAccounts === true) {
      throw new AzureError(
        400,
        "BadRequest",
        "Getting static credential is not allowed because this cluster is set to disable local accounts.",
      );
    }
    const resourceGroup = /\/resourceGroups\/([^/]+)/i.exec(existing.id)?.[1] ?? "";
    const kubeconfig = arm.azure.kubernetes.kubeconfig(clusterUid(existing.id, arm), {
      cluster: existing.name,
      resourceGroup,
      admin,
    });
    const value = Buffer.from(kubeconfig).toString("base64");
    return { body: { kubeconfigs: [{ name: admin ? "clusterAdmin" : "clusterUser", value }] } };
  };
}

function workloadIdentityEnabled(properties: Record<string, unknown>): boolean {
  const profile = properties.securityProfile as Properties["securityProfile"];
  return profile?.workloadIdentity?.enabled === true;
}

/** Source: https://learn.microsoft.com/azure/aks/use-oidc-issuer (the issuer cannot be switched off). */
function oidcIssuerProfile(
  properties: Properties,
  existing: ArmResource | undefined,
  uid: string,
  { azure }: ArmContext,
) {
  const before = existing?.properties.oidcIssuerProfile as { enabled?: boolean } | undefined;
  const wanted = properties.oidcIssuerProfile?.enabled ?? before?.enabled ?? false;
  if (before?.enabled === true && !wanted) {
    throw new AzureError(
      400,
      "OIDCIssuerFeatureCannotBeDisabled",
      "The OIDC issuer feature cannot be disabled once it is enabled.",
      { target: "oidcIssuerProfile.enabled" },
    );
  }
  return wanted
    ? { enabled: true, issuerURL: azure.kubernetes.issuerUrl(uid) }
    : { enabled: false };
}

function securityProfile(properties: Properties, existing: ArmResource | undefined) {
  const before = existing?.properties.securityProfile as Record<string, unknown> | undefined;
  const profile = { ...before, ...properties.securityProfile };
  const workloadIdentity = profile.workloadIdentity as { enabled?: boolean } | undefined;
  const issuer =
    properties.oidcIssuerProfile?.enabled ??
    (existing?.properties.oidcIssuerProfile as { enabled?: boolean } | undefined)?.enabled;
  if (workloadIdentity?.enabled === true && issuer !== true) {
    throw new AzureError(
      400,
      "WorkloadIdentityNotAllowedWithoutOIDCIssuer",
      "Workload identity needs the OIDC issuer: oidcIssuerProfile.enabled has to be true.",
      { target: "securityProfile.workloadIdentity.enabled" },
    );
  }
  return profile;
}

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

function checkChanges(properties: Properties, existing: ArmResource | undefined): void {
  if (!existing) return;
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

/** Source: https://learn.microsoft.com/azure/aks/faq (the name of the node resource group, at most 80 characters). */
function nodeResourceGroup(
  properties: Properties,
  existing: ArmResource | undefined,
  id: string,
  location: string,
): string {
  const before = existing?.properties.nodeResourceGroup as string | undefined;
  const [, group = "", name = ""] = /\/resourceGroups\/([^/]+)\/.*\/([^/]+)$/i.exec(id) ?? [];
  return before ?? properties.nodeResourceGroup ?? `MC_${group}_${name}_${location}`.slice(0, 80);
}

function nodeGroupId({ id, properties }: ArmResource): string {
  const subscription = containerOf(id).replace(/\/resourceGroups\/.*$/i, "");
  return `${subscription}/resourceGroups/${properties.nodeResourceGroup as string}`;
}

/** The group of the nodes, which AKS makes and owns, and the kubelets' identity in it. */
function makeNodeResourceGroup(cluster: ArmResource, { inventory, azure }: ArmContext): void {
  const groupId = nodeGroupId(cluster);
  const { location = "" } = cluster;
  if (!inventory.has(groupId)) {
    inventory.set({
      id: groupId,
      name: cluster.properties.nodeResourceGroup as string,
      type: "Microsoft.Resources/resourceGroups",
      location,
      ...{ managedBy: cluster.id },
      properties: { provisioningState: "Succeeded" },
    });
  }
  const type = "Microsoft.ManagedIdentity/userAssignedIdentities";
  const name = `${cluster.name}-agentpool`;
  const id = `${groupId}/providers/${type}/${name}`;
  if (!inventory.has(id)) {
    const properties = {
      tenantId: azure.tenantId,
      principalId: randomUUID(),
      clientId: randomUUID(),
    };
    inventory.set({ id, name, type, location, properties });
  }
  const { clientId, principalId } = inventory.get(id)?.properties ?? {};
  inventory.update(cluster.id, {
    identityProfile: {
      kubeletidentity: { resourceId: id, clientId, objectId: principalId },
    },
  });
}

function invalid(target: string, message: string): AzureError {
  return new AzureError(400, "InvalidParameter", message, { target });
}
