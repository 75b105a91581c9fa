import { ask, CHAT_ACTION, OpenAiAccount, type ServiceError } from "./openai-account";

let account: OpenAiAccount;
beforeEach(async () => {
  account = await new OpenAiAccount().signIn(CHAT_ACTION);
  account.deploy("small", "gpt-4.1", "2025-04-14", { capacity: 1 });
});
afterEach(() => account.planes.close());

const chat = (more: object = {}, deployment = "small") =>
  account.chat<ServiceError>(ask("?", more), { deployment });

const limits = (headers: Headers) =>
  Object.fromEntries(
    ["limit-requests", "limit-tokens", "remaining-requests", "remaining-tokens"].map((name) => [
      name,
      Number(headers.get(`x-ratelimit-${name}`)),
    ]),
  );

/** https://learn.microsoft.com/azure/ai-foundry/openai/how-to/quota#understanding-rate-limits */
describe("one unit of capacity", () => {
  test("is 1,000 tokens and 6 requests a minute", async () => {
    const { headers } = await chat();
    // 8 of the prompt, and 16 that are reckoned with when no maximum is given.
    expect(limits(headers)).toEqual({
      "limit-requests": 6,
      "limit-tokens": 1000,
      "remaining-requests": 5,
      "remaining-tokens": 1000 - 8 - 16,
    });
  });

  test("the longest reply that is allowed counts, however short the reply is, for each of n", async () => {
    const { headers } = await chat({ max_tokens: 200, n: 2 });
    expect(limits(headers)["remaining-tokens"]).toBe(1000 - 8 - 2 * 200);
  });

  /** microsoft/sample-app-aoai-chatGPT issue 406; the headers: microsoft/copilot-camp issue 551. */
  test("more requests than that: 429 until the first is a minute old", async () => {
    await chat();
    account.clock.advance(15_000);
    for (let request = 2; request <= 6; request++) expect((await chat()).status).toBe(200);
    const { status, headers, body } = await chat();
    expect(status).toBe(429);
    expect(body.error).toEqual({
      code: "429",
      message:
        "Requests to the ChatCompletions_Create Operation under Azure OpenAI API version 2024-10-21 have exceeded call rate limit of your current OpenAI S0 pricing tier. Please retry after 45 seconds. Please go here: https://aka.ms/oai/quotaincrease if you would like to further increase the default rate limit.",
    });
    expect(headers.get("retry-after")).toBe("45");
    expect(headers.get("retry-after-ms")).toBe("45000");
    expect(limits(headers)["remaining-requests"]).toBe(0);

    account.clock.advance(44_999);
    expect((await chat()).status).toBe(429);
    account.clock.advance(1);
    expect((await chat()).status).toBe(200);
  });

  test("more tokens than that: 429 until enough of them are a minute old", async () => {
    await chat({ max_tokens: 100 });
    account.clock.advance(10_000);
    await chat({ max_tokens: 700 });
    account.clock.advance(10_000);
    const { status, headers, body } = await chat({ max_tokens: 500 });
    expect(status).toBe(429);
    expect(body.error.message).toContain("have exceeded token rate limit");
    // The first request's tokens are not enough; the second's are, 50 seconds from now.
    expect(headers.get("retry-after")).toBe("50");
    account.clock.advance(50_000);
    expect((await chat({ max_tokens: 500 })).status).toBe(200);
  });

  test("a request that is refused for something else costs nothing", async () => {
    for (let request = 1; request <= 10; request++) await chat({ temperature: 9 });
    expect(limits((await chat()).headers)["remaining-requests"]).toBe(5);
  });

  test("each deployment has its own", async () => {
    for (let request = 1; request <= 6; request++) await chat();
    expect((await chat()).status).toBe(429);
    expect((await chat({}, "chat")).status).toBe(200);
  });
});

test("one request that asks for more than the whole limit can never pass", async () => {
  const { status, headers } = await chat({ max_tokens: 2000 });
  expect(status).toBe(429);
  expect(headers.get("retry-after")).toBe("60");
});
