import { ArmClient } from "../arm-client";
import { ACCOUNT, DEPLOYMENT, GROUP, id } from "../tutorial-resources";

let arm: ArmClient;
beforeEach(async () => {
  arm = await ArmClient.start();
  await arm.make(GROUP);
});
afterEach(() => arm.close());

const BODY = { location: "eastus", kind: "OpenAI", sku: { name: "S0" } };
const put = (path: string, properties: object, rest: object = {}) =>
  arm.ask("PUT", path, { body: { ...BODY, ...rest, properties } });
const OTHER = ACCOUNT.replace("MyOpenAI", "Other");
const DELETED =
  "providers/Microsoft.CognitiveServices/locations/eastus/resourceGroups/MyResourceGroup/deletedAccounts/MyOpenAI";
const HOUR = 60 * 60 * 1000;

it("has everything that azurerm compares, and no networkAcls unasked", async () => {
  await arm.make(ACCOUNT);
  const { body } = await arm.get(ACCOUNT);
  expect(body).toMatchObject({
    kind: "OpenAI",
    location: "eastus",
    sku: { name: "S0" },
    properties: {
      customSubDomainName: "my-openai",
      disableLocalAuth: false,
      publicNetworkAccess: "Enabled",
      endpoint: "https://localhost:4430/cognitiveservices/my-openai/",
    },
  });
  expect(body.properties).not.toHaveProperty("networkAcls");
  expect(body.properties).not.toHaveProperty("dynamicThrottlingEnabled");
  await arm.put(ACCOUNT, { ...body, properties: { networkAcls: { defaultAction: "Deny" } } });
  expect((await arm.get(ACCOUNT)).body.properties.networkAcls).toEqual({
    defaultAction: "Deny",
    ipRules: [],
    virtualNetworkRules: [],
  });
});

it("keeps what a PATCH does not name", async () => {
  await arm.make(ACCOUNT);
  const { body: before } = await arm.get(ACCOUNT);
  const after = await arm.put(
    ACCOUNT,
    { properties: { publicNetworkAccess: "Disabled" } },
    "PATCH",
  );
  expect(after.properties).toEqual({ ...before.properties, publicNetworkAccess: "Disabled" });
});

it.each([
  ["a kind that is not served", { kind: "Emotion" }, "InvalidApiSetId"],
  ["a SKU that the kind does not have", { sku: { name: "F0" } }, "InvalidSkuId"],
])("refuses %s", async (_, rest, code) => {
  const answer = await put(ACCOUNT, {}, rest);
  expect([answer.status, answer.body.error.code]).toEqual([400, code]);
});

it("does not become another kind", async () => {
  await arm.make(ACCOUNT);
  const answer = await put(ACCOUNT, {}, { kind: "AIServices" });
  expect([answer.status, answer.body.error.code]).toEqual([409, "AccountKindChangeNotAllowed"]);
});

describe("custom subdomain", () => {
  it("belongs to one account, compared without case", async () => {
    await arm.make(ACCOUNT);
    const taken = await put(OTHER, { customSubDomainName: "MY-OpenAI" });
    expect([taken.status, taken.body.error.code]).toEqual([409, "CustomDomainInUse"]);
    expect((await put(OTHER, { customSubDomainName: "my-other" })).status).toBe(201);
  });

  it("can be added, but not changed or taken away", async () => {
    // https://learn.microsoft.com/azure/ai-services/cognitive-services-custom-subdomains
    await arm.put(ACCOUNT, { ...BODY, properties: {} });
    expect((await arm.get(ACCOUNT)).body.properties).not.toHaveProperty("customSubDomainName");
    await arm.put(ACCOUNT, { ...BODY, properties: { customSubDomainName: "added" } });
    const changed = await put(ACCOUNT, { customSubDomainName: "changed" });
    expect([changed.status, changed.body.error.code]).toEqual([
      400,
      "CustomDomainNameCannotBeChanged",
    ]);
    const without = await arm.put(ACCOUNT, { ...BODY, properties: {} });
    expect(without.properties.customSubDomainName).toBe("added");
  });

  it.each(["a", "-ab", "ab-", "a_b", "x".repeat(65)])("refuses %p", async (customSubDomainName) => {
    const answer = await put(ACCOUNT, { customSubDomainName });
    expect([answer.status, answer.body.error.code]).toEqual([400, "CustomDomainNameInvalid"]);
  });
});

