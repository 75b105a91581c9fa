import { CognitiveDeployment } from "@cdktf/provider-azurerm/lib/cognitive-deployment";
import { Construct } from "constructs";
import type { OpenAiAccount } from "./openai-account";

export interface ModelDeploymentProps {
  readonly account: OpenAiAccount;
  /** The name that applications ask for. */
  readonly name: string;
  readonly modelFormat: string;
  readonly modelName: string;
  readonly modelVersion: string;
  readonly skuName: string;
  /** In thousands of tokens a minute for the standard types, in units for the provisioned ones. */
  readonly capacity: number;
}

/** A model deployed on an account. */
export class ModelDeployment extends Construct {
  readonly resource: CognitiveDeployment;

  constructor(scope: Construct, id: string, props: ModelDeploymentProps) {
    super(scope, id);
    this.resource = new CognitiveDeployment(this, "Resource", {
      name: props.name,
      cognitiveAccountId: props.account.resource.id,
      model: { format: props.modelFormat, name: props.modelName, version: props.modelVersion },
      sku: { name: props.skuName, capacity: props.capacity },
      // A version that Azure raises by itself would be a change at the next plan.
      versionUpgradeOption: "NoAutoUpgrade",
    });
  }
}
