import { ArmClient } from "../arm-client";
import { ACCOUNT, DEPLOYMENT } from "../tutorial-resources";

let arm: ArmClient;
beforeEach(async () => {
  arm = await ArmClient.start();
  await arm.make(ACCOUNT);
});
afterEach(() => arm.close());

const MINI = { format: "OpenAI", name: "gpt-4.1-mini", version: "2025-04-14" };
const put = (path: string, model: object, sku: object = { name: "Standard", capacity: 1 }) =>
  arm.ask("PUT", path, { body: { sku, properties: { model } } });
const OTHER = `${ACCOUNT}/deployments/other`;

it("has what azurerm compares, and neither sku.tier nor throttling unasked", async () => {
  await arm.make(DEPLOYMENT);
  const { body } = await arm.get(DEPLOYMENT);
  expect(body).toMatchObject({
    sku: { name: "Standard", capacity: 1 },
    properties: {
      model: MINI,
      versionUpgradeOption: "OnceNewDefaultVersionAvailable",
      provisioningState: "Succeeded",
    },
  });
  expect(body.sku).not.toHaveProperty("tier");
  expect(body.properties).not.toHaveProperty("dynamicThrottlingEnabled");
});

it("limits requests and tokens by its capacity", async () => {
  await put(DEPLOYMENT, MINI, { name: "Standard", capacity: 10 });
  expect((await arm.settled(DEPLOYMENT)).properties.rateLimits).toEqual([
    { key: "request", renewalPeriod: 60, count: 60 },
    { key: "token", renewalPeriod: 60, count: 10_000 },
  ]);
});

it("takes the default version of a model when none is named", async () => {
  await put(DEPLOYMENT, { format: "OpenAI", name: "gpt-4.1-mini", version: "" });
  expect((await arm.settled(DEPLOYMENT)).properties.model).toEqual(MINI);
});

it.each([
  [
    "the tutorial's own model, which was retired",
    { format: "OpenAI", name: "gpt-4", version: "0613" },
    { name: "Standard" },
    "ServiceModelDeprecated",
  ],
  [
    "a version that never was",
    { ...MINI, version: "1999-01-01" },
    { name: "Standard" },
    "DeploymentModelNotSupported",
  ],
  [
    "a model of another format",
    { ...MINI, format: "Other" },
    { name: "Standard" },
    "DeploymentModelNotSupported",
  ],
  [
    "a SKU that the model does not have",
    { format: "OpenAI", name: "gpt-5", version: "2025-08-07" },
    { name: "Standard" },
    "InvalidResourceProperties",
  ],
  ["more than the quota", MINI, { name: "Standard", capacity: 301 }, "InsufficientQuota"],
  ["no capacity", MINI, { name: "Standard", capacity: 0 }, "InvalidRequestContent"],
])("refuses %s", async (_, model, sku, code) => {
  const answer = await put(DEPLOYMENT, model, sku);
  expect([answer.status, answer.body.error.code]).toEqual([400, code]);
  expect((await arm.get(DEPLOYMENT)).status).toBe(404);
});

// Source: azure-rest-api-specs, Microsoft.CognitiveServices, `AccountModel`; what a model can do is text there.
it("lists each model with what it can do, and until when", async () => {
  const { body } = await arm.get(`${ACCOUNT}/models`);
  const models = body.value as unknown as { name: string; capabilities: object }[];
  expect(models.find(({ name }) => name === "gpt-5.4-mini")).toMatchObject({
    capabilities: { chatCompletion: "true" },
    lifecycleStatus: "GenerallyAvailable",
    deprecation: { inference: "2027-09-21T00:00:00Z" },
  });
  expect(models.find(({ name }) => name === "text-embedding-3-small")?.capabilities).toEqual({
    embeddings: "true",
  });
});

it("deploys a model until the day on which it is retired", async () => {
  const model = { format: "OpenAI", name: "gpt-4o", version: "2024-11-20" };
  arm.clock.advance(Date.parse("2027-04-13T23:59:00Z") - arm.clock.now().getTime());
  expect((await put(DEPLOYMENT, model)).status).toBe(201);
  await arm.settled(DEPLOYMENT);
  arm.clock.advance(60_000);
  expect((await put(OTHER, model)).body.error.code).toBe("ServiceModelDeprecated");
});

it("shares its quota with the other deployments of the model and SKU, and gives it back", async () => {
  const sku = { name: "Standard", capacity: 200 };
  await put(DEPLOYMENT, MINI, sku);
  await arm.settled(DEPLOYMENT);
  const refused = await put(OTHER, MINI, sku);
  expect(refused.body.error).toMatchObject({
    code: "InsufficientQuota",
    message: expect.stringContaining("current available capacity 100.") as string,
  });
  expect((await put(OTHER, { ...MINI, name: "gpt-4.1" }, sku)).status).toBe(201);
  const again = await put(OTHER, { ...MINI, name: "gpt-4.1" }, sku);
  expect([again.status, again.body.error.code]).toEqual([409, "RequestConflict"]);
  await arm.settled(OTHER);
  await arm.delete(OTHER);
  expect((await put(DEPLOYMENT, MINI, { name: "Standard", capacity: 300 })).status).toBe(200);
  await arm.settled(DEPLOYMENT);
  await arm.delete(DEPLOYMENT);
  expect((await put(OTHER, MINI, sku)).status).toBe(201);
});

it("is written alone: 409 while another operation is under way on the account", async () => {
  // terraform-provider-azurerm issues 22607 and 22939
  await put(DEPLOYMENT, MINI);
  const conflict = {
    code: "RequestConflict",
    message: expect.stringMatching(
      /^Another operation is being performed on the parent resource '.*\/accounts\/MyOpenAI'/,
    ) as string,
  };
  const second = await put(OTHER, MINI);
  expect([second.status, second.body.error]).toEqual([409, conflict]);
  await arm.settled(DEPLOYMENT);
  expect((await put(OTHER, MINI)).status).toBe(201);
  const deletion = await arm.ask("DELETE", DEPLOYMENT);
  expect([deletion.status, deletion.body.error]).toEqual([409, conflict]);
  await arm.settled(OTHER);
  await arm.ask("PATCH", ACCOUNT, { body: { properties: { disableLocalAuth: true } } });
  const third = await put(OTHER, MINI);
  expect([third.status, third.body.error]).toEqual([409, conflict]);
});

it("changes by PATCH its SKU and tags only", async () => {
  // `PatchResourceTagsAndSku`
  await arm.make(DEPLOYMENT);
  const body = {
    sku: { name: "Standard", capacity: 5 },
    properties: { model: { name: "gpt-4.1" } },
  };
  expect(await arm.put(DEPLOYMENT, body, "PATCH")).toMatchObject({
    sku: { capacity: 5 },
    properties: { model: MINI },
  });
});

it("chooses among the models that its account lists", async () => {
  const { body } = await arm.get(`${ACCOUNT}/models`);
  expect(body.value).toContainEqual(
    expect.objectContaining({ name: "gpt-4.1-mini", lifecycleStatus: "GenerallyAvailable" }),
  );
  expect(body.value).toContainEqual(
    expect.objectContaining({ name: "gpt-4", version: "0613", lifecycleStatus: "Deprecated" }),
  );
});
