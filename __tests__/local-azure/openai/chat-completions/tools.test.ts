import type OpenAI from "openai";
import { ask, CHAT_ACTION, OpenAiAccount } from "../openai-account";
import { REPLY } from "./fixed-reply";

let account: OpenAiAccount;
beforeEach(async () => {
  account = await new OpenAiAccount().signIn(CHAT_ACTION);
});
afterEach(() => account.planes.close());

describe("tools", () => {
  const tools = [
    { type: "function", function: { name: "first" } },
    {
      type: "function",
      function: {
        name: "get_weather",
        parameters: { type: "object", properties: { city: { type: "string" } } },
      },
    },
  ];

  test("offered, they are not called: there is no model to want one", async () => {
    const { body } = await account.chat(ask(undefined, { tools, tool_choice: "auto" }));
    expect(body.choices[0]).toMatchObject({ finish_reason: "stop", message: { content: REPLY } });
    expect(body.choices[0]?.message).not.toHaveProperty("tool_calls");
  });

  test.each([
    ["required", "first", "tool_calls", {}],
    [
      { type: "function", function: { name: "get_weather" } },
      "get_weather",
      "stop",
      { city: REPLY },
    ],
  ])("insisted on by %j, one is called", async (choice, name, reason, given) => {
    const { body } = await account.chat(ask(undefined, { tools, tool_choice: choice }));
    const [first] = body.choices;
    expect(first?.finish_reason).toBe(reason);
    expect(first?.message.content).toBeNull();
    const [call, ...more] = first?.message.tool_calls ?? [];
    expect(more).toEqual([]);
    const called = call as OpenAI.ChatCompletionMessageFunctionToolCall;
    expect(called.id).toMatch(/^call_/);
    expect(called.function.name).toBe(name);
    expect(JSON.parse(called.function.arguments)).toEqual(given);
  });
});
