import { createHash } from "node:crypto";
import type { Deployment } from "./account";
import { textOf, type ChatRequest } from "./chat-request";

/** Characters a token, on average for English: there is no tokenizer here. */
const CHARACTERS_PER_TOKEN = 4;
const TOKENS_PER_MESSAGE = 4;
const TOKENS_OF_FRAME = 3;

const countTokens = (text: string) => Math.ceil(text.length / CHARACTERS_PER_TOKEN);

const promptTokens = ({ messages }: ChatRequest): number =>
  messages.reduce((sum, message) => sum + countTokens(textOf(message)) + TOKENS_PER_MESSAGE, 0) +
  TOKENS_OF_FRAME;

const maximumTokens = ({ max_tokens, max_completion_tokens }: ChatRequest) =>
  max_completion_tokens ?? max_tokens ?? Infinity;

/** What the reply may cost; unset, Azure reckons with a small default. */
export const expectedTokens = (request: ChatRequest): number =>
  promptTokens(request) + Math.min(maximumTokens(request), 16) * (request.n ?? 1);

const SAFE = Object.fromEntries(
  ["hate", "self_harm", "sexual", "violence"].map((category) => [
    category,
    { filtered: false, severity: "safe" },
  ]),
);

/** Says plainly that no model was asked, and what would have been asked. */
const replyTo = ({ messages }: ChatRequest, { name, model, modelVersion }: Deployment): string => {
  const question = messages.findLast(({ role }) => role === "user");
  return (
    `This reply comes from the local Azure, not from a model. ` +
    `Deployment "${name}" (${model}, version ${modelVersion}) was asked: ` +
    `"${question ? textOf(question).trim() : ""}"`
  );
};

/** A reply, as pieces of about one token. */
export interface Completion {
  readonly id: string;
  readonly created: number;
  readonly model: string;
  readonly pieces: readonly string[];
  readonly finishReason: "stop" | "length";
  readonly usage: {
    readonly prompt_tokens: number;
    readonly completion_tokens: number;
    readonly total_tokens: number;
  };
}

/** The same reply for the same question, at any time. */
export const complete = (request: ChatRequest, deployment: Deployment, now: Date): Completion => {
  const text = replyTo(request, deployment);
  const allowed = maximumTokens(request) * CHARACTERS_PER_TOKEN;
  const cut = text.slice(0, allowed);
  const prompt = promptTokens(request);
  const completion = countTokens(cut) * (request.n ?? 1);
  const created = Math.floor(now.getTime() / 1000);
  const digest = createHash("sha256").update(`${created}\0${text}`).digest("base64url");
  return {
    id: `chatcmpl-${digest.replaceAll(/[-_]/g, "").slice(0, 29)}`,
    created,
    model: `${deployment.model}-${deployment.modelVersion}`,
    pieces: cut.match(/\s*\S+|\s+/g) ?? [],
    finishReason: cut === text ? "stop" : "length",
    usage: {
      prompt_tokens: prompt,
      completion_tokens: completion,
      total_tokens: prompt + completion,
    },
  };
};

const promptFilterResults = [{ prompt_index: 0, content_filter_results: SAFE }];

/** Source: `createChatCompletionResponse` of the data-plane definition. */
export const completionBody = (
  { id, created, model, pieces, finishReason, usage }: Completion,
  choices: number,
) => ({
  choices: Array.from({ length: choices }, (_, index) => ({
    content_filter_results: SAFE,
    finish_reason: finishReason,
    index,
    logprobs: null,
    message: { annotations: [], content: pieces.join(""), refusal: null, role: "assistant" },
  })),
  created,
  id,
  model,
  object: "chat.completion",
  prompt_filter_results: promptFilterResults,
  system_fingerprint: null,
  usage,
});

/** Server-sent events: https://learn.microsoft.com/azure/ai-foundry/openai/how-to/chatgpt (streaming). */
export const completionEvents = (
  { id, created, model, pieces, finishReason, usage }: Completion,
  includeUsage: boolean,
): string => {
  const chunk = (choices: unknown[], more: Record<string, unknown> = {}) => ({
    choices,
    created,
    id,
    model,
    object: "chat.completion.chunk",
    system_fingerprint: null,
    ...(includeUsage && { usage: null }),
    ...more,
  });
  const choice = (delta: Record<string, unknown>, finish_reason: string | null = null) => ({
    content_filter_results: finish_reason === null && "content" in delta ? SAFE : {},
    delta,
    finish_reason,
    index: 0,
    logprobs: null,
  });
  const events = [
    {
      choices: [],
      created: 0,
      id: "",
      model: "",
      object: "",
      prompt_filter_results: promptFilterResults,
    },
    chunk([choice({ content: "", refusal: null, role: "assistant" })]),
    ...pieces.map((content) => chunk([choice({ content })])),
    chunk([choice({}, finishReason)]),
    ...(includeUsage ? [chunk([], { usage })] : []),
  ];
  return `${events.map((event) => `data: ${JSON.stringify(event)}\n\n`).join("")}data: [DONE]\n\n`;
};
