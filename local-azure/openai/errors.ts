/** What makes a request fail, with the service's own body: its layers do not share one form. */
export class OpenAiError extends Error {
  override readonly name = "OpenAiError";

  constructor(
    readonly status: number,
    readonly body: Readonly<Record<string, unknown>>,
    readonly headers: Readonly<Record<string, string>> = {},
  ) {
    super(JSON.stringify(body));
  }

  toResponse(): Response {
    return Response.json(this.body, { status: this.status, headers: this.headers });
  }
}

/** The form of the gateway: `{"error": {"code", "message"}}`. */
const gatewayError = (
  status: number,
  code: string,
  message: string,
  headers?: Record<string, string>,
) => new OpenAiError(status, { error: { code, message } }, headers);

/** The form of the model's API: `{"error": {"message", "type", "param", "code"}}`. */
export const invalidRequest = (message: string, param: string | null, code: string | null) =>
  new OpenAiError(400, { error: { message, type: "invalid_request_error", param, code } });

export const resourceNotFound = () => gatewayError(404, "404", "Resource not found");

/** What the v1 API answers to a dated version. */
export const unsupportedApiVersion = () =>
  gatewayError(400, "BadRequest", "API version not supported");

/** Source: microsoft-foundry-for-vscode issue 65, chatboxai/chatbox issue 1745. */
export const modelNeedsVersion = (model: string, version: string) =>
  gatewayError(
    400,
    "BadRequest",
    `Model ${model} is enabled only for api versions ${version} and later`,
  );

/** Source: Azure-Samples/azure-search-openai-demo issue 1617. */
export const keysDisabled = () =>
  gatewayError(
    403,
    "AuthenticationTypeDisabled",
    "Key based authentication is disabled for this resource.",
  );

export const invalidKey = () =>
  gatewayError(
    401,
    "401",
    "Access denied due to invalid subscription key or wrong API endpoint. Make sure to provide a valid key for an active subscription and use a correct regional API endpoint for your resource.",
  );

/** Source: https://learn.microsoft.com/azure/ai-services/authentication (Entra ID needs a custom subdomain). */
export const subdomainRequired = () =>
  gatewayError(
    400,
    "BadRequest",
    "Please provide a custom subdomain for token authentication, otherwise API key is required.",
  );

/** Source: MicrosoftDocs/azure-ai-docs, troubleshooting of Microsoft Entra ID (this body has no `error`). */
export const invalidToken = () =>
  new OpenAiError(401, {
    statusCode: 401,
    message:
      "Unauthorized. Access token is missing, invalid, audience is incorrect (https://cognitiveservices.azure.com), or have expired.",
  });

/** Source of the wording: microsoft/ai-agent-evals issue 43. */
export const permissionDenied = (principalId: string, dataAction: string, operation: string) =>
  gatewayError(
    401,
    "PermissionDenied",
    `The principal \`${principalId}\` lacks the required data action \`${dataAction}\` to perform \`${operation}\` operation.`,
  );

export const publicAccessDisabled = () =>
  gatewayError(403, "403", "Public access is disabled. Please configure private endpoint.");

export const deniedByFirewall = () =>
  gatewayError(403, "403", "Access denied due to Virtual Network/Firewall rules.");

/** Source of the wording: obot-platform/obot issue 2862, microsoft/vscode issue 254389. */
export const unsupportedParameter = (name: string, instead?: string) =>
  invalidRequest(
    `Unsupported parameter: '${name}' is not supported with this model.${instead === undefined ? "" : ` Use '${instead}' instead.`}`,
    name,
    "unsupported_parameter",
  );

export const unsupportedTemperature = (value: number) =>
  invalidRequest(
    `Unsupported value: 'temperature' does not support ${value} with this model. Only the default (1) value is supported.`,
    "temperature",
    "unsupported_value",
  );

export const deploymentNotFound = () =>
  gatewayError(
    404,
    "DeploymentNotFound",
    "The API deployment for this resource does not exist. If you created the deployment within the last 5 minutes, please wait a moment and try again.",
  );

export const operationNotSupported = (model: string) =>
  gatewayError(
    400,
    "OperationNotSupported",
    `The chatCompletion operation does not work with the specified model, ${model}. Please choose different model and try again. You can learn more about which models can be used with each operation here: https://go.microsoft.com/fwlink/?linkid=2197993.`,
  );

/** Source: microsoft/sample-app-aoai-chatGPT issue 406. */
export const rateLimited = (
  limit: "token" | "call",
  apiVersion: string,
  seconds: number,
  headers: Record<string, string>,
) =>
  gatewayError(
    429,
    "429",
    `Requests to the ChatCompletions_Create Operation under Azure OpenAI API version ${apiVersion} have exceeded ${limit} rate limit of your current OpenAI S0 pricing tier. Please retry after ${seconds} seconds. Please go here: https://aka.ms/oai/quotaincrease if you would like to further increase the default rate limit.`,
    { ...headers, "retry-after": String(seconds), "retry-after-ms": String(seconds * 1000) },
  );
