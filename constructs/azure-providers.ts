import { AzurermProvider } from "@cdktf/provider-azurerm/lib/provider";
import type { TerraformStack } from "cdktf";
import { Construct } from "constructs";
import { AzapiProvider } from "../.gen/providers/azapi/provider";

/**
 * Namespaces that must be registered on the subscription. `Microsoft.ServiceLinker` and
 * `Microsoft.KubernetesConfiguration` are in none of azurerm's sets, and Service Connector answers
 * `Conflict` without the latter (Azure/azure-cli issue 30296).
 */
const namespaces = [
  "Microsoft.CognitiveServices",
  "Microsoft.Compute",
  "Microsoft.ContainerRegistry",
  "Microsoft.ContainerService",
  "Microsoft.KubernetesConfiguration",
  "Microsoft.ManagedIdentity",
  "Microsoft.Network",
  "Microsoft.ServiceLinker",
];

/**
 * azurerm and azapi. Credentials and addresses come from the environment only (`ARM_*`, or a
 * signed-in az), so that one synthesized stack goes to any subscription.
 */
export class AzureProviders extends Construct {
  constructor(stack: TerraformStack, id: string) {
    super(stack, id);

    const azurerm = new AzurermProvider(this, "Azurerm", {
      resourceProviderRegistrations: "none",
      resourceProvidersToRegister: namespaces,
      features: [
        {
          // A deleted account keeps its subdomain until it is purged (azurerm issues 12258, 24632).
          cognitiveAccount: [{ purgeSoftDeleteOnDestroy: true }],
          // What the stack did not make is not deleted with its group.
          resourceGroup: [{ preventDeletionIfContainsResources: true }],
        },
      ],
    });
    // The bindings are azurerm 4's. Without it, what an interrupted deploy had begun to create is
    // not in the state, and the next deploy says that it already exists.
    azurerm.addOverride("features.0.persist_id_on_create_before_polling_for_completion", true);

    // Whole responses in `output` would grow the state and change at every refresh (azapi issue 1239).
    new AzapiProvider(this, "Azapi", { disableDefaultOutput: true });

    for (const [name, version] of Object.entries(providerVersions)) {
      stack.addOverride(`terraform.required_providers.${name}.version`, version);
    }
  }
}

/** What this project is tested with; the bindings themselves ask for azurerm `~> 4.0`. */
const providerVersions = { azapi: "~> 2.12", azurerm: "~> 5.2", kubernetes: "~> 2.38" };
