import { createHash } from "node:crypto";
import type { Deployment } from "./account";
import { textOf, type ChatRequest } from "./chat-request";
import { valueOf } from "./json-value";

/** A function that the model wants called. */
export interface ToolCall {
  readonly id: string;
  readonly type: "function";
  readonly function: { readonly name: string; readonly arguments: string };
}

/** What the model says: text, or a call of a tool that the request insists on. */
export interface Reply {
  readonly text: string;
  readonly toolCall?: ToolCall;
  readonly finishReason: "stop" | "tool_calls";
}

/** The same for the same request. It says plainly that no model was asked, and what would have been asked. */
export const replyTo = (
  { messages, tools, tool_choice: choice, response_format: format, stop }: ChatRequest,
  { name, model, modelVersion }: Deployment,
): Reply => {
  const question = messages.findLast(({ role }) => role === "user");
  const text =
    `This reply comes from the local Azure, not from a model. ` +
    `Deployment "${name}" (${model}, version ${modelVersion}) was asked: ` +
    `"${question ? textOf(question).trim() : ""}"`;
  const insisted = typeof choice === "object" ? choice?.function.name : undefined;
  if (insisted !== undefined || choice === "required") {
    const called = tools?.find((tool) => insisted === undefined || tool.function.name === insisted);
    const digest = createHash("sha256").update(text).digest("hex");
    return {
      text: "",
      toolCall: {
        id: `call_${digest.slice(0, 24)}`,
        type: "function",
        function: {
          name: called?.function.name ?? "",
          arguments: JSON.stringify(valueOf(called?.function.parameters ?? {}, text)),
        },
      },
      // Source: the `tool_choice` of the model's API reference: a named function ends as text does.
      finishReason: insisted === undefined ? "tool_calls" : "stop",
    };
  }
  if (format?.type === "json_object") return ended(JSON.stringify({ reply: text }), stop);
  if (format?.type === "json_schema") {
    return ended(JSON.stringify(valueOf(format.json_schema.schema ?? {}, text)), stop);
  }
  return ended(text, stop);
};

/** The text up to the first of the sequences that end it. */
const ended = (text: string, stop: ChatRequest["stop"]): Reply => {
  const ends = [stop ?? []]
    .flat()
    .map((sequence) => text.indexOf(sequence))
    .filter((index) => index >= 0);
  return { text: text.slice(0, Math.min(text.length, ...ends)), finishReason: "stop" };
};
