import type { ResourceGroup } from "@cdktf/provider-azurerm/lib/resource-group";
import { Construct } from "constructs";
import { Resource } from "../.gen/providers/azapi/resource";
import { ResourceAction } from "../.gen/providers/azapi/resource-action";

export interface SshKeyPairProps {
  readonly resourceGroup: ResourceGroup;
  readonly name: string;
}

/**
 * A key pair that Azure makes. Azure returns its private half once; only the public one is taken
 * from the answer, so the private half is neither in the state nor anywhere else.
 *
 * It has no tags: their change would write the resource anew, without the key that the action put
 * into it.
 */
export class SshKeyPair extends Construct {
  /** In OpenSSH's form. */
  readonly publicKey: string;

  constructor(scope: Construct, id: string, props: SshKeyPairProps) {
    super(scope, id);
    const type = "Microsoft.Compute/sshPublicKeys@2024-11-01";

    const resource = new Resource(this, "Resource", {
      type,
      parentId: props.resourceGroup.id,
      name: props.name,
      location: props.resourceGroup.location,
      body: { properties: {} },
      responseExportValues: {},
    });
    const generated = new ResourceAction(this, "KeyPair", {
      type,
      resourceId: resource.id,
      action: "generateKeyPair",
      method: "POST",
      responseExportValues: { publicKey: "publicKey" },
    });
    this.publicKey = generated.interpolationForAttribute("output.publicKey").toString();
  }
}
