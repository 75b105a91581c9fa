import { randomUUID } from "node:crypto";
import type { ArmResource } from "../../core/planes";
import { containerOf } from "../resource-id";
import type { ArmContext } from "../resource-type";

/** Source: https://learn.microsoft.com/azure/aks/faq (the name of the node resource group, at most 80 characters). */
export function nodeResourceGroupName(
  given: string | undefined,
  existing: ArmResource | undefined,
  id: string,
  location: string,
): string {
  const before = existing?.properties.nodeResourceGroup as string | undefined;
  const [, group = "", name = ""] = /\/resourceGroups\/([^/]+)\/.*\/([^/]+)$/i.exec(id) ?? [];
  return before ?? given ?? `MC_${group}_${name}_${location}`.slice(0, 80);
}

export function nodeResourceGroupId({ id, properties }: ArmResource): string {
  const subscription = containerOf(id).replace(/\/resourceGroups\/.*$/i, "");
  return `${subscription}/resourceGroups/${properties.nodeResourceGroup as string}`;
}

/** The group of the nodes, which AKS makes and owns, and the kubelets' identity in it. */
export function makeNodeResourceGroup(
  cluster: ArmResource,
  { inventory, azure }: ArmContext,
): void {
  const groupId = nodeResourceGroupId(cluster);
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
