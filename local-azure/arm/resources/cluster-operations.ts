import { AzureError } from "../../core/errors";
import type { Operation } from "../operations";
import { sameId } from "../resource-id";
import type { ArmContext } from "../resource-type";

/**
 * One operation at a time on a cluster and its agent pools.
 *
 * @param poolId - The pool that is asked about: an operation on itself is the pipeline's matter.
 * @throws AzureError 409 while there is one.
 */
export function checkClusterIsIdle(
  clusterId: string,
  { inventory, operations }: ArmContext,
  poolId?: string,
): void {
  const own = operations.on(clusterId);
  if (own) throw clusterIsBusy(own);
  for (const pool of inventory.ofTypeWithin(POOLS, clusterId)) {
    const running =
      poolId !== undefined && sameId(pool.id, poolId) ? undefined : operations.on(pool.id);
    if (running) throw clusterIsBusy(running);
  }
}

/** Source of the texts: terraform-provider-azurerm issue 28878 (cluster), cilium issue 25944 (agent pool). */
export function clusterIsBusy({ name, type, verb, resourceId, startTime }: Operation): AzureError {
  const pool = resourceId.slice(resourceId.lastIndexOf("/") + 1);
  const doing = verb === "delete" ? "Deleting" : "Updating";
  return new AzureError(
    409,
    "OperationNotAllowed",
    type === POOLS
      ? `Operation is not allowed: Another agentpool operation (${pool} - ${doing}) is in progress, please wait ` +
          "for it to finish before starting a new operation. See https://aka.ms/aks-pending-operation for more details"
      : `Operation is not allowed because there's an in progress ${verb} managed cluster operation (operation ID: ` +
          `${name}) on the managed cluster started on UTC ${startTime}. Please wait for it to finish before ` +
          "starting a new operation.",
  );
}

const POOLS = "Microsoft.ContainerService/managedClusters/agentPools";
