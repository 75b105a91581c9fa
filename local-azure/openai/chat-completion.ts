import { createHash } from "node:crypto";
import type { Deployment } from "./account";
import { textOf, type ChatRequest } from "./chat-request";
import { replyTo, type Reply, type ToolCall } from "./reply";

/** Characters a token, on average for English: there is no tokenizer here. */
const CHARACTERS_PER_TOKEN = 4;
const TOKENS_PER_MESSAGE = 4;
const TOKENS_OF_FRAME = 3;

/** Source: https://learn.microsoft.com/azure/ai-foundry/openai/how-to/quota#understanding-rate-limits */
const TOKENS_OF_REPLY_UNSET = 16;

const countTokens = (text: string) => Math.ceil(text.length / CHARACTERS_PER_TOKEN);

const promptTokens = ({ messages }: ChatRequest): number =>
  messages.reduce((sum, message) => sum + countTokens(textOf(message)) + TOKENS_PER_MESSAGE, 0) +
  TOKENS_OF_FRAME;

const maximumTokens = ({ max_tokens, max_completion_tokens }: ChatRequest) =>
  max_completion_tokens ?? max_tokens ?? undefined;

/** What counts against the rate limit when the request comes in: the prompt and the longest reply it allows. */
export const expectedTokens = (request: ChatRequest): number =>
  promptTokens(request) + (maximumTokens(request) ?? TOKENS_OF_REPLY_UNSET) * (request.n ?? 1);

const SAFE = Object.fromEntries(
  ["hate", "self_harm", "sexual", "violence"].map((category) => [
    category,
    { filtered: false, severity: "safe" },
  ]),
);

/** A reply, as pieces of about one token. */
export interface Completion {
  readonly id: string;
  readonly created: number;
  readonly model: string;
  readonly pieces: readonly string[];
  readonly toolCall?: ToolCall;
  readonly finishReason: Reply["finishReason"] | "length";
  readonly usage: Readonly<Record<string, unknown>>;
}

/** The same reply for the same question, at any time. */
export const complete = (request: ChatRequest, deployment: Deployment, now: Date): Completion => {
  const { text, toolCall, finishReason } = replyTo(request, deployment);
  const cut = text.slice(0, (maximumTokens(request) ?? Infinity) * CHARACTERS_PER_TOKEN);
  const created = Math.floor(now.getTime() / 1000);
  const digest = createHash("sha256").update(`${created}\0${text}`).digest("base64url");
  return {
    id: `chatcmpl-${digest.replaceAll(/[-_]/g, "").slice(0, 29)}`,
    created,
    model: `${deployment.model}-${deployment.modelVersion}`,
    pieces: cut.match(/\s*\S+|\s+/g) ?? [],
    toolCall,
    finishReason: cut === text ? finishReason : "length",
    usage: usageOf(
      promptTokens(request),
      countTokens(toolCall?.function.arguments ?? cut) * (request.n ?? 1),
    ),
  };
};

const usageOf = (prompt_tokens: number, completion_tokens: number) => ({
  completion_tokens,
  completion_tokens_details: {
    accepted_prediction_tokens: 0,
    audio_tokens: 0,
    reasoning_tokens: 0,
    rejected_prediction_tokens: 0,
  },
  prompt_tokens,
  prompt_tokens_details: { audio_tokens: 0, cached_tokens: 0 },
  total_tokens: prompt_tokens + completion_tokens,
});

const promptFilterResults = [{ prompt_index: 0, content_filter_results: SAFE }];

/** Source: `createChatCompletionResponse` of the data-plane definition. */
export const completionBody = (
  { id, created, model, pieces, toolCall, finishReason, usage }: Completion,
  choices: number,
) => ({
  choices: Array.from({ length: choices }, (_, index) => ({
    content_filter_results: toolCall ? {} : SAFE,
    finish_reason: finishReason,
    index,
    logprobs: null,
    message: {
      annotations: [],
      content: toolCall ? null : pieces.join(""),
      refusal: null,
      role: "assistant",
      ...(toolCall && { tool_calls: [toolCall] }),
    },
  })),
  created,
  id,
  model,
  object: "chat.completion",
  prompt_filter_results: promptFilterResults,
  system_fingerprint: null,
  usage,
});

/**
 * The same as server-sent events.
 *
 * Source: langchain4j/langchain4j issue 2385 and xenodium/chatgpt-shell issue 155, which show whole streams:
 * Azure's first event has the prompt's filter results and no choice.
 */
export const completionEvents = (
  { id, created, model, pieces, toolCall, finishReason, usage }: Completion,
  choices: number,
  includeUsage: boolean,
): string => {
  const chunk = (list: unknown[], more: Record<string, unknown> = {}) => ({
    choices: list,
    created,
    id,
    model,
    object: "chat.completion.chunk",
    system_fingerprint: null,
    ...(includeUsage && { usage: null }),
    ...more,
  });
  const choice = (
    index: number,
    delta: Record<string, unknown>,
    finish_reason: string | null = null,
  ) => ({
    content_filter_results: typeof delta.content === "string" && delta.content !== "" ? SAFE : {},
    delta,
    finish_reason,
    index,
    logprobs: null,
  });
  const deltas = toolCall
    ? [
        {
          role: "assistant",
          content: null,
          tool_calls: [
            { index: 0, ...toolCall, function: { ...toolCall.function, arguments: "" } },
          ],
        },
        { tool_calls: [{ index: 0, function: { arguments: toolCall.function.arguments } }] },
      ]
    : [
        { content: "", refusal: null, role: "assistant" },
        ...pieces.map((content) => ({ content })),
      ];
  const ofChoice = (index: number) => [
    ...deltas.map((delta) => chunk([choice(index, delta)])),
    chunk([choice(index, {}, finishReason)]),
  ];
  const events = [
    {
      choices: [],
      created: 0,
      id: "",
      model: "",
      object: "",
      prompt_filter_results: promptFilterResults,
    },
    ...Array.from({ length: choices }, (_, index) => ofChoice(index)).flat(),
    ...(includeUsage ? [chunk([], { usage })] : []),
  ];
  return `${events.map((event) => `data: ${JSON.stringify(event)}\n\n`).join("")}data: [DONE]\n\n`;
};
