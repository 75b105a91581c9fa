import { ContainerRegistry as AzurermContainerRegistry } from "@cdktf/provider-azurerm/lib/container-registry";
import type { ResourceGroup } from "@cdktf/provider-azurerm/lib/resource-group";
import { RoleAssignment } from "@cdktf/provider-azurerm/lib/role-assignment";
import { Construct } from "constructs";
import type { AksCluster } from "./aks-cluster";

export interface ContainerRegistryProps {
  readonly resourceGroup: ResourceGroup;
  /** Unique in all of Azure; 5 to 50 letters or digits. */
  readonly name: string;
  readonly sku: string;
  /** Lets anybody pull; needs the SKU Standard or Premium. */
  readonly anonymousPull: boolean;
  readonly tags?: Record<string, string>;
}

/** A registry without an admin account. */
export class ContainerRegistry extends Construct {
  readonly resource: AzurermContainerRegistry;

  constructor(scope: Construct, id: string, props: ContainerRegistryProps) {
    super(scope, id);
    this.resource = new AzurermContainerRegistry(this, "Resource", {
      name: props.name,
      resourceGroupName: props.resourceGroup.name,
      location: props.resourceGroup.location,
      sku: props.sku,
      anonymousPullEnabled: props.anonymousPull,
      adminEnabled: false,
      tags: props.tags,
    });
  }

  /** Lets the cluster's nodes pull; needed where anybody may not. */
  grantPull(cluster: AksCluster): RoleAssignment {
    return new RoleAssignment(this, "AcrPull", {
      scope: this.resource.id,
      roleDefinitionName: "AcrPull",
      principalId: cluster.kubeletObjectId,
      // The identity is new: Entra may not know it everywhere yet.
      skipServicePrincipalAadCheck: true,
    });
  }
}
