/**
 * The versions of the data plane that have chat completions.
 *
 * Source: Azure/azure-rest-api-specs, specification/cognitiveservices/data-plane/AzureOpenAI/inference.
 */
export const CHAT_VERSIONS: ReadonlySet<string> = new Set([
  "2023-03-15-preview",
  "2023-05-15",
  "2023-06-01-preview",
  "2023-07-01-preview",
  "2023-08-01-preview",
  "2023-09-01-preview",
  "2023-12-01-preview",
  "2024-02-01",
  "2024-02-15-preview",
  "2024-03-01-preview",
  "2024-04-01-preview",
  "2024-05-01-preview",
  "2024-06-01",
  "2024-07-01-preview",
  "2024-08-01-preview",
  "2024-09-01-preview",
  "2024-10-01-preview",
  "2024-10-21",
  "2024-12-01-preview",
  "2025-01-01-preview",
  "2025-02-01-preview",
  "2025-03-01-preview",
  "2025-04-01-preview",
]);

/** The versions that list models: those, and one that is older than chat. */
export const MODEL_VERSIONS: ReadonlySet<string> = new Set(["2022-12-01", ...CHAT_VERSIONS]);

/** The versions that list deployments; later that became a matter of Azure Resource Manager. */
export const DEPLOYMENT_VERSIONS: ReadonlySet<string> = new Set([
  "2022-12-01",
  "2023-03-15-preview",
]);

/** The v1 API needs no version: https://learn.microsoft.com/azure/ai-foundry/openai/api-version-lifecycle */
export const V1_VERSIONS: ReadonlySet<string> = new Set(["v1", "preview", "latest"]);
