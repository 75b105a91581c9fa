import { CognitiveServicesManagementClient } from "@azure/arm-cognitiveservices";
import { all, GROUP, POLLING, SignedIn } from "./signed-in";

const ACCOUNT = "MyOpenAIService";

/** Source: azure-rest-api-specs, Microsoft.CognitiveServices 2025-09-01, of which the SDK is generated. */
describe("@azure/arm-cognitiveservices", () => {
  let signedIn: SignedIn;
  let client: CognitiveServicesManagementClient;

  beforeAll(async () => {
    signedIn = await SignedIn.start("Microsoft.CognitiveServices");
    client = new CognitiveServicesManagementClient(
      signedIn.credential,
      signedIn.subscriptionId,
      signedIn.options,
    );
    await client.accounts.beginCreateAndWait(
      GROUP,
      ACCOUNT,
      {
        location: "eastus",
        kind: "OpenAI",
        sku: { name: "S0" },
        properties: { customSubDomainName: "myopenaiservice" },
      },
      POLLING,
    );
  });
  afterAll(() => signedIn.close());

  test("the account's update is waited for: what follows is not refused", async () => {
    const tags = { team: "one" };
    const updated = await client.accounts.beginUpdateAndWait(GROUP, ACCOUNT, { tags }, POLLING);
    expect(updated).toMatchObject({ tags, properties: { provisioningState: "Succeeded" } });
    expect((await client.accounts.get(GROUP, ACCOUNT)).properties?.endpoint).toBe(
      `${signedIn.azure.origin}/cognitiveservices/myopenaiservice/`,
    );
    expect(await all(client.accounts.list())).toHaveLength(1);
  });

  test("a deployment of a listed model is created, changed, counted and deleted", async () => {
    const models = await all(client.accounts.listModels(GROUP, ACCOUNT));
    const model = models.find(({ lifecycleStatus }) => lifecycleStatus !== "Deprecated");
    const sku = model?.skus?.[0];
    if (!model?.name || !sku?.name) throw new Error("There is no model to deploy.");
    const deployment = {
      sku: { name: sku.name, capacity: 3 },
      properties: { model: { format: "OpenAI", name: model.name, version: model.version } },
    };
    const { deployments } = client;
    const names = [GROUP, ACCOUNT, "MyModel"] as const;
    const created = await deployments.beginCreateOrUpdateAndWait(...names, deployment, POLLING);
    expect(created.properties?.provisioningState).toBe("Succeeded");
    const usages = await all(client.usages.list("eastus"));
    const used = usages.filter(({ currentValue }) => currentValue !== 0);
    expect(used.map(({ name, currentValue }) => [name?.value, currentValue])).toEqual([
      [sku.usageName, 3],
    ]);
    const changed = await deployments.beginUpdateAndWait(...names, { tags: { a: "b" } }, POLLING);
    expect(changed).toMatchObject({ tags: { a: "b" }, sku: { capacity: 3 } });
    await deployments.beginDeleteAndWait(...names, POLLING);
    expect(await all(deployments.list(GROUP, ACCOUNT))).toEqual([]);
  });

  test("names that are taken and SKUs that are not sold are told", async () => {
    const type = "Microsoft.CognitiveServices/accounts";
    expect(await client.checkDomainAvailability("MyOpenAIService", type)).toMatchObject({
      isSubdomainAvailable: false,
      reason: expect.stringContaining("already used") as string,
    });
    expect(await client.checkDomainAvailability("another", type)).toMatchObject({
      isSubdomainAvailable: true,
    });
    const { value } = await client.checkSkuAvailability("eastus", ["S0", "F0"], "OpenAI", type);
    expect(value?.map(({ skuName, skuAvailable }) => [skuName, skuAvailable])).toEqual([
      ["S0", true],
      ["F0", false],
    ]);
  });

  test("a retired model is refused in the service's words", async () => {
    const refused = client.deployments.beginCreateOrUpdateAndWait(
      GROUP,
      ACCOUNT,
      "old",
      {
        sku: { name: "Standard", capacity: 1 },
        properties: { model: { format: "OpenAI", name: "gpt-4", version: "0613" } },
      },
      POLLING,
    );
    await expect(refused).rejects.toMatchObject({
      statusCode: 400,
      code: "ServiceModelDeprecated",
    });
  });

  test("a deleted account stays until it is purged", async () => {
    const location = "eastus";
    const { accounts, deletedAccounts } = client;
    const account = { location, kind: "OpenAI", sku: { name: "S0" } };
    await accounts.beginCreateAndWait(GROUP, "gone", account, POLLING);
    await accounts.beginDeleteAndWait(GROUP, "gone", POLLING);
    expect((await all(deletedAccounts.list())).map(({ name }) => name)).toEqual(["gone"]);
    await expect(
      accounts.beginCreateAndWait(GROUP, "gone", account, POLLING),
    ).rejects.toMatchObject({ statusCode: 409, code: "FlagMustBeSetForRestore" });
    await deletedAccounts.beginPurgeAndWait(location, GROUP, "gone", POLLING);
    expect(await all(deletedAccounts.list())).toEqual([]);
  });
});
