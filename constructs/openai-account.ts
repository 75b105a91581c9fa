import { CognitiveAccount } from "@cdktf/provider-azurerm/lib/cognitive-account";
import type { ResourceGroup } from "@cdktf/provider-azurerm/lib/resource-group";
import { Construct } from "constructs";

export interface OpenAiAccountProps {
  readonly resourceGroup: ResourceGroup;
  readonly name: string;
  /** First label of the endpoint's host name; unique in all of Azure, 2 to 64 characters. */
  readonly customSubdomainName: string;
  readonly tags?: Record<string, string>;
}

/**
 * An Azure OpenAI account that only Entra tokens open: its keys are switched off. Tokens need the
 * custom subdomain ("Authenticate requests to Azure AI services", Microsoft Learn).
 */
export class OpenAiAccount extends Construct {
  readonly resource: CognitiveAccount;

  constructor(scope: Construct, id: string, props: OpenAiAccountProps) {
    super(scope, id);
    this.resource = new CognitiveAccount(this, "Resource", {
      name: props.name,
      resourceGroupName: props.resourceGroup.name,
      location: props.resourceGroup.location,
      kind: "OpenAI",
      skuName: "S0",
      customSubdomainName: props.customSubdomainName,
      localAuthEnabled: false,
      tags: props.tags,
    });
  }
}
