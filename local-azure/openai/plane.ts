import { randomUUID } from "node:crypto";
import { Hono, type Context } from "hono";
import type { ArmResource, LocalAzure, Plane } from "../core/planes";
import {
  accountsInRegion,
  checkNetwork,
  findAccount,
  findDeployment,
  type Deployment,
} from "./account";
import { CHAT_VERSIONS, DEPLOYMENT_VERSIONS, MODEL_VERSIONS, V1_VERSIONS } from "./api-versions";
import { accountOfKey, authorize, type Operation } from "./authentication";
import { complete, completionBody, completionEvents, expectedTokens } from "./chat-completion";
import { parseChatRequest, type ChatRequest } from "./chat-request";
import {
  deploymentNotFound,
  invalidRequest,
  modelNeedsVersion,
  OpenAiError,
  operationNotSupported,
  rateLimited,
  resourceNotFound,
  unsupportedApiVersion,
  unsupportedParameter,
  unsupportedTemperature,
} from "./errors";
import { answersChat } from "../arm/resources/model-catalogue";
import { deploymentList, findModel, modelList, REASONING } from "./models";
import { RateLimit } from "./rate-limit";

const AUDIENCES = ["https://cognitiveservices.azure.com"];

/** Source: openai/openai-node, docs/azure.md: the v1 API takes tokens for Azure AI as well. */
const V1_AUDIENCES = [...AUDIENCES, "https://ai.azure.com"];

const ACTIONS = "Microsoft.CognitiveServices/accounts/OpenAI";
const CHAT = `${ACTIONS}/deployments/chat/completions/action`;
const READ_MODELS = `${ACTIONS}/models/read`;
const READ_DEPLOYMENTS = `${ACTIONS}/deployments/read`;

/** The first dated version with models that reason: danielmiessler/Fabric pull request 1981 for gpt-5. */
const REASONING_SINCE = "2024-12-01-preview";

/** What models that reason do not take: https://learn.microsoft.com/azure/ai-foundry/openai/how-to/reasoning#not-supported */
const NOT_FOR_REASONING = [
  "top_p",
  "presence_penalty",
  "frequency_penalty",
  "logprobs",
  "top_logprobs",
  "logit_bias",
];

