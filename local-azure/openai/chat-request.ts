import { z } from "zod";
import { invalidRequest } from "./errors";

const ROLES = ["system", "assistant", "user", "function", "tool", "developer"] as const;

const contentPart = z.looseObject({ type: z.string(), text: z.string().optional() });

const message = z.looseObject({
  role: z.enum(ROLES),
  content: z.union([z.string(), z.array(contentPart), z.null()]).optional(),
});

const positive = z.number().int().min(1);

const NAME = /^[a-zA-Z0-9_-]{1,64}$/;

const schema = z.record(z.string(), z.unknown());

const tool = z.looseObject({
  type: z.literal("function"),
  function: z.looseObject({
    name: z.string().regex(NAME),
    description: z.string().nullish(),
    parameters: schema.nullish(),
  }),
});

const toolChoice = z.union([
  z.enum(["none", "auto", "required"]),
  z.looseObject({
    type: z.literal("function"),
    function: z.looseObject({ name: z.string() }),
  }),
]);

const responseFormat = z.discriminatedUnion("type", [
  z.looseObject({ type: z.literal("text") }),
  z.looseObject({ type: z.literal("json_object") }),
  z.looseObject({
    type: z.literal("json_schema"),
    json_schema: z.looseObject({ name: z.string().regex(NAME), schema: schema.optional() }),
  }),
]);

const chatRequest = z.looseObject({
  messages: z.array(message).min(1),
  model: z.string().optional(),
  stream: z.boolean().nullish(),
  stream_options: z.looseObject({ include_usage: z.boolean().nullish() }).nullish(),
  max_tokens: positive.nullish(),
  max_completion_tokens: positive.nullish(),
  temperature: z.number().min(0).max(2).nullish(),
  top_p: z.number().min(0).max(1).nullish(),
  n: z.number().int().min(1).max(128).nullish(),
  stop: z.union([z.string(), z.array(z.string()).max(4)]).nullish(),
  tools: z.array(tool).min(1).max(128).nullish(),
  tool_choice: toolChoice.nullish(),
  response_format: responseFormat.nullish(),
});

/** The fields of a request for a chat completion that mean something here. */
export type ChatRequest = z.infer<typeof chatRequest>;

export type ChatMessage = ChatRequest["messages"][number];

/** The text of a message, whichever way its content was given. */
export const textOf = ({ content }: ChatMessage): string =>
  typeof content === "string"
    ? content
    : (content ?? []).flatMap(({ text }) => (text === undefined ? [] : [text])).join("\n");

/**
 * Source: the `createChatCompletionRequest` of Azure OpenAI's data-plane definition
 * (Azure/azure-rest-api-specs, cognitiveservices/data-plane/AzureOpenAI/inference).
 *
 * @throws OpenAiError 400 naming the first parameter that is wrong.
 */
export const parseChatRequest = (text: string): ChatRequest => {
  let body: unknown;
  try {
    body = JSON.parse(text);
  } catch {
    throw invalidRequest(
      "We could not parse the JSON body of your request. (HINT: This likely means you aren't using your HTTP library correctly. The API expects a JSON payload, but what was sent was not valid JSON.)",
      null,
      null,
    );
  }
  const result = chatRequest.safeParse(body);
  if (!result.success) throw refusal(result.error.issues[0], body);
  checkCombinations(result.data);
  return result.data;
};

/** Parameters that go only with, or never with, others. */
const checkCombinations = (request: ChatRequest): void => {
  const { messages, tools, tool_choice: choice, response_format: format } = request;
  if (request.max_tokens != null && request.max_completion_tokens != null) {
    throw invalidRequest(
      "Setting 'max_tokens' and 'max_completion_tokens' at the same time is not supported.",
      "max_tokens",
      "invalid_parameter_combination",
    );
  }
  if (request.stream_options != null && request.stream !== true) {
    throw invalidRequest(
      "The 'stream_options' parameter is only allowed when 'stream' is enabled.",
      "stream_options",
      null,
    );
  }
  if (choice != null && tools == null) {
    throw invalidRequest(
      "Invalid value for 'tool_choice': 'tool_choice' is only allowed when 'tools' are specified.",
      "tool_choice",
      null,
    );
  }
  if (typeof choice === "object" && choice !== null) {
    const { name } = choice.function;
    if (tools?.some((entry) => entry.function.name === name) !== true) {
      throw invalidRequest(
        `Invalid value for 'tool_choice': Tool choice 'function' with name '${name}' not found in 'tools' parameter.`,
        "tool_choice",
        null,
      );
    }
  }
  // The wording: 0zd3m1r/koreader-xray-plugin issue 18, and the model's own API reference.
  if (
    format?.type === "json_object" &&
    !messages.some((entry) => textOf(entry).toLowerCase().includes("json"))
  ) {
    throw invalidRequest(
      "'messages' must contain the word 'json' in some form, to use 'response_format' of type 'json_object'.",
      "messages",
      null,
    );
  }
};

/** `messages[0].role` */
const parameterOf = (path: readonly PropertyKey[]): string =>
  path.reduce<string>(
    (name, part) =>
      typeof part === "number"
        ? `${name}[${part}]`
        : name === ""
          ? String(part)
          : `${name}.${String(part)}`,
    "",
  );

const valueAt = (body: unknown, path: readonly PropertyKey[]): unknown =>
  path.reduce<unknown>(
    (value, part) => (value as Record<PropertyKey, unknown> | undefined)?.[part],
    body,
  );

const refusal = (issue: z.core.$ZodIssue | undefined, body: unknown) => {
  const path = issue?.path ?? [];
  const param = parameterOf(path);
  const value = valueAt(body, path);
  if (value === undefined) {
    return invalidRequest(
      `Missing required parameter: '${param}'.`,
      param,
      "missing_required_parameter",
    );
  }
  if (param === "messages" && Array.isArray(value)) {
    return invalidRequest(
      `Invalid '${param}': empty array. Expected an array with minimum length 1, but got an empty array instead.`,
      param,
      "empty_array",
    );
  }
  if (param.endsWith(".role")) {
    return invalidRequest(
      `Invalid value: '${value as string}'. Supported values are: ${ROLES.slice(0, -1)
        .map((role) => `'${role}'`)
        .join(", ")}, and '${String(ROLES.at(-1))}'.`,
      param,
      "invalid_value",
    );
  }
  return invalidRequest(
    `Invalid value for '${param}': ${issue?.message ?? ""}.`,
    param,
    "invalid_value",
  );
};