describe("keys", () => {
  const keys = async () =>
    (await arm.ask("POST", `${ACCOUNT}/listKeys`)).body as unknown as Record<string, string>;

  it("are two, each made again by itself, and in no answer about the account", async () => {
    await arm.make(ACCOUNT);
    const before = await keys();
    expect(before).toEqual({
      key1: expect.stringMatching(/^\w{32}$/) as string,
      key2: expect.stringMatching(/^\w{32}$/) as string,
    });
    await arm.ask("POST", `${ACCOUNT}/regenerateKey`, { body: { keyName: "Key1" } });
    const after = await keys();
    expect([after.key1 === before.key1, after.key2 === before.key2]).toEqual([false, true]);
    const account = JSON.stringify((await arm.get(ACCOUNT)).body);
    expect(account).not.toContain(after.key1);
    expect(account).not.toContain(after.key2);
  });

  it("are not listed where local authentication is off", async () => {
    await arm.make(ACCOUNT);
    await arm.put(ACCOUNT, { properties: { disableLocalAuth: true } }, "PATCH");
    const answer = await arm.ask("POST", `${ACCOUNT}/listKeys`);
    expect([answer.status, answer.body.error.code]).toEqual([400, "BadRequest"]);
  });
});

/** https://learn.microsoft.com/azure/ai-services/recover-purge-resources */
describe("soft deletion", () => {
  beforeEach(async () => {
    await arm.make(DEPLOYMENT);
    await arm.delete(ACCOUNT);
  });

  it("is listed, with the type that an account has", async () => {
    // The specification's examples GetDeletedAccount.json and ListDeletedAccountsBySubscription.json.
    const { body } = await arm.get(DELETED);
    expect(body).toMatchObject({
      id: id(DELETED),
      name: "MyOpenAI",
      type: "Microsoft.CognitiveServices/accounts",
      location: "eastus",
      properties: { scheduledPurgeDate: expect.any(String) as string },
    });
    const list = await arm.get("providers/Microsoft.CognitiveServices/deletedAccounts");
    expect(list.body.value).toEqual([body]);
    expect((await arm.get("resources")).body.value).toEqual([]);
  });

  it("keeps the name and the subdomain taken", async () => {
    const name = await put(ACCOUNT, { customSubDomainName: "another" });
    expect([name.status, name.body.error.code]).toEqual([409, "FlagMustBeSetForRestore"]);
    const subdomain = await put(OTHER, { customSubDomainName: "my-openai" });
    expect([subdomain.status, subdomain.body.error.code]).toEqual([409, "CustomDomainInUse"]);
  });

  it("is undone by restoring", async () => {
    const answer = await put(ACCOUNT, { restore: true });
    expect(answer.status).toBe(201);
    expect((await arm.settled(ACCOUNT)).properties).toMatchObject({
      customSubDomainName: "my-openai",
      provisioningState: "Succeeded",
    });
    expect((await arm.get(DELETED)).status).toBe(404);
  });

  it("is made final by purging, as azurerm does it", async () => {
    const purged = await arm.ask("DELETE", DELETED);
    expect(purged.status).toBe(202);
    expect(await arm.operation(purged)).toMatchObject({ status: "Succeeded" });
    expect((await arm.get(DELETED)).status).toBe(404);
    expect((await put(ACCOUNT, { customSubDomainName: "my-openai" })).status).toBe(201);
    await arm.settled(ACCOUNT);
    expect((await arm.get(`${ACCOUNT}/deployments`)).body.value).toEqual([]);
  });

  it("ends by itself after 48 hours", async () => {
    arm.clock.advance(47 * HOUR);
    expect((await arm.get(DELETED)).status).toBe(200);
    arm.clock.advance(HOUR);
    expect((await arm.get(DELETED)).status).toBe(404);
    expect(
      (await arm.get("providers/Microsoft.CognitiveServices/deletedAccounts")).body.value,
    ).toEqual([]);
    expect((await put(ACCOUNT, { customSubDomainName: "my-openai" })).status).toBe(201);
  });
});

it("restores nothing that was not deleted", async () => {
  const answer = await put(ACCOUNT, { restore: true });
  expect([answer.status, answer.body.error.code]).toEqual([
    404,
    "CanNotRestoreANonExistingResource",
  ]);
});
