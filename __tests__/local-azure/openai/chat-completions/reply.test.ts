import { ask, CHAT_ACTION, OpenAiAccount } from "../openai-account";
import { REPLY, SAFE } from "./fixed-reply";

let account: OpenAiAccount;
beforeEach(async () => {
  account = await new OpenAiAccount().signIn(CHAT_ACTION);
});
afterEach(() => account.planes.close());

/** Azure/azure-rest-api-specs, .../AzureOpenAI/inference/stable/2024-10-21/inference.json: createChatCompletionResponse. */
test("a reply has all that Azure's has, content filter results included", async () => {
  const { status, headers, body } = await account.chat(ask());
  expect(status).toBe(200);
  expect(body).toEqual({
    id: expect.stringMatching(/^chatcmpl-[A-Za-z0-9]{29}$/) as string,
    object: "chat.completion",
    created: account.clock.now().getTime() / 1000,
    model: "gpt-4.1-2025-04-14",
    system_fingerprint: null,
    choices: [
      {
        index: 0,
        finish_reason: "stop",
        logprobs: null,
        content_filter_results: SAFE,
        message: { role: "assistant", content: REPLY, refusal: null, annotations: [] },
      },
    ],
    prompt_filter_results: [{ prompt_index: 0, content_filter_results: SAFE }],
    usage: {
      prompt_tokens: 11,
      completion_tokens: Math.ceil(REPLY.length / 4),
      total_tokens: 11 + Math.ceil(REPLY.length / 4),
      prompt_tokens_details: { audio_tokens: 0, cached_tokens: 0 },
      completion_tokens_details: {
        accepted_prediction_tokens: 0,
        audio_tokens: 0,
        reasoning_tokens: 0,
        rejected_prediction_tokens: 0,
      },
    },
  });
  expect(headers.get("x-ms-region")).toBe("local");
  expect(headers.get("x-request-id")).toMatch(/^[0-9a-f-]{36}$/);
});

test("the last of the user's messages is the question; parts of a content are joined", async () => {
  const { body } = await account.chat({
    messages: [
      { role: "system", content: "You are terse." },
      { role: "user", content: "first" },
      { role: "assistant", content: null },
      {
        role: "user",
        content: [
          { type: "text", text: "second" },
          { type: "image_url", image_url: { url: "https://example.com/a.png" } },
          { type: "text", text: "part" },
        ],
      },
    ],
  });
  expect(body.choices[0]?.message.content).toContain('was asked: "second\npart"');
});

test("n replies, which all cost", async () => {
  const one = (await account.chat(ask())).body;
  const three = (await account.chat(ask(undefined, { n: 3 }))).body;
  expect(three.choices.map(({ index }) => index)).toEqual([0, 1, 2]);
  expect(three.usage?.completion_tokens).toBe(3 * (one.usage?.completion_tokens ?? 0));
  expect(three.usage?.prompt_tokens).toBe(one.usage?.prompt_tokens);
});

test.each(["max_tokens", "max_completion_tokens"])("%s cuts the reply", async (parameter) => {
  const { body } = await account.chat(ask(undefined, { [parameter]: 2 }));
  expect(body.choices[0]).toMatchObject({
    finish_reason: "length",
    message: { content: REPLY.slice(0, 8) },
  });
  expect(body.usage?.completion_tokens).toBe(2);
});

test.each([
  ["one sequence", " local"],
  ["the first that occurs of several", ["not a", " local", "nowhere"]],
])("stop ends the reply before %s", async (_, stop) => {
  const { body } = await account.chat(ask(undefined, { stop }));
  expect(body.choices[0]?.finish_reason).toBe("stop");
  expect(body.choices[0]?.message.content).toBe("This reply comes from the");
});
