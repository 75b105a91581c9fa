import { successLine } from "../../verify/chain";
import type { Facts } from "../../verify/facts";

const clientId = "11111111-2222-3333-4444-555555555555";
const issuer = "https://eastus.oic.prod-aks.azure.com/tenant/cluster/";
const permission = {
  dataActions: ["Microsoft.CognitiveServices/accounts/OpenAI/deployments/chat/completions/action"],
};
export const credential = {
  issuer,
  subject: `system:serviceaccount:default:sc-account-${clientId}`,
  audiences: ["api://AzureADTokenExchange"],
};

/** A deployment in which every link holds. */
export const working: Facts = {
  connection: {
    id: "/subscriptions/s/…/providers/Microsoft.ServiceLinker/linkers/openai_conn",
    name: "openai_conn",
    provisioningState: "Succeeded",
    namespace: "default",
    clientId,
  },
  cluster: { provisioningState: "Succeeded", issuerUrl: issuer, workloadIdentity: true },
  identity: { id: "/subscriptions/s/…/MyIdentity", principalId: "p" },
  federatedCredentials: [credential],
  permissions: [permission],
  deployment: { name: "MyModel", provisioningState: "Succeeded" },
  serviceAccountClientId: clientId,
  secretKeys: ["AZURE_OPENAI_BASE", "AZURE_OPENAI_CLIENTID"],
  image: {
    name: "registry.azurecr.io/sc-demo-openai-identity:1",
    repositories: ["sc-demo-openai-identity"],
  },
  pod: {
    name: "sc-demo-openai-identity",
    phase: "Succeeded",
    labels: { "azure.workload.identity/use": "true" },
    serviceAccountName: `sc-account-${clientId}`,
    log: `Hello\n${successLine}\n`,
  },
};
