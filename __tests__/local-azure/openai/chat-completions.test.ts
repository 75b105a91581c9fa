import type OpenAI from "openai";
import { ask, CHAT_ACTION, OpenAiAccount, type ServiceError } from "./openai-account";

let account: OpenAiAccount;
beforeEach(async () => {
  account = await new OpenAiAccount().signIn(CHAT_ACTION);
});
afterEach(() => account.planes.close());

const SAFE = {
  hate: { filtered: false, severity: "safe" },
  self_harm: { filtered: false, severity: "safe" },
  sexual: { filtered: false, severity: "safe" },
  violence: { filtered: false, severity: "safe" },
};

const REPLY =
  'This reply comes from the local Azure, not from a model. Deployment "chat" (gpt-4.1, version 2025-04-14) was asked: "Are you there?"';

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

describe("what a request can be refused for", () => {
  const refused = async (
    body: object | string,
    expected: Partial<ServiceError["error"]>,
    options: { deployment?: string; apiVersion?: string } = {},
    status = 400,
  ) => {
    const answer = await account.chat<ServiceError>(body, options);
    expect(answer.status).toBe(status);
    expect(answer.body.error).toMatchObject(expected);
    return answer;
  };

  test("a deployment that does not exist, or not yet", async () => {
    account.deploy("early", "gpt-4.1", "2025-04-14", { provisioningState: "Creating" });
    for (const deployment of ["nothing", "early"]) {
      await refused(
        ask(),
        {
          code: "DeploymentNotFound",
          message:
            "The API deployment for this resource does not exist. If you created the deployment within the last 5 minutes, please wait a moment and try again.",
        },
        { deployment },
        404,
      );
    }
  });

  // microsoft/azurechat issue 426, Azure-Samples/azure-search-openai-demo issue 1358.
  test.each(["2023-12-01", "0613", "2099-01-01"])(
    "api-version %s is none: 404, as for a wrong path",
    async (apiVersion) => {
      const expected = { code: "404", message: "Resource not found" };
      await refused(ask(), expected, { apiVersion }, 404);
    },
  );

  // MicrosoftDocs/azure-docs issue 114602.
  test("no api-version: 404", async () => {
    const { status } = await account.request("/openai/deployments/chat/chat/completions", {
      method: "POST",
      body: JSON.stringify(ask()),
    });
    expect(status).toBe(404);
  });

  test("an endpoint, path or method that does not exist: 404", async () => {
    for (const [method, path] of [
      ["GET", "/openai/deployments/chat/chat/completions?api-version=2024-10-21"],
      ["POST", "/openai/deployments/chat/completions?api-version=2024-10-21"],
      ["POST", "/chat/completions"],
    ] as const) {
      const { status, body } = await account.request<ServiceError>(path, { method });
      expect([method, path, status]).toEqual([method, path, 404]);
      expect(body).toEqual({ error: { code: "404", message: "Resource not found" } });
    }
    const elsewhere = await account.planes.app.request(
      `${account.planes.origin}/cognitiveservices/other/openai/deployments/chat/chat/completions?api-version=2024-10-21`,
      { method: "POST", headers: { authorization: `Bearer ${account.token}` } },
    );
    expect(elsewhere.status).toBe(404);
  });

  test("a body that is not JSON", async () => {
    await refused("{", {
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
    await refused(body, {
      param,
      code,
      type: "invalid_request_error",
      message: expect.stringContaining(message) as string,
    });
  });

  test("a model that does not chat", async () => {
    account.deploy("embeddings", "text-embedding-3-small", "1");
    await refused(
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
        await refused(ask("?", more), { param, code, message }, { deployment });
      }
    });

    test("but not max_completion_tokens, nor the default temperature", async () => {
      const { status } = await account.chat(
        ask("?", { max_completion_tokens: 100, temperature: 1 }),
        { deployment: "reasoning" },
      );
      expect(status).toBe(200);
    });
  });
});

describe("structured replies", () => {
  test("json_object: an object", async () => {
    const { body } = await account.chat(
      ask("Answer in JSON.", { response_format: { type: "json_object" } }),
    );
    const reply = JSON.parse(body.choices[0]?.message.content ?? "") as { reply: string };
    expect(reply.reply).toContain('was asked: "Answer in JSON."');
  });

  test("json_schema: what the schema allows", async () => {
    const { body } = await account.chat(
      ask(undefined, {
        response_format: {
          type: "json_schema",
          json_schema: {
            name: "event",
            strict: true,
            schema: {
              type: "object",
              properties: {
                title: { type: "string" },
                kind: { enum: ["talk", "walk"] },
                seats: { type: "integer" },
                open: { type: "boolean" },
                guests: { type: "array", items: { $ref: "#/$defs/guest" } },
                host: { $ref: "#/$defs/guest" },
                note: { anyOf: [{ type: "null" }, { type: "string" }] },
              },
              required: ["title", "kind", "seats", "open", "guests", "host", "note"],
              additionalProperties: false,
              $defs: {
                guest: { type: "object", properties: { name: { type: ["string", "null"] } } },
              },
            },
          },
        },
      }),
    );
    expect(JSON.parse(body.choices[0]?.message.content ?? "")).toEqual({
      title: REPLY,
      kind: "talk",
      seats: 0,
      open: false,
      guests: [],
      host: { name: REPLY },
      note: null,
    });
  });
});

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
