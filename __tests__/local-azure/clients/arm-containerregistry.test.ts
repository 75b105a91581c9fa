import { ContainerRegistryManagementClient } from "@azure/arm-containerregistry";
import { all, GROUP, POLLING, SignedIn } from "./signed-in";

const NAME = "myregistry";

/** Source: azure-rest-api-specs, Microsoft.ContainerRegistry 2025-11-01, of which the SDK is generated. */
describe("@azure/arm-containerregistry", () => {
  let signedIn: SignedIn;
  let client: ContainerRegistryManagementClient;

  beforeAll(async () => {
    signedIn = await SignedIn.start("Microsoft.ContainerRegistry");
    client = new ContainerRegistryManagementClient(
      signedIn.credential,
      signedIn.subscriptionId,
      signedIn.options,
    );
  });
  afterAll(() => signedIn.close());

  test("a registry is created, changed, listed and deleted; its name is free before and after", async () => {
    const { registries } = client;
    const isFree = () =>
      registries.checkNameAvailability({
        name: NAME,
        type: "Microsoft.ContainerRegistry/registries",
      });
    expect(await isFree()).toMatchObject({ nameAvailable: true });
    const created = await registries.create(
      GROUP,
      NAME,
      { location: "eastus", sku: { name: "Standard" } },
      POLLING,
    );
    expect(created).toMatchObject({
      provisioningState: "Succeeded",
      loginServer: `${new URL(signedIn.azure.origin).host}/${NAME}`,
      sku: { name: "Standard", tier: "Standard" },
    });
    expect(await isFree()).toMatchObject({ nameAvailable: false, reason: "AlreadyExists" });

    const change = { anonymousPullEnabled: true };
    expect(await registries.update(GROUP, NAME, change, POLLING)).toMatchObject(change);
    expect(await all(registries.listByResourceGroup(GROUP))).toHaveLength(1);
    const { value = [] } = await registries.listUsages(GROUP, NAME);
    expect(value.map(({ name, limit }) => [name, limit])).toEqual([
      ["Size", 100 * 1024 ** 3],
      ["Webhooks", 10],
    ]);

    await registries.delete(GROUP, NAME, POLLING);
    expect(await all(registries.list())).toEqual([]);
    expect(await isFree()).toMatchObject({ nameAvailable: true });
  });

  test("the admin user's passwords: refused while it is off, replaced one by one", async () => {
    const { registries } = client;
    const registry = { location: "eastus", sku: { name: "Basic" } };
    await registries.create(GROUP, "adminregistry", registry, POLLING);
    await expect(registries.listCredentials(GROUP, "adminregistry")).rejects.toMatchObject({
      statusCode: 400,
      code: "UnAuthorizedForCredentialOperations",
    });
    await registries.update(GROUP, "adminregistry", { adminUserEnabled: true }, POLLING);
    const { passwords: before = [] } = await registries.listCredentials(GROUP, "adminregistry");
    const answered = await registries.regenerateCredential(GROUP, "adminregistry", {
      name: "password2",
    });
    expect(answered.passwords?.[0]).toEqual(before[0]);
    expect(answered.passwords?.[1]?.value).not.toBe(before[1]?.value);
    expect(await registries.listCredentials(GROUP, "adminregistry")).toEqual(answered);
  });
});
