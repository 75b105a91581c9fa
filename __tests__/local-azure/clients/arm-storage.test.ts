import { StorageManagementClient } from "@azure/arm-storage";
import { all, GROUP, POLLING, SignedIn } from "./signed-in";

/** Source: azure-rest-api-specs, Microsoft.Storage 2026-04-01, of which the SDK is generated. */
describe("@azure/arm-storage", () => {
  let signedIn: SignedIn;
  let client: StorageManagementClient;

  beforeAll(async () => {
    signedIn = await SignedIn.start("Microsoft.Storage");
    client = new StorageManagementClient(
      signedIn.credential,
      signedIn.subscriptionId,
      signedIn.options,
    );
  });
  afterAll(() => signedIn.close());

  test("an account without keys and a container are made, found and deleted", async () => {
    const name = "mystorage";
    const check = () =>
      client.storageAccounts.checkNameAvailability({
        name,
        type: "Microsoft.Storage/storageAccounts",
      });
    expect(await check()).toMatchObject({ nameAvailable: true });
    const account = await client.storageAccounts.create(
      GROUP,
      name,
      {
        location: "eastus",
        kind: "StorageV2",
        sku: { name: "Standard_LRS" },
        allowSharedKeyAccess: false,
      },
      POLLING,
    );
    expect(account).toMatchObject({
      name,
      allowSharedKeyAccess: false,
      provisioningState: "Succeeded",
    });
    expect(account.primaryEndpoints?.blob).toMatch(/^https:\/\/mystorage\.blob\.localhost:\d+\/$/);
    expect(await check()).toMatchObject({ nameAvailable: false, reason: "AlreadyExists" });
    expect((await client.storageAccounts.listKeys(GROUP, name)).keys).toHaveLength(2);
    expect(await client.blobServices.getServiceProperties(GROUP, name)).toMatchObject({
      name: "default",
    });

    const made = await client.blobContainers.create(GROUP, name, "mycontainer", {});
    expect(made).toMatchObject({ name: "mycontainer", publicAccess: "None" });
    const found = await client.blobContainers.get(GROUP, name, "mycontainer");
    expect(found).toMatchObject({ etag: made.etag, hasLegalHold: false });
    const names = async () =>
      (await all(client.blobContainers.list(GROUP, name))).map((container) => container.name);
    expect(await names()).toEqual(["mycontainer"]);
    await client.blobContainers.delete(GROUP, name, "mycontainer");
    expect(await names()).toEqual([]);

    await client.storageAccounts.delete(GROUP, name);
    expect(await all(client.storageAccounts.list())).toEqual([]);
  });
});
