import {
  createDefaultHttpClient,
  createEmptyPipeline,
  createPipelineRequest,
  proxyPolicy,
} from "@azure/core-rest-pipeline";

/** How long the registry may take to answer, in milliseconds. */
const patience = 3000;

/**
 * Whether a provider registry answers with its discovery document, through HTTPS_PROXY and NO_PROXY
 * if they are set (https://developer.hashicorp.com/terraform/internals/remote-service-discovery).
 *
 * @param host - For example `registry.terraform.io`.
 */
export async function registryAnswers(
  host: string,
  { scheme = "https", timeout = patience } = {},
): Promise<boolean> {
  const pipeline = createEmptyPipeline();
  pipeline.addPolicy(proxyPolicy());
  try {
    const response = await pipeline.sendRequest(
      createDefaultHttpClient(),
      createPipelineRequest({
        url: `${scheme}://${host}/.well-known/terraform.json`,
        allowInsecureConnection: scheme === "http",
        abortSignal: AbortSignal.timeout(timeout),
      }),
    );
    const document = JSON.parse(response.bodyAsText ?? "") as Record<string, unknown> | null;
    return response.status === 200 && typeof document?.["providers.v1"] === "string";
  } catch {
    return false; // refused, timed out, or an answer of something that is no registry
  }
}
