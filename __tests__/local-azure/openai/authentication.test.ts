import { AccountKeys } from "../../../local-azure/core/account-keys";
import { ask, CHAT_ACTION, OpenAiAccount, type ServiceError } from "./openai-account";

let account: OpenAiAccount;
beforeEach(async () => {
  account = await new OpenAiAccount().signIn(CHAT_ACTION);
});
afterEach(() => account.planes.close());

const chat = (headers: Record<string, string>) => account.chat<ServiceError>(ask(), { headers });

/** MicrosoftDocs/azure-ai-docs, articles/ai-foundry/openai/how-to/managed-identity.md: this body has no `error`. */
describe("without a token that is good", () => {
  const UNAUTHORIZED = {
    statusCode: 401,
    message:
      "Unauthorized. Access token is missing, invalid, audience is incorrect (https://cognitiveservices.azure.com), or have expired.",
  };

  test("none", async () => {
    const { status, body } = await chat({});
    expect(status).toBe(401);
    expect(body).toEqual(UNAUTHORIZED);
  });

  test("one for another service", async () => {
    const token = await account.tokenFor("https://management.azure.com");
    const { status, body } = await chat({ authorization: `Bearer ${token}` });
    expect(status).toBe(401);
    expect(body).toEqual(UNAUTHORIZED);
  });

  test("one for Azure AI does for the v1 API only", async () => {
    // openai/openai-node, docs/azure.md.
    const token = await account.tokenFor("https://ai.azure.com");
    const headers = { authorization: `Bearer ${token}` };
    expect((await chat(headers)).status).toBe(401);
    const { status } = await account.request("/openai/v1/chat/completions", {
      method: "POST",
      headers,
      body: JSON.stringify(ask("?", { model: "chat" })),
    });
    expect(status).toBe(200);
  });
});

/** The wording: microsoft/ai-agent-evals issue 43. */
test("without the role: 401 PermissionDenied, which names principal, action and operation", async () => {
  account.planes.arm.grants.length = 0;
  const { status, body } = await account.chat<ServiceError>(ask());
  expect(status).toBe(401);
  expect(body).toEqual({
    error: {
      code: "PermissionDenied",
      message: `The principal \`someone\` lacks the required data action \`${CHAT_ACTION}\` to perform \`POST /openai/deployments/{deployment-id}/chat/completions\` operation.`,
    },
  });
});

test("a role for the models' list does not permit a chat, and the reverse", async () => {
  const { status, body } = await account.request<ServiceError>(
    "/openai/models?api-version=2024-10-21",
  );
  expect(status).toBe(401);
  expect(body.error.message).toContain(
    "lacks the required data action `Microsoft.CognitiveServices/accounts/OpenAI/models/read` to perform `GET /openai/models` operation.",
  );
});

describe("with a key", () => {
  const keys = () => new AccountKeys(account.planes.store).of(account.id);

  // Azure-Samples/azure-search-openai-demo issue 1617.
  test("key authentication is disabled: 403, whatever the key", async () => {
    const { status, body } = await chat({ "api-key": keys().key1 });
    expect(status).toBe(403);
    expect(body).toEqual({
      error: {
        code: "AuthenticationTypeDisabled",
        message: "Key based authentication is disabled for this resource.",
      },
    });
  });

  test("either of the account's keys will do, also as the v1 API's bearer token", async () => {
    account.properties.disableLocalAuth = false;
    const { key1, key2 } = keys();
    expect((await chat({ "api-key": key1 })).status).toBe(200);
    expect((await chat({ "api-key": key2 })).status).toBe(200);
    const { status } = await account.request("/openai/v1/chat/completions", {
      method: "POST",
      headers: { authorization: `Bearer ${key1}` },
      body: JSON.stringify(ask("?", { model: "chat" })),
    });
    expect(status).toBe(200);
  });

  test.each(["0".repeat(32), "short", ""])("'%s' is not a key: 401", async (key) => {
    account.properties.disableLocalAuth = false;
    const { status, body } = await chat({ "api-key": key });
    expect(status).toBe(401);
    expect(body.error.code).toBe("401");
    expect(body.error.message).toContain(
      "Access denied due to invalid subscription key or wrong API endpoint.",
    );
  });

  test("a regenerated key replaces the one before it", async () => {
    account.properties.disableLocalAuth = false;
    const before = keys();
    const after = new AccountKeys(account.planes.store).regenerate(account.id, "Key1");
    expect(after.key2).toBe(before.key2);
    expect((await chat({ "api-key": before.key1 })).status).toBe(401);
    expect((await chat({ "api-key": after.key1 })).status).toBe(200);
  });
});

