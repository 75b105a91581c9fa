import { Hono, type Context } from "hono";
import { AzureError } from "../core/errors";
import type { ArmResource, LocalAzure, Plane } from "../core/planes";
import { checkNetwork, findAccount, findDeployment, type Deployment } from "./account";
import { complete, completionBody, completionEvents, expectedTokens } from "./chat-completion";
import { parseChatRequest, type ChatRequest } from "./chat-request";
import {
  deploymentNotFound,
  invalidKey,
  invalidRequest,
  invalidToken,
  keysDisabled,
  OpenAiError,
  operationNotSupported,
  permissionDenied,
  rateLimited,
  resourceNotFound,
  unsupportedApiVersion,
} from "./errors";
import { RateLimit } from "./rate-limit";

const AUDIENCES = ["https://cognitiveservices.azure.com", "https://cognitiveservices.azure.com/"];

const CHAT_ACTION =
  "Microsoft.CognitiveServices/accounts/OpenAI/deployments/chat/completions/action";

/**
 * The versions of the data plane that have chat completions.
 *
 * Source: Azure/azure-rest-api-specs, specification/cognitiveservices/data-plane/AzureOpenAI/inference.
 */
const API_VERSIONS = new Set([
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

/** The v1 API needs no version: https://learn.microsoft.com/azure/ai-foundry/openai/api-version-lifecycle */
const V1_VERSIONS = new Set(["v1", "preview", "latest"]);

/** Models that answer no chat. */
const NOT_CHAT = /embedding|dall-e|gpt-image|whisper|tts|sora/;

/** Models that reason count hidden tokens too, and take `max_completion_tokens` only. */
const REASONING = /^(o\d|gpt-5)/;

/** Azure OpenAI's chat completions, of every account of the local Azure. */
export const createOpenAiPlane = (azure: LocalAzure): Plane => {
  const rateLimit = new RateLimit(azure.clock);

  const authenticate = async (context: Context, account: ArmResource, operation: string) => {
    const authorization = context.req.header("authorization");
    if (authorization === undefined && context.req.header("api-key") !== undefined) {
      throw account.properties.disableLocalAuth === true ? keysDisabled() : invalidKey();
    }
    const claims = await azure.entra
      .verifyBearerToken(authorization, AUDIENCES)
      .catch((error: unknown) => {
        throw error instanceof AzureError ? invalidToken() : error;
      });
    if (!azure.arm.permits(claims.oid, CHAT_ACTION, account.id)) {
      throw permissionDenied(claims.oid, CHAT_ACTION, operation);
    }
  };

  const answer = (request: ChatRequest, deployment: Deployment, apiVersion: string): Response => {
    if (NOT_CHAT.test(deployment.model)) throw operationNotSupported(deployment.model);
    if (REASONING.test(deployment.model) && request.max_tokens != null) {
      throw invalidRequest(
        "Unsupported parameter: 'max_tokens' is not supported with this model. Use 'max_completion_tokens' instead.",
        "max_tokens",
        "unsupported_parameter",
      );
    }
    const verdict = rateLimit.take(deployment, expectedTokens(request));
    if (!verdict.permitted) {
      throw rateLimited(verdict.limit, apiVersion, verdict.retryAfterSeconds, verdict.headers);
    }
    const completion = complete(request, deployment, azure.clock.now());
    const headers = { ...verdict.headers, "x-ms-region": "local" };
    if (request.stream === true) {
      const events = completionEvents(completion, request.stream_options?.include_usage === true);
      return new Response(events, { headers: { ...headers, "content-type": "text/event-stream" } });
    }
    return Response.json(completionBody(completion, request.n ?? 1), { headers });
  };

  /** The account of the request's endpoint, once the caller may use it. */
  const admit = async (context: Context, subdomain: string, operation: string) => {
    const account = findAccount(azure, subdomain);
    if (!account) throw resourceNotFound();
    const { incoming } = (context.env ?? {}) as {
      incoming?: { socket: { remoteAddress?: string } };
    };
    checkNetwork(account, incoming?.socket.remoteAddress);
    await authenticate(context, account, operation);
    return account;
  };

  const routes = new Hono();
  routes.post(
    "/cognitiveservices/:subdomain/openai/deployments/:deployment/chat/completions",
    async (context) => {
      const { subdomain, deployment: name } = context.req.param();
      const account = await admit(
        context,
        subdomain,
        "POST /openai/deployments/{deployment-id}/chat/completions",
      );
      const apiVersion = context.req.query("api-version");
      if (apiVersion === undefined) throw resourceNotFound();
      if (!API_VERSIONS.has(apiVersion)) throw unsupportedApiVersion();
      const deployment = findDeployment(azure, account, name);
      if (!deployment) throw deploymentNotFound();
      return answer(parseChatRequest(await context.req.text()), deployment, apiVersion);
    },
  );
  routes.post("/cognitiveservices/:subdomain/openai/v1/chat/completions", async (context) => {
    const account = await admit(
      context,
      context.req.param("subdomain"),
      "POST /openai/v1/chat/completions",
    );
    const apiVersion = context.req.query("api-version") ?? "v1";
    if (!V1_VERSIONS.has(apiVersion)) throw unsupportedApiVersion();
    const request = parseChatRequest(await context.req.text());
    if (request.model === undefined) {
      throw invalidRequest(
        "Missing required parameter: 'model'.",
        "model",
        "missing_required_parameter",
      );
    }
    const deployment = findDeployment(azure, account, request.model);
    if (!deployment) throw deploymentNotFound();
    return answer(request, deployment, apiVersion);
  });
  routes.all("/cognitiveservices/*", () => {
    throw resourceNotFound();
  });
  // A mounted application keeps its own error handler.
  routes.onError((error) => {
    if (error instanceof OpenAiError) return error.toResponse();
    throw error;
  });
  return { routes };
};
