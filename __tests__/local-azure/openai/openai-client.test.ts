import OpenAI, { AzureOpenAI } from "openai";
import { API_VERSION, ask, CHAT_ACTION, OpenAiAccount } from "./openai-account";

const MODELS = "Microsoft.CognitiveServices/accounts/OpenAI/models/read";

let account: OpenAiAccount;
beforeEach(async () => {
  account = await new OpenAiAccount().signIn(CHAT_ACTION, MODELS);
});
afterEach(() => account.planes.close());

const azure = (more: object = {}) =>
  new AzureOpenAI({
    endpoint: account.endpoint,
    apiVersion: API_VERSION,
    azureADTokenProvider: () => Promise.resolve(account.token),
    fetch: account.fetch,
    maxRetries: 0,
    ...more,
  });

/** The client of the v1 API, as Azure's documentation has it: https://learn.microsoft.com/azure/ai-foundry/openai/api-version-lifecycle */
const v1 = (more: object = {}) =>
  new OpenAI({
    baseURL: `${account.endpoint}/openai/v1/`,
    apiKey: () => account.tokenFor("https://ai.azure.com"),
    fetch: account.fetch,
    maxRetries: 0,
    ...more,
  });

const clients = { AzureOpenAI: azure, "OpenAI with Azure's v1 API": v1 };

const question = {
  ...ask("Hello?"),
  model: "chat",
} as OpenAI.ChatCompletionCreateParamsNonStreaming;

describe.each(Object.entries(clients))("the real openai package: %s", (_, client) => {
  test("a reply", async () => {
    const { choices, _request_id } = await client().chat.completions.create(question);
    expect(choices[0]?.message.content).toContain('was asked: "Hello?"');
    expect(_request_id).toMatch(/^[0-9a-f-]{36}$/);
  });

  test("a stream, with its usage", async () => {
    const stream = await client().chat.completions.create({
      ...question,
      stream: true,
      stream_options: { include_usage: true },
    });
    let text = "";
    let tokens = 0;
    for await (const { choices, usage } of stream) {
      text += choices[0]?.delta.content ?? "";
      tokens += usage?.total_tokens ?? 0;
    }
    expect(text).toContain('was asked: "Hello?"');
    expect(tokens).toBeGreaterThan(0);
  });

  test("the stream helper puts a tool call together", async () => {
    const runner = client().chat.completions.stream({
      ...question,
      stream: true,
      tools: [{ type: "function", function: { name: "look", parameters: {} } }],
      tool_choice: "required",
    });
    const { choices } = await runner.finalChatCompletion();
    expect(choices[0]?.message.tool_calls?.[0]).toMatchObject({
      type: "function",
      function: { name: "look", arguments: "{}" },
    });
  });

  test("errors are those of the package, by status and code", async () => {
    const { completions } = client().chat;
    await expect(completions.create({ ...question, model: "nothing" })).rejects.toMatchObject({
      name: "Error",
      status: 404,
      code: "DeploymentNotFound",
    });
    await expect(completions.create({ ...question, messages: [] })).rejects.toBeInstanceOf(
      OpenAI.BadRequestError,
    );
    account.planes.arm.grants.length = 0;
    await expect(completions.create(question)).rejects.toBeInstanceOf(OpenAI.AuthenticationError);
  });

  test("models", async () => {
    const ids: string[] = [];
    for await (const { id } of client().models.list()) ids.push(id);
    expect(ids).toContain("gpt-4.1-2025-04-14");
    const model = await client().models.retrieve("gpt-4.1-2025-04-14");
    expect(model).toMatchObject({
      id: "gpt-4.1-2025-04-14",
      object: "model",
      status: "succeeded",
      lifecycle_status: "generally-available",
      capabilities: { chat_completion: true, embeddings: false },
    });
    await expect(client().models.retrieve("nothing")).rejects.toMatchObject({ status: 404 });
  });
});

test("the client waits for what retry-after-ms says, then gets its reply", async () => {
  account.deploy("tiny", "gpt-4.1", "2025-04-14", { capacity: 1 });
  const tiny = { ...question, model: "tiny" };
  const patient = azure({
    maxRetries: 1,
    fetch: async (input: string, init?: RequestInit) => {
      const response = await account.fetch(input, init);
      if (response.status !== 429) return response;
      // What the client would sleep, the clock goes on.
      account.clock.advance(Number(response.headers.get("retry-after-ms")));
      const headers = new Headers(response.headers);
      headers.set("retry-after-ms", "1");
      return new Response(response.body, { status: 429, headers });
    },
  });
  for (let request = 1; request <= 7; request++) await patient.chat.completions.create(tiny);
  expect(account.clock.now().toISOString()).toBe("2026-01-01T00:01:00.000Z");
});

test("a dated version is none of the v1 API", async () => {
  await expect(
    v1({ defaultQuery: { "api-version": API_VERSION } }).chat.completions.create(question),
  ).rejects.toMatchObject({ status: 400, code: "BadRequest" });
  await expect(
    v1({ defaultQuery: { "api-version": "preview" } }).chat.completions.create(question),
  ).resolves.toBeDefined();
});

test("the v1 API needs a model in the body", async () => {
  const { status, body } = await account.request<{ error: { param: string } }>(
    "/openai/v1/chat/completions",
    { method: "POST", body: JSON.stringify(ask()) },
  );
  expect(status).toBe(400);
  expect(body.error.param).toBe("model");
});

/** openai/openai-python issues 447 and 460. */
test("deployments are listed in the oldest versions only", async () => {
  account.planes.arm.grants.push({
    principalId: "someone",
    action: "Microsoft.CognitiveServices/accounts/OpenAI/deployments/read",
    scope: account.id,
  });
  for (const version of ["2022-12-01", "2023-03-15-preview"]) {
    const { body } = await account.request(`/openai/deployments?api-version=${version}`);
    expect(body).toEqual({
      object: "list",
      data: [
        {
          id: "chat",
          model: "gpt-4.1",
          object: "deployment",
          owner: "organization-owner",
          scale_settings: { scale_type: "standard" },
          status: "succeeded",
        },
      ],
    });
  }
  const { status } = await account.request("/openai/deployments?api-version=2023-05-15");
  expect(status).toBe(404);
});
