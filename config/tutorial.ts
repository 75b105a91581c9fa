import type { EnvironmentSettings } from "./settings";

/**
 * Preset `tutorial`: the values of Microsoft's tutorial "Connect to Azure OpenAI Service in AKS
 * using Workload Identity".
 *
 * Two names are left to be derived, since the tutorial's own (`myopenaiservice`, `myregistry`) are
 * taken: they must be unique in all of Azure. The model (gpt-4 0613) was retired in June 2025;
 * `model.allowRetired` tries it all the same.
 */
export const tutorial: EnvironmentSettings = {
  location: "eastus",
  resourceGroupName: "MyResourceGroup",
  cluster: { name: "MyAKSCluster", nodeCount: 1 },
  openai: { accountName: "MyOpenAIService" },
  model: {
    deploymentName: "MyModel",
    format: "OpenAI",
    name: "gpt-4",
    version: "0613",
    skuName: "Standard",
    capacity: 1,
  },
  registry: { sku: "Standard", anonymousPull: true },
  identity: { name: "MyIdentity" },
  connection: {
    name: "openai_conn",
    namespace: "default",
    clientType: "python",
    role: "Cognitive Services OpenAI Contributor",
  },
  image: {
    repository: "sc-demo-openai-identity",
    source: {
      type: "git",
      url: "https://github.com/Azure-Samples/serviceconnector-aks-samples.git",
      ref: "main",
      folder: "azure-openai-workload-identity",
      modelPlaceholder: "<MyModel>",
    },
  },
  application: { podName: "sc-demo-openai-identity" },
};
