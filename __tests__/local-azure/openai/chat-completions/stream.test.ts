import type OpenAI from "openai";
import { ask, CHAT_ACTION, OpenAiAccount, type ServiceError } from "../openai-account";
import { REPLY, SAFE } from "./fixed-reply";

let account: OpenAiAccount;
beforeEach(async () => {
  account = await new OpenAiAccount().signIn(CHAT_ACTION);
});
afterEach(() => account.planes.close());

/** Whole streams: langchain4j/langchain4j issue 2385, xenodium/chatgpt-shell issue 155. */
describe("a stream", () => {
  const events = async (more: object = {}) => {
    const { status, headers, text } = await account.chat(ask(undefined, { stream: true, ...more }));
    expect(status).toBe(200);
    expect(headers.get("content-type")).toBe("text/event-stream");
    const lines = text.split("\n\n").filter((line) => line !== "");
    expect(lines.every((line) => line.startsWith("data: "))).toBe(true);
    expect(lines.pop()).toBe("data: [DONE]");
    return lines.map(
      (line) => JSON.parse(line.slice("data: ".length)) as OpenAI.ChatCompletionChunk,
    );
  };

  test("begins with the prompt's filter results, then role, content, reason", async () => {
    const [filter, role, ...rest] = await events();
    expect(filter).toEqual({
      id: "",
      object: "",
      created: 0,
      model: "",
      choices: [],
      prompt_filter_results: [{ prompt_index: 0, content_filter_results: SAFE }],
    });
    expect(role?.choices[0]?.delta).toEqual({ role: "assistant", content: "", refusal: null });
    const last = rest.pop();
    expect(last?.choices[0]).toMatchObject({ delta: {}, finish_reason: "stop" });
    expect(rest.map(({ choices }) => choices[0]?.delta.content).join("")).toBe(REPLY);
    expect(rest.length).toBeGreaterThan(10);
    for (const chunk of rest) {
      expect(chunk).toMatchObject({
        object: "chat.completion.chunk",
        choices: [{ index: 0, finish_reason: null, content_filter_results: SAFE }],
      });
      expect(chunk).not.toHaveProperty("usage");
    }
    expect(new Set([role, ...rest, last].map((chunk) => chunk?.id)).size).toBe(1);
  });

  test("include_usage: null in every chunk, and the numbers in one without a choice", async () => {
    const all = await events({ stream_options: { include_usage: true } });
    const whole = (await account.chat(ask())).body;
    const last = all.pop();
    expect(last?.choices).toEqual([]);
    expect(last?.usage).toEqual(whole.usage);
    expect(all.slice(1).map(({ usage }) => usage)).toEqual(all.slice(1).map(() => null));
  });

  test("n: every choice has its index, its text and its end", async () => {
    const chunks = await events({ n: 2 });
    for (const index of [0, 1]) {
      const own = chunks.flatMap(({ choices }) => choices).filter((c) => c.index === index);
      expect(own.map(({ delta }) => delta.content ?? "").join("")).toBe(REPLY);
      expect(own.at(-1)?.finish_reason).toBe("stop");
    }
  });

  test("a tool call comes in pieces", async () => {
    const chunks = await events({
      tools: [{ type: "function", function: { name: "first" } }],
      tool_choice: "required",
    });
    const deltas = chunks.flatMap(({ choices }) => choices[0]?.delta.tool_calls ?? []);
    expect(deltas[0]).toMatchObject({
      index: 0,
      type: "function",
      function: { name: "first", arguments: "" },
    });
    expect(deltas[1]).toEqual({ index: 0, function: { arguments: "{}" } });
    expect(chunks.at(-1)?.choices[0]?.finish_reason).toBe("tool_calls");
  });

  test("an error is not streamed", async () => {
    const { status, body } = await account.chat<ServiceError>({ stream: true });
    expect(status).toBe(400);
    expect(body.error.param).toBe("messages");
  });
});
