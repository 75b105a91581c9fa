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

function minor(version: string): number {
  return Number(version.split(".")[1]);
}
