import { AzureError } from "../../core/errors";
import type { ArmResource } from "../../core/planes";

/** Minor versions and their patch here; the last is the default. Source: the AKS release calendar. */
const VERSIONS: Readonly<Record<string, string>> = {
  "1.32": "1.32.11",
  "1.33": "1.33.8",
  "1.34": "1.34.4",
  "1.35": "1.35.2",
};

const DEFAULT = "1.34";

/**
 * The versions of a cluster: the one that was asked for, which may be a minor version alone, and the one that
 * runs.
 *
 * @throws AzureError 400 for a version that AKS does not have (any more).
 */
export function kubernetesVersion(
  asked: string | undefined,
  existing: ArmResource | undefined,
): { readonly kubernetesVersion: string; readonly currentKubernetesVersion: string } {
  const before = existing?.properties.currentKubernetesVersion as string | undefined;
  if (asked === undefined && existing && before !== undefined) {
    return {
      kubernetesVersion: existing.properties.kubernetesVersion as string,
      currentKubernetesVersion: before,
    };
  }
  const wanted = asked ?? DEFAULT;
  const current = VERSIONS[wanted] ?? Object.values(VERSIONS).find((patch) => patch === wanted);
  if (current === undefined) {
    throw new AzureError(
      400,
      "K8sVersionNotSupported",
      `Managed cluster's Kubernetes version '${wanted}' is not supported in this region. Please use ` +
        "[az aks get-versions] command to get the supported version list in this region. Supported here: " +
        `${Object.values(VERSIONS).join(", ")}. For more information, please check ` +
        "https://aka.ms/supported-version-list",
      { target: "properties.kubernetesVersion" },
    );
  }
  if (before !== undefined && minor(current) < minor(before)) {
    throw new AzureError(
      400,
      "OperationNotAllowed",
      `Downgrading the Kubernetes version from ${before} to ${current} is not allowed.`,
    );
  }
  return { kubernetesVersion: wanted, currentKubernetesVersion: current };
}

/** Source: azure-rest-api-specs, `ManagedClusters_ListKubernetesVersions`. */
export function versionList() {
  const values = Object.entries(VERSIONS).map(([version, patch]) => ({
    version,
    isDefault: version === DEFAULT,
    capabilities: { supportPlan: ["KubernetesOfficial"] },
    patchVersions: { [patch]: { upgrades: upgrades(patch) } },
  }));
  return { values };
}

/** The following minor version: a cluster cannot skip one. */
function upgrades(version: string): string[] {
  return Object.values(VERSIONS).filter((patch) => minor(patch) === minor(version) + 1);
}

/** Source: azure-rest-api-specs, `ManagedClusters_GetUpgradeProfile`. */
export function clusterUpgrades({ id, properties }: ArmResource) {
  const kubernetesVersion = properties.currentKubernetesVersion as string;
  const profile = {
    kubernetesVersion,
    osType: "Linux",
    upgrades: upgrades(kubernetesVersion).map((version) => ({ kubernetesVersion: version })),
  };
  const pools = properties.agentPoolProfiles as { name: string }[];
  return {
    id: `${id}/upgradeprofiles/default`,
    name: "default",
    type: "Microsoft.ContainerService/managedClusters/upgradeprofiles",
    properties: {
      controlPlaneProfile: profile,
      agentPoolProfiles: pools.map(({ name }) => ({ name, ...profile })),
    },
  };
}

/** Source: azure-rest-api-specs, `AgentPools_GetAvailableAgentPoolVersions`: no pool is newer than its cluster. */
export function poolVersions({ id, properties }: ArmResource) {
  const current = properties.currentKubernetesVersion as string;
  return {
    id: `${id}/availableagentpoolversions`,
    name: "default",
    type: "Microsoft.ContainerService/managedClusters/availableAgentpoolVersions",
    properties: {
      agentPoolVersions: Object.values(VERSIONS)
        .filter((version) => minor(version) <= minor(current))
        .map((version) => ({ kubernetesVersion: version, default: version === current })),
    },
  };
}

function minor(version: string): number {
  return Number(version.split(".")[1]);
}
