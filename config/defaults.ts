import type { Settings } from "./settings";

/**
 * The settings of an environment that changes nothing: all that is named after it, and a model that
 * can be deployed.
 *
 * The model is gpt-5.4-mini: of those that every subscription has quota for, and that are young enough
 * to be open to one that never deployed them, it has the latest retirement date (`model-catalog.ts`).
 */
export function defaultSettings(environment: string): Settings {
  return {
    location: "eastus",
    resourceGroupName: `rg-openai-aks-${environment}`,
    tags: { environment },
    cluster: { name: `aks-openai-${environment}`, nodeCount: 1 },
    openai: { accountName: `oai-aks-${environment}` },
    model: {
      deploymentName: "chat",
      format: "OpenAI",
      name: "gpt-5.4-mini",
      version: "2026-03-17",
      skuName: "GlobalStandard",
      capacity: 1,
      allowRetired: false,
    },
    registry: { sku: "Standard", anonymousPull: true },
    identity: { name: `id-openai-aks-${environment}` },
    connection: {
      name: "openai_conn",
      namespace: "default",
      clientType: "nodejs",
      role: "Cognitive Services OpenAI User",
    },
    image: {
      repository: "sc-demo-openai-identity",
      source: { type: "folder", folder: "sample-app" },
    },
    application: {
      podName: "sc-demo-openai-identity",
      // The last dated version: Azure answers models that reason, such as gpt-5.4-mini, with "enabled only
      // for api versions 2024-12-01-preview and later" when an older one asks.
      apiVersion: "2025-04-01-preview",
    },
    backend: { type: "local" },
  };
}
