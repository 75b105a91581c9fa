import { randomUUID } from "node:crypto";
import { z } from "zod";
import { AzureError } from "../../core/errors";
import type { ArmResource } from "../../core/planes";
import { apiVersions } from "../api-versions";
import { optionalText, parseBody } from "../body";
import type { ArmContext, ResourceType } from "../resource-type";
import { checkClusterIsIdle, clusterIsBusy } from "./cluster-operations";

export const AGENT_POOLS = "Microsoft.ContainerService/managedClusters/agentPools";

export const agentPoolBody = z.looseObject({
  count: z.int().min(0).max(1000).nullish(),
  vmSize: optionalText,
  mode: z.enum(["System", "User", "Gateway"]).nullish(),
  osType: z.enum(["Linux", "Windows"]).nullish(),
  osSKU: optionalText,
  osDiskSizeGB: z.int().nullish(),
  osDiskType: optionalText,
  kubeletDiskType: optionalText,
  maxPods: z.int().nullish(),
  type: optionalText,
  orchestratorVersion: optionalText,
  scaleDownMode: optionalText,
  upgradeSettings: z.looseObject({}).nullish(),
  enableAutoScaling: z.boolean().nullish(),
  nodeLabels: z.record(z.string(), z.string()).nullish(),
  nodeTaints: z.array(z.string()).nullish(),
});

type AgentPoolBody = z.infer<typeof agentPoolBody>;

/** Source: azure-rest-api-specs, Microsoft.ContainerService/aks/stable/2025-10-01/managedClusters.json. */
export const agentPools: ResourceType = {
  type: AGENT_POOLS,
  apiVersions: apiVersions("Microsoft.ContainerService/managedClusters", "2019-02-01"),
  placement: "child",
  entityTag: true,
  longRunning: { put: 400, delete: 300, poll: "operation" },

  put({ id, name, scope, body: sent, existing }, arm) {
    checkClusterIsIdle(scope, arm, id);
    const given = parseBody(z.looseObject({ properties: agentPoolBody }), sent).properties;
    const pool = agentPool(
      id,
      name,
      given,
      existing,
      arm.inventory.get(scope)?.properties.currentKubernetesVersion as string,
    );
    arm.inventory.update(scope, { provisioningState: "Updating" });
    return pool;
  },

  checkDelete({ id, scope, existing }, arm) {
    checkClusterIsIdle(scope, arm, id);
    const systemPools = arm.inventory
      .ofTypeWithin(AGENT_POOLS, scope)
      .filter(({ properties }) => properties.mode === "System");
    if (existing?.properties.mode === "System" && systemPools.length === 1) {
      throw new AzureError(
        400,
        "BadRequest",
        "There has to be at least one system agent pool in the cluster.",
      );
    }
    arm.inventory.update(scope, { provisioningState: "Updating" });
  },

  finishPut({ id }, arm) {
    const clusterId = clusterOf(id);
    arm.inventory.update(id, { provisioningState: "Succeeded" });
    arm.inventory.update(clusterId, { provisioningState: "Succeeded" });
    syncAgentPoolProfiles(clusterId, arm);
  },

  failed({ id }, arm) {
    arm.inventory.update(clusterOf(id), { provisioningState: "Succeeded" });
    syncAgentPoolProfiles(clusterOf(id), arm);
  },

  conflict: clusterIsBusy,

  finishDelete({ id }, arm) {
    const clusterId = clusterOf(id);
    if (arm.inventory.get(clusterId)?.properties.provisioningState !== "Updating") return;
    arm.inventory.delete(id);
    arm.inventory.update(clusterId, { provisioningState: "Succeeded" });
    syncAgentPoolProfiles(clusterId, arm);
  },
};

/** The weekly windows of a cluster's maintenance: none is ever set here. */
export const maintenanceConfigurations: ResourceType = {
  type: "Microsoft.ContainerService/managedClusters/maintenanceConfigurations",
  apiVersions: apiVersions("Microsoft.ContainerService/managedClusters", "2020-12-01"),
  placement: "child",
};

/** A pool with the values that AKS fills in for what is not given. */
export function agentPool(
  id: string,
  name: string,
  given: AgentPoolBody,
  existing: ArmResource | undefined,
  version: string,
): ArmResource {
  if (!/^[a-z][a-z0-9]{0,11}$/.test(name)) {
    throw new AzureError(
      400,
      "InvalidParameter",
      `The value of parameter agentPoolProfile.name is invalid: '${name}'. It can have 1 to 12 lower case letters and digits, a letter first.`,
      { target: "agentPoolProfile.name" },
    );
  }
  const vmSize = given.vmSize ?? (existing?.properties.vmSize as string | undefined);
  if (vmSize !== undefined && !/^(?:Standard|Basic)_[A-Za-z0-9_-]+$/.test(vmSize)) {
    throw new AzureError(
      400,
      "BadRequest",
      `The VM size of ${vmSize} is not allowed in your subscription in this location.`,
    );
  }
  const set = Object.fromEntries(
    Object.entries(given).filter(([key, value]) => value != null && !READ_ONLY.has(key)),
  );
  return {
    id,
    name,
    type: AGENT_POOLS,
    properties: {
      count: 1,
      osDiskSizeGB: 128,
      osDiskType: "Managed",
      kubeletDiskType: "OS",
      maxPods: 250,
      type: "VirtualMachineScaleSets",
      enableAutoScaling: false,
      scaleDownMode: "Delete",
      enableNodePublicIP: false,
      mode: "System",
      enableEncryptionAtHost: false,
      enableUltraSSD: false,
      osType: "Linux",
      osSKU: "Ubuntu",
      upgradeSettings: { maxSurge: "10%", maxUnavailable: "0" },
      enableFIPS: false,
      securityProfile: { enableVTPM: false, enableSecureBoot: false },
      ...set,
      // AKS picks a size that the region has.
      vmSize: vmSize ?? "Standard_D4ds_v5",
      eTag: randomUUID(),
      provisioningState: existing ? "Updating" : "Creating",
      powerState: { code: "Running" },
      orchestratorVersion: given.orchestratorVersion ?? version,
      currentOrchestratorVersion: version,
      nodeImageVersion: "AKSUbuntu-2204gen2containerd-202610.15.0",
    },
  };
}

const READ_ONLY = new Set([
  "provisioningState",
  "powerState",
  "currentOrchestratorVersion",
  "nodeImageVersion",
  "eTag",
]);

/** A cluster shows its pools among its own properties too. */
export function syncAgentPoolProfiles(clusterId: string, { inventory }: ArmContext): void {
  const profiles = inventory
    .ofTypeWithin(AGENT_POOLS, clusterId)
    .map(({ name, properties }) => ({ name, ...properties }));
  inventory.update(clusterId, { agentPoolProfiles: profiles });
}

function clusterOf(id: string): string {
  return id.slice(0, id.toLowerCase().lastIndexOf("/agentpools/"));
}
