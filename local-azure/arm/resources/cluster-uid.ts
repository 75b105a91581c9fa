import type { ArmContext } from "../resource-type";

/** The identifier of a cluster in its Kubernetes API's path and in its OIDC issuer. */
export function clusterUid(clusterId: string, { inventory }: ArmContext): string {
  return String(inventory.internal(clusterId).uid);
}
