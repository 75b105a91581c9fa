import { ServiceLinkerManagementClient } from "@azure/arm-servicelinker";
import { all, POLLING, SignedIn } from "./signed-in";

const NAME = "openai_conn";

/** Source: azure-rest-api-specs, Microsoft.ServiceLinker 2022-05-01, of which the SDK is generated. */
describe("@azure/arm-servicelinker", () => {
  let signedIn: SignedIn;
  let client: ServiceLinkerManagementClient;
  let account: string;
  let clientId: string;
  /** The cluster's id, as the SDK takes it: without the slash. */
  let cluster: string;

  beforeAll(async () => {
    signedIn = await SignedIn.start(
      "Microsoft.CognitiveServices",
      "Microsoft.ContainerService",
      "Microsoft.KubernetesConfiguration",
      "Microsoft.ManagedIdentity",
      "Microsoft.ServiceLinker",
    );
    client = new ServiceLinkerManagementClient(signedIn.credential, signedIn.options);
    const providers = `${signedIn.group}/providers`;
    account = `${providers}/Microsoft.CognitiveServices/accounts/MyOpenAIService`;
    cluster = `${providers}/Microsoft.ContainerService/managedClusters/MyAKSCluster`.slice(1);
    const location = "eastus";
    const [, , identity] = await Promise.all([
      signedIn.make(account, "2025-09-01", {
        location,
        kind: "OpenAI",
        sku: { name: "S0" },
        properties: { customSubDomainName: "myopenaiservice" },
      }),
      signedIn.make(`/${cluster}`, "2026-04-01", {
        location,
        identity: { type: "SystemAssigned" },
        properties: {
          dnsPrefix: "my",
          agentPoolProfiles: [{ name: "nodepool1", count: 1, mode: "System" }],
        },
      }),
      signedIn.make(
        `${providers}/Microsoft.ManagedIdentity/userAssignedIdentities/MyIdentity`,
        "2024-11-30",
        { location },
      ),
    ]);
    clientId = (identity.properties as { clientId: string }).clientId;
  });
  afterAll(() => signedIn.close());

  const linker = () => ({
    clientType: "python",
    scope: "default",
    targetService: { type: "AzureResource" as const, id: account },
    // The SDK's version does not know the type yet, and sends what it is given.
    authInfo: { authType: "userAssignedIdentity" as const, clientId },
  });

  test("a connection is created, read, changed, validated and deleted", async () => {
    const { linker: linkers } = client;
    const created = await linkers.beginCreateOrUpdateAndWait(cluster, NAME, linker(), POLLING);
    expect(created).toMatchObject({
      name: NAME,
      provisioningState: "Succeeded",
      authInfo: { authType: "userAssignedIdentity", clientId },
    });
    expect((await all(linkers.list(cluster))).map(({ name }) => name)).toEqual([NAME]);

    const { configurations = [] } = await linkers.listConfigurations(cluster, NAME);
    expect(configurations.map(({ name, value }) => [name, value])).toEqual([
      ["AZURE_OPENAI_BASE", `${signedIn.azure.origin}/cognitiveservices/myopenaiservice/`],
      ["AZURE_OPENAI_CLIENTID", clientId],
    ]);

    const change = { clientType: "nodejs" };
    const changed = await linkers.beginUpdateAndWait(cluster, NAME, change, POLLING);
    expect(changed).toMatchObject({ ...change, provisioningState: "Succeeded" });

    const report = await linkers.beginValidateAndWait(cluster, NAME, POLLING);
    expect(report).toMatchObject({
      linkerName: NAME,
      isConnectionAvailable: true,
      targetId: account,
      authType: "userAssignedIdentity",
    });

    await linkers.beginDeleteAndWait(cluster, NAME, POLLING);
    await expect(linkers.get(cluster, NAME)).rejects.toMatchObject({
      statusCode: 404,
      code: "ResourceNotFound",
    });
  });

  test("what the connection needs is not there: the poller throws what the operation failed with", async () => {
    const authInfo = { ...linker().authInfo, clientId: "0f5c2b8e-6f0d-4d8c-9a39-3f2f3c3f7a10" };
    await expect(
      client.linker.beginCreateOrUpdateAndWait(
        cluster,
        "broken",
        { ...linker(), authInfo },
        POLLING,
      ),
    ).rejects.toThrow("UserAssignedIdentityNotFound");
  });
});
