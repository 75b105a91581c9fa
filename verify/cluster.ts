import { ApiException, CoreV1Api, KubeConfig } from "@kubernetes/client-node";
import type { ResourceManager } from "./resource-manager";

/** `2025-10-01` is what azurerm 5 uses too. */
export const managedClusterApiVersion = "2025-10-01";

interface CredentialResults {
  readonly kubeconfigs: readonly { readonly name: string; readonly value: string }[];
}

/**
 * A client of the cluster's API, with the credentials that `az aks get-credentials` would fetch. They stay in
 * memory: no kubeconfig file is read or written.
 *
 * @returns Undefined when the cluster does not exist.
 */
export async function clusterApi(
  resourceManager: ResourceManager,
  clusterId: string,
): Promise<CoreV1Api | undefined> {
  const results = await resourceManager.post<CredentialResults>(
    `${clusterId}/listClusterUserCredential`,
    managedClusterApiVersion,
  );
  const encoded = results?.kubeconfigs[0]?.value;
  if (encoded === undefined) return undefined;
  const kubeConfig = new KubeConfig();
  kubeConfig.loadFromString(Buffer.from(encoded, "base64").toString("utf8"));
  return kubeConfig.makeApiClient(CoreV1Api);
}

/** @returns What the call returns, or undefined when the object does not exist. */
export async function unlessNotFound<T>(call: Promise<T>): Promise<T | undefined> {
  try {
    return await call;
  } catch (error) {
    if (error instanceof ApiException && error.code === 404) return undefined;
    throw error;
  }
}
