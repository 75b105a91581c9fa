import { ask, CHAT_ACTION, OpenAiAccount, type ServiceError } from "../openai-account";
import { expectRefusal } from "./refusal";

let account: OpenAiAccount;
beforeEach(async () => {
  account = await new OpenAiAccount().signIn(CHAT_ACTION);
});
afterEach(() => account.planes.close());

describe("what a request can be refused for", () => {
  test("a body that is not JSON", async () => {
    await expectRefusal(account, "{", {
      type: "invalid_request_error",
      message: expect.stringContaining("We could not parse the JSON body") as string,
    });
  });

  test.each([
    [{}, "messages", "missing_required_parameter", "Missing required parameter: 'messages'."],
    [{ messages: [] }, "messages", "empty_array", "Invalid 'messages': empty array."],
    [
      { messages: [{ content: "?" }] },
      "messages[0].role",
      "missing_required_parameter",
      "Missing required parameter: 'messages[0].role'.",
    ],
    [
      { messages: [{ role: "human", content: "?" }] },
      "messages[0].role",
      "invalid_value",
      "Invalid value: 'human'. Supported values are: 'system', 'assistant', 'user', 'function', 'tool', and 'developer'.",
    ],
    [ask("?", { temperature: 3 }), "temperature", "invalid_value", "'temperature'"],
    [ask("?", { n: 0 }), "n", "invalid_value", "'n'"],
    [ask("?", { max_tokens: 0 }), "max_tokens", "invalid_value", "'max_tokens'"],
    [
      ask("?", { max_tokens: 5, max_completion_tokens: 5 }),
      "max_tokens",
      "invalid_parameter_combination",
      "Setting 'max_tokens' and 'max_completion_tokens' at the same time is not supported.",
    ],
    [
      ask("?", { stream_options: { include_usage: true } }),
      "stream_options",
      null,
      "The 'stream_options' parameter is only allowed when 'stream' is enabled.",
    ],
    [ask("?", { stop: ["a", "b", "c", "d", "e"] }), "stop", "invalid_value", "'stop'"],
    [
      ask("?", { response_format: { type: "json_object" } }),
      "messages",
      null,
      "'messages' must contain the word 'json' in some form, to use 'response_format' of type 'json_object'.",
    ],
    [
      ask("?", { response_format: { type: "json_schema" } }),
      "response_format.json_schema",
      "missing_required_parameter",
      "Missing required parameter: 'response_format.json_schema'.",
    ],
    [
      ask("?", { tools: [{ type: "function", function: {} }] }),
      "tools[0].function.name",
      "missing_required_parameter",
      "Missing required parameter: 'tools[0].function.name'.",
    ],
    [
      ask("?", { tool_choice: "auto" }),
      "tool_choice",
      null,
      "Invalid value for 'tool_choice': 'tool_choice' is only allowed when 'tools' are specified.",
    ],
    [
      ask("?", {
        tools: [{ type: "function", function: { name: "a" } }],
        tool_choice: { type: "function", function: { name: "b" } },
      }),
      "tool_choice",
      null,
      "Tool choice 'function' with name 'b' not found in 'tools' parameter.",
    ],
  ])("%j", async (body, param, code, message) => {
    await expectRefusal(account, body, {
      param,
      code,
      type: "invalid_request_error",
      message: expect.stringContaining(message) as string,
    });
  });

  test("a model that does not chat", async () => {
    account.deploy("embeddings", "text-embedding-3-small", "1");
    await expectRefusal(
      account,
      ask(),
      {
        code: "OperationNotSupported",
        message: expect.stringContaining(
          "The chatCompletion operation does not work with the specified model, text-embedding-3-small.",
        ) as string,
      },
      { deployment: "embeddings" },
    );
  });

  /** The wordings: obot-platform/obot issue 2862, microsoft/vscode issue 254389. */
  describe("by a model that reasons", () => {
    beforeEach(() => {
      account.deploy("reasoning", "o4-mini", "2025-04-16");
      account.deploy("five", "gpt-5", "2025-08-07");
    });
    const apiVersion = "2024-12-01-preview";

    test.each([
      [
        { max_tokens: 100 },
        "max_tokens",
        "unsupported_parameter",
        "Unsupported parameter: 'max_tokens' is not supported with this model. Use 'max_completion_tokens' instead.",
      ],
      [
        { temperature: 0.1 },
        "temperature",
        "unsupported_value",
        "Unsupported value: 'temperature' does not support 0.1 with this model. Only the default (1) value is supported.",
      ],
      [
        { top_p: 0.9 },
        "top_p",
        "unsupported_parameter",
        "Unsupported parameter: 'top_p' is not supported with this model.",
      ],
    ])("%j", async (more, param, code, message) => {
      for (const deployment of ["reasoning", "five"]) {
        const address = { deployment, apiVersion };
        await expectRefusal(account, ask("?", more), { param, code, message }, address);
      }
    });

    test("but not max_completion_tokens, nor the default temperature", async () => {
      const { status } = await account.chat(
        ask("?", { max_completion_tokens: 100, temperature: 1 }),
        { deployment: "reasoning", apiVersion },
      );
      expect(status).toBe(200);
    });

    // microsoft/microsoft-foundry-for-vscode issue 65, danielmiessler/Fabric pull request 1981.
    test("every question in an older version, as that of the tutorial's own sample", async () => {
      for (const older of ["2023-07-01-preview", "2024-10-21"]) {
        const { status, body } = await account.chat<ServiceError>(ask(), {
          deployment: "five",
          apiVersion: older,
        });
        expect([status, body]).toEqual([
          400,
          {
            error: {
              code: "BadRequest",
              message: "Model gpt-5 is enabled only for api versions 2024-12-01-preview and later",
            },
          },
        ]);
      }
      const v1 = await account.request("/openai/v1/chat/completions", {
        method: "POST",
        body: JSON.stringify(ask("?", { model: "five" })),
      });
      expect(v1.status).toBe(200);
    });
  });
});