/** https://learn.microsoft.com/azure/ai-services/cognitive-services-virtual-networks */
describe("network rules", () => {
  const from = (remoteAddress?: string) =>
    account.chat<ServiceError>(ask(), { env: { incoming: { socket: { remoteAddress } } } });

  test("public access disabled: 403 for everybody", async () => {
    account.properties.publicNetworkAccess = "Disabled";
    const { status, body } = await from("127.0.0.1");
    expect(status).toBe(403);
    expect(body.error.message).toBe(
      "Public access is disabled. Please configure private endpoint.",
    );
  });

  test("default Deny: the addresses that a rule names, and no others", async () => {
    account.properties.networkAcls = {
      defaultAction: "Deny",
      ipRules: [{ value: "127.0.0.1" }, { value: "10.1.0.0/16" }],
    };
    expect((await from("127.0.0.1")).status).toBe(200);
    expect((await from("::ffff:10.1.2.3")).status).toBe(200);
    const { status, body } = await from("10.2.0.1");
    expect(status).toBe(403);
    expect(body.error.message).toBe("Access denied due to Virtual Network/Firewall rules.");
    expect((await from()).status).toBe(403);
  });

  test("default Allow: everybody", async () => {
    account.properties.networkAcls = { defaultAction: "Allow", ipRules: [] };
    expect((await from("192.0.2.1")).status).toBe(200);
  });
});

/** https://learn.microsoft.com/azure/ai-services/cognitive-services-custom-subdomains */
describe("at its region's endpoint", () => {
  const atRegion = async (headers: Record<string, string>, region = "eastus") => {
    const response = await account.planes.app.request(
      `${account.planes.origin}/cognitiveservices/${region}/openai/deployments/chat/chat/completions?api-version=2024-10-21`,
      { method: "POST", headers, body: JSON.stringify(ask()) },
    );
    const { error } = (await response.json()) as Partial<ServiceError>;
    return [response.status, error?.code];
  };
  const key = () => new AccountKeys(account.planes.store).of(account.id).key1;

  test("a key does, with or without a subdomain of the account's own", async () => {
    account.properties.disableLocalAuth = false;
    expect(await atRegion({ "api-key": key() })).toEqual([200, undefined]);
    delete account.properties.customSubDomainName;
    expect(await atRegion({ "api-key": key() })).toEqual([200, undefined]);
  });

  test("a token does not: 400, since nothing says whose it would be", async () => {
    expect(await atRegion({ authorization: `Bearer ${account.token}` })).toEqual([
      400,
      "BadRequest",
    ]);
  });

  test("the key of an account without key authentication is refused as anywhere", async () => {
    expect(await atRegion({ "api-key": key() })).toEqual([403, "AuthenticationTypeDisabled"]);
  });

  test("no key, or one of nobody's, is refused", async () => {
    expect(await atRegion({})).toEqual([401, "401"]);
    expect(await atRegion({ "api-key": "0".repeat(32) })).toEqual([401, "401"]);
  });

  test("there is none where there is no account", async () => {
    expect(await atRegion({ "api-key": key() }, "westus")).toEqual([404, "404"]);
  });
});
