import { ArmClient } from "../arm-client";
import { GROUP, id, STORAGE_ACCOUNT } from "../tutorial-resources";

// azure-rest-api-specs, Microsoft.Storage/stable/2025-06-01/storage.json and its example StorageAccountCreate.json.

let start: () => Promise<ArmClient>;
let arm: ArmClient;
beforeAll(async () => {
  start = await ArmClient.prepare(GROUP);
});
beforeEach(async () => {
  arm = await start();
});
afterEach(() => arm.close());

const account = (name: string, group = GROUP) =>
  `${group}/providers/Microsoft.Storage/storageAccounts/${name}`;
const BODY = { location: "eastus", kind: "StorageV2", sku: { name: "Standard_LRS" } };

test("an account says where its services are, and has Azure's defaults", async () => {
  const { sku, properties } = await arm.put(STORAGE_ACCOUNT, BODY);
  expect(sku).toEqual({ name: "Standard_LRS", tier: "Standard" });
  expect(properties).toMatchObject({
    accessTier: "Hot",
    allowBlobPublicAccess: false,
    allowSharedKeyAccess: true,
    provisioningState: "Succeeded",
    primaryLocation: "eastus",
    supportsHttpsTrafficOnly: true,
    primaryEndpoints: {
      blob: "https://mystorage.blob.localhost:4430/",
      dfs: "https://mystorage.dfs.localhost:4430/",
    },
  });
});

// What `az storage account create --allow-shared-key-access false` sends: Azure/azure-cli,
// command_modules/storage/operations/account.py (`create_storage_account`).
test("what is given replaces the defaults, and stays when something else changes", async () => {
  await arm.put(STORAGE_ACCOUNT, {
    ...BODY,
    properties: {
      allowSharedKeyAccess: false,
      minimumTlsVersion: "TLS1_2",
      allowBlobPublicAccess: null,
      encryption: { services: { blob: {} }, keySource: "Microsoft.Storage" },
    },
  });
  arm.clock.advance(60_000);
  const { properties: before } = (await arm.get(STORAGE_ACCOUNT)).body;
  const { properties } = await arm.put(STORAGE_ACCOUNT, { tags: { a: "1" } }, "PATCH");
  expect(properties).toMatchObject({
    allowSharedKeyAccess: false,
    minimumTlsVersion: "TLS1_2",
    allowBlobPublicAccess: false,
  });
  expect(properties).toEqual(before);
});

// learn.microsoft.com/azure/azure-resource-manager/troubleshooting/error-storage-account-name
test.each([
  ["ab", 400, "AccountNameInvalid"],
  ["my-storage", 400, "AccountNameInvalid"],
  ["MyStorage", 400, "AccountNameInvalid"],
  ["a".repeat(25), 400, "AccountNameInvalid"],
  ["taken", 409, "StorageAccountAlreadyTaken"],
])("the name %s is refused", async (name, status, code) => {
  await arm.put("resourceGroups/other", { location: "eastus" });
  await arm.put(account("taken", "resourceGroups/other"), BODY);
  const { status: answered, body } = await arm.ask("PUT", account(name), { body: BODY });
  expect([answered, body.error.code]).toEqual([status, code]);

  const check = await arm.ask("POST", "providers/Microsoft.Storage/checkNameAvailability", {
    body: { name, type: "Microsoft.Storage/storageAccounts" },
    apiVersion: "2025-06-01",
  });
  expect(check.body).toEqual({
    nameAvailable: false,
    reason: status === 409 ? "AlreadyExists" : "AccountNameInvalid",
    message: body.error.message,
  });
});

// learn.microsoft.com/azure/azure-resource-manager/management/tag-resources#limitations
test("a tag's name is shorter than that of other resources", async () => {
  const put = (length: number) =>
    arm.ask("PUT", STORAGE_ACCOUNT, { body: { ...BODY, tags: { ["n".repeat(length)]: "" } } });
  expect((await put(129)).body.error.code).toBe("InvalidTagName");
  expect((await put(128)).status).toBe(200);
});

// terraform-provider-azurerm issue 27752: the keys are listed, and refused where they are used.
test("two keys are listed, the same every time, although no service takes them", async () => {
  await arm.put(STORAGE_ACCOUNT, { ...BODY, properties: { allowSharedKeyAccess: false } });
  const list = async () =>
    (await arm.ask("POST", `${STORAGE_ACCOUNT}/listKeys?$expand=kerb`)).body.keys as {
      keyName: string;
      value: string;
      permissions: string;
    }[];
  const keys = await list();
  expect(keys).toMatchObject([
    { keyName: "key1", permissions: "FULL" },
    { keyName: "key2", permissions: "FULL" },
  ]);
  expect(keys.map(({ value }) => Buffer.from(value, "base64").length)).toEqual([64, 64]);
  expect(await list()).toEqual(keys);
  expect(JSON.stringify((await arm.get(STORAGE_ACCOUNT)).body)).not.toContain(keys[0]?.value);
});

// azurerm reads both services of an account: internal/services/storage/storage_account_resource.go.
test.each(["blobServices", "fileServices"])("its %s is there as long as it is", async (service) => {
  await arm.put(STORAGE_ACCOUNT, BODY);
  const path = `${STORAGE_ACCOUNT}/${service}/default`;
  const { status, body } = await arm.get(path);
  expect([status, body.id, body.type]).toEqual([
    200,
    id(path),
    `Microsoft.Storage/storageAccounts/${service}`,
  ]);
  expect((await arm.get(`${STORAGE_ACCOUNT}/${service}/other`)).status).toBe(404);
  await arm.delete(STORAGE_ACCOUNT);
  expect((await arm.get(path)).status).toBe(404);
});
