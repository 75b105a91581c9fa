import { BLOB_CONTAINER, GROUP, STORAGE_ACCOUNT } from "../arm/tutorial-resources";
import { CONTRIBUTOR, OWNER, READER, StorageClient } from "./storage-client";

const BLOB = "tfstate/dev.tfstate";
const LIST = "tfstate?restype=container&comp=list";

let start: () => Promise<StorageClient>;
let storage: StorageClient;
beforeAll(async () => {
  start = await StorageClient.prepare();
});
beforeEach(async () => {
  storage = await start();
});
afterEach(() => storage.close());

// https://learn.microsoft.com/azure/storage/blobs/authorize-access-azure-active-directory: Owner has no data action.
test("who has no more than Owner may not read, write or list", async () => {
  for (const answer of [
    await storage.ask("GET", BLOB),
    await storage.put(BLOB),
    await storage.ask("GET", LIST),
    await storage.lease(BLOB, "acquire", { "x-ms-lease-duration": "-1" }),
  ]) {
    expect([answer.status, answer.code]).toEqual([403, "AuthorizationPermissionMismatch"]);
  }
});

// The permissions of each operation:
// https://learn.microsoft.com/rest/api/storageservices/authorize-with-azure-active-directory#permissions-for-calling-data-operations
test("the properties of a container are an action of its own, which Owner has", async () => {
  expect((await storage.ask("HEAD", "tfstate?restype=container")).status).toBe(200);
});

test("the permission is asked for before anything is said of what exists", async () => {
  expect((await storage.ask("GET", "none/none")).code).toBe("AuthorizationPermissionMismatch");
});

test.each([
  ["Storage Blob Data Reader", READER, [404, 200, 403, 403]],
  ["Storage Blob Data Contributor", CONTRIBUTOR, [404, 200, 201, 202]],
  ["Storage Blob Data Owner", OWNER, [404, 200, 201, 202]],
])("%s: get, list, put, delete", async (_, role, expected) => {
  await storage.assign(role);
  const statuses = [
    await storage.ask("GET", BLOB),
    await storage.ask("GET", LIST),
    await storage.put(BLOB),
    await storage.ask("DELETE", BLOB),
  ].map(({ status }) => status);
  expect(statuses).toEqual(expected);
});

test.each([
  ["the container", BLOB_CONTAINER],
  ["the account", STORAGE_ACCOUNT],
  ["the group", GROUP],
])("a role on %s is enough", async (_, scope) => {
  await storage.assign(CONTRIBUTOR, scope);
  expect((await storage.put(BLOB)).status).toBe(201);
});

test("a role on another container is not", async () => {
  const other = `${STORAGE_ACCOUNT}/blobServices/default/containers/other`;
  await storage.arm.put(other, {});
  await storage.assign(CONTRIBUTOR, other);
  expect((await storage.put("other/a")).status).toBe(201);
  expect((await storage.put(BLOB)).code).toBe("AuthorizationPermissionMismatch");
});

// https://learn.microsoft.com/rest/api/storageservices/authorize-with-azure-active-directory#bearer-challenge
test("without a token the answer says where to get one, and for what", async () => {
  const { status, code, headers } = await storage.ask("GET", BLOB, { authorization: null });
  expect([status, code]).toEqual([401, "NoAuthenticationInformation"]);
  expect(headers.get("www-authenticate")).toBe(
    "Bearer authorization_uri=https://localhost:4430/11111111-1111-1111-1111-111111111111/oauth2/authorize resource_id=https://storage.azure.com",
  );
});

describe("a token", () => {
  beforeEach(() => storage.assign(CONTRIBUTOR));
  const refused = async (authorization: string) => {
    const { status, code, xml } = await storage.ask("GET", BLOB, { authorization });
    return [status, code, xml.Error?.AuthenticationErrorDetail];
  };

  test("for another service is refused", async () => {
    const token = await storage.arm.token(undefined, "https://management.azure.com");
    expect(await refused(`Bearer ${token}`)).toEqual([
      401,
      "InvalidAuthenticationInfo",
      "Audience validation failed. Audience did not match.",
    ]);
  });

  test("that has expired is refused", async () => {
    const token = await storage.arm.token(undefined, "https://storage.azure.com");
    storage.arm.clock.advance(2 * 60 * 60 * 1000);
    expect(await refused(`Bearer ${token}`)).toEqual([
      401,
      "InvalidAuthenticationInfo",
      "Lifetime validation failed. The token is expired.",
    ]);
  });

  test("of anybody else's making is refused", async () => {
    expect((await refused("Bearer e30.e30.e30")).slice(0, 2)).toEqual([
      401,
      "InvalidAuthenticationInfo",
    ]);
  });

  // MicrosoftDocs/azure-docs issue 95050.
  test("in an older version is not supported", async () => {
    const { status, xml } = await storage.ask("GET", BLOB, {
      headers: { "x-ms-version": "2017-07-29" },
    });
    expect([status, xml.Error?.AuthenticationErrorDetail]).toEqual([
      403,
      "Authentication scheme Bearer is not supported in this version.",
    ]);
  });
});

// https://learn.microsoft.com/azure/storage/common/shared-key-authorization-prevent
test.each([
  ["a shared key", BLOB, "SharedKey mystorage:c2lnbmVk"],
  ["a shared access signature", `${BLOB}?sv=2023-11-03&sr=b&sp=r&sig=c2lnbmVk`, null],
])("%s is refused, in Azure's words where keys are off", async (_, path, authorization) => {
  await storage.assign(CONTRIBUTOR);
  const on = await storage.ask("GET", path, { authorization });
  expect([on.status, on.code]).toEqual([403, "AuthenticationFailed"]);
  await storage.arm.put(STORAGE_ACCOUNT, { properties: { allowSharedKeyAccess: false } }, "PATCH");
  const off = await storage.ask("GET", path, { authorization });
  expect([off.status, off.code]).toEqual([403, "KeyBasedAuthenticationNotPermitted"]);
});
