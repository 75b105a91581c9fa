import { ArmClient } from "../arm-client";
import { BLOB_CONTAINER, STORAGE_ACCOUNT } from "../tutorial-resources";

// azure-rest-api-specs, Microsoft.Storage/stable/2025-06-01/blob.json and its example BlobContainersGet.json.

let start: () => Promise<ArmClient>;
let arm: ArmClient;
beforeAll(async () => {
  start = await ArmClient.prepare(STORAGE_ACCOUNT);
});
beforeEach(async () => {
  arm = await start();
});
afterEach(() => arm.close());

const container = (name: string) => `${STORAGE_ACCOUNT}/blobServices/default/containers/${name}`;

test("a container is private, and its ETag and its time change with it", async () => {
  const { body } = await arm.ask("PUT", BLOB_CONTAINER, { body: {} });
  expect(body.properties).toMatchObject({
    publicAccess: "None",
    leaseState: "Available",
    leaseStatus: "Unlocked",
    hasImmutabilityPolicy: false,
    hasLegalHold: false,
  });
  arm.clock.advance(60_000);
  const changed = await arm.put(BLOB_CONTAINER, { properties: { metadata: { a: "1" } } }, "PATCH");
  expect(changed.etag).not.toBe(body.etag);
  expect(changed.properties.lastModifiedTime).not.toBe(body.properties.lastModifiedTime);
});

// https://learn.microsoft.com/rest/api/storageservices/naming-and-referencing-containers--blobs--and-metadata
test.each([
  ["ab", "OutOfRangeInput"],
  ["a".repeat(64), "OutOfRangeInput"],
  ["tf_state", "InvalidResourceName"],
  ["TfState", "InvalidResourceName"],
  ["tf--state", "InvalidResourceName"],
  ["-tfstate", "InvalidResourceName"],
])("the name %s is refused", async (name, code) => {
  const { status, body } = await arm.ask("PUT", container(name), { body: {} });
  expect([status, body.error.code]).toEqual([400, code]);
});

test.each(["abc", "tf-state-1", "a".repeat(63), "$web"])("the name %s is taken", async (name) => {
  expect((await arm.ask("PUT", container(name), { body: {} })).status).toBe(201);
});

// https://learn.microsoft.com/azure/storage/blobs/anonymous-read-access-prevent
test("it is open to all only where the account allows that", async () => {
  const open = { properties: { publicAccess: "Blob" } };
  const { status, body } = await arm.ask("PUT", BLOB_CONTAINER, { body: open });
  expect([status, body.error.code]).toEqual([409, "PublicAccessNotPermitted"]);
  await arm.put(STORAGE_ACCOUNT, { properties: { allowBlobPublicAccess: true } }, "PATCH");
  expect((await arm.put(BLOB_CONTAINER, open)).properties.publicAccess).toBe("Blob");
});