/** Azure OpenAI's chat completions and lists of models, of every account of the local Azure. */
export const createOpenAiPlane = (azure: LocalAzure): Plane => {
  const rateLimit = new RateLimit(azure.clock);

  const answer = (request: ChatRequest, deployment: Deployment, apiVersion: string): Response => {
    checkModel(request, deployment.model, apiVersion);
    const verdict = rateLimit.take(deployment, expectedTokens(request));
    if (!verdict.permitted) {
      throw rateLimited(verdict.limit, apiVersion, verdict.retryAfterSeconds, verdict.headers);
    }
    const completion = complete(request, deployment, azure.clock.now());
    const choices = request.n ?? 1;
    const headers = { ...verdict.headers, "x-ms-region": "local" };
    if (request.stream === true) {
      const includeUsage = request.stream_options?.include_usage === true;
      const events = completionEvents(completion, choices, includeUsage);
      return new Response(events, { headers: { ...headers, "content-type": "text/event-stream" } });
    }
    return Response.json(completionBody(completion, choices), { headers });
  };

  const accountOf = (context: Context): ArmResource => {
    const host = context.req.param("subdomain") ?? "";
    const account = findAccount(azure, host);
    if (account) return account;
    const inRegion = accountsInRegion(azure, host);
    if (inRegion.length === 0) throw resourceNotFound();
    return accountOfKey(azure, context, inRegion);
  };

  /** The account of the request's endpoint, once the caller may use it. */
  const admit = async (context: Context, operation: Operation): Promise<ArmResource> => {
    const account = accountOf(context);
    const { incoming } = (context.env ?? {}) as {
      incoming?: { socket: { remoteAddress?: string } };
    };
    checkNetwork(account, incoming?.socket.remoteAddress);
    await authorize(azure, context, account, operation);
    return account;
  };

  /** The same for an operation that has dated versions: in another one it does not exist. */
  const admitDated = (
    context: Context,
    versions: ReadonlySet<string>,
    name: string,
    dataAction: string,
  ) => {
    if (!versions.has(context.req.query("api-version") ?? "")) throw resourceNotFound();
    return admit(context, { name, dataAction, audiences: AUDIENCES });
  };

  const admitV1 = async (context: Context, name: string, dataAction: string) => {
    const account = await admit(context, { name, dataAction, audiences: V1_AUDIENCES });
    if (!V1_VERSIONS.has(context.req.query("api-version") ?? "v1")) throw unsupportedApiVersion();
    return account;
  };

  const modelOf = (context: Context) => {
    const model = findModel(context.req.param("model") ?? "", azure.clock.now());
    if (!model) throw resourceNotFound();
    return model;
  };

  const routes = new Hono();
  routes.use("/cognitiveservices/*", async (context, next) => {
    await next();
    const id = randomUUID();
    context.res.headers.set("apim-request-id", id);
    context.res.headers.set("x-request-id", id);
  });
  routes.post(
    "/cognitiveservices/:subdomain/openai/deployments/:deployment/chat/completions",
    async (context) => {
      const account = await admitDated(
        context,
        CHAT_VERSIONS,
        "POST /openai/deployments/{deployment-id}/chat/completions",
        CHAT,
      );
      const deployment = findDeployment(azure, account, context.req.param("deployment"));
      if (!deployment) throw deploymentNotFound();
      const request = parseChatRequest(await context.req.text());
      return answer(request, deployment, context.req.query("api-version") ?? "");
    },
  );
  routes.post("/cognitiveservices/:subdomain/openai/v1/chat/completions", async (context) => {
    const account = await admitV1(context, "POST /openai/v1/chat/completions", CHAT);
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
    return answer(request, deployment, context.req.query("api-version") ?? "v1");
  });
  routes.get("/cognitiveservices/:subdomain/openai/models", async (context) => {
    await admitDated(context, MODEL_VERSIONS, "GET /openai/models", READ_MODELS);
    return context.json(modelList(azure.clock.now()));
  });
  routes.get("/cognitiveservices/:subdomain/openai/models/:model", async (context) => {
    await admitDated(context, MODEL_VERSIONS, "GET /openai/models/{model-id}", READ_MODELS);
    return context.json(modelOf(context));
  });
  routes.get("/cognitiveservices/:subdomain/openai/v1/models", async (context) => {
    await admitV1(context, "GET /openai/v1/models", READ_MODELS);
    return context.json(modelList(azure.clock.now()));
  });
  routes.get("/cognitiveservices/:subdomain/openai/v1/models/:model", async (context) => {
    await admitV1(context, "GET /openai/v1/models/{model}", READ_MODELS);
    return context.json(modelOf(context));
  });
  routes.get("/cognitiveservices/:subdomain/openai/deployments", async (context) => {
    const account = await admitDated(
      context,
      DEPLOYMENT_VERSIONS,
      "GET /openai/deployments",
      READ_DEPLOYMENTS,
    );
    return context.json(deploymentList(azure, account));
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

/** @throws OpenAiError 400 when the deployment's model does not take such a request. */
const checkModel = (request: ChatRequest, model: string, apiVersion: string): void => {
  if (!answersChat({ name: model })) throw operationNotSupported(model);
  if (!REASONING.test(model)) return;
  if (!V1_VERSIONS.has(apiVersion) && apiVersion < REASONING_SINCE) {
    throw modelNeedsVersion(model, REASONING_SINCE);
  }
  if (request.max_tokens != null) {
    throw unsupportedParameter("max_tokens", "max_completion_tokens");
  }
  const unsupported = NOT_FOR_REASONING.find((name) => request[name] != null);
  if (unsupported !== undefined) throw unsupportedParameter(unsupported);
  if (request.temperature != null && request.temperature !== 1) {
    throw unsupportedTemperature(request.temperature);
  }
};
