import { CONTRIBUTOR, StorageClient } from "./storage-client";

// https://learn.microsoft.com/rest/api/storageservices/operations-on-blobs

const BLOB = "tfstate/dev.tfstate";
const LEASE = "0A000000-0000-4000-8000-00000000000b";

let start: () => Promise<StorageClient>;
let storage: StorageClient;
beforeAll(async () => {
  start = await StorageClient.prepare();
});
beforeEach(async () => {
  storage = await start();
  await storage.assign(CONTRIBUTOR);
});
afterEach(() => storage.close());

test("what was put is got, with its type, its metadata and its checksum", async () => {
  const put = await storage.put(BLOB, '{"a":1}', {
    "x-ms-blob-content-type": "application/json",
    "x-ms-meta-TerraformLockId": "e30=",
  });
  expect(put.status).toBe(201);
  const got = await storage.ask("GET", BLOB);
  expect([got.status, got.text]).toEqual([200, '{"a":1}']);
  expect(Object.fromEntries(got.headers)).toMatchObject({
    "content-length": "7",
    "content-md5": "u2y1xo30ZSlByvZSo2by2A==",
    "content-type": "application/json",
    etag: put.headers.get("etag"),
    "last-modified": put.headers.get("last-modified"),
    "x-ms-blob-type": "BlockBlob",
    "x-ms-lease-state": "available",
    "x-ms-lease-status": "unlocked",
    "x-ms-meta-terraformlockid": "e30=",
    "x-ms-server-encrypted": "true",
    "x-ms-version": "2023-11-03",
  });
  const { status, headers, text } = await storage.ask("HEAD", BLOB);
  expect([status, headers.get("content-length"), text]).toEqual([200, "7", ""]);
});

test("a name has a casing, and slashes, colons and letters of any script in it", async () => {
  await storage.put("tfstate/A", "capital");
  await storage.put("tfstate/a", "small");
  expect((await storage.ask("GET", "tfstate/A")).text).toBe("capital");
  await storage.put("tfstate/dev.tfstateenv%3Atest/%C3%BC%2Bx", "named");
  expect((await storage.ask("GET", "tfstate/dev.tfstateenv:test/ü%2Bx")).text).toBe("named");
});

test("an upload replaces metadata too, and keeps the time of creation", async () => {
  await storage.put(BLOB, "1", { "x-ms-meta-a": "1" });
  const first = await storage.ask("HEAD", BLOB);
  storage.arm.clock.advance(60_000);
  await storage.put(BLOB, "2");
  const second = await storage.ask("HEAD", BLOB);
  expect(second.headers.has("x-ms-meta-a")).toBe(false);
  expect(second.headers.get("etag")).not.toBe(first.headers.get("etag"));
  expect(second.headers.get("last-modified")).not.toBe(first.headers.get("last-modified"));
  expect(second.headers.get("x-ms-creation-time")).toBe(first.headers.get("x-ms-creation-time"));
});

test("metadata is replaced as a whole, the content is not", async () => {
  await storage.put(BLOB, "kept", { "x-ms-meta-a": "1" });
  const set = await storage.ask("PUT", `${BLOB}?comp=metadata`, {
    headers: { "x-ms-meta-b": "2" },
  });
  expect(set.status).toBe(200);
  const got = await storage.ask("GET", BLOB);
  expect([got.text, got.headers.get("x-ms-meta-a"), got.headers.get("x-ms-meta-b")]).toEqual([
    "kept",
    null,
    "2",
  ]);
});

// https://learn.microsoft.com/rest/api/storageservices/specifying-the-range-header-for-blob-service-operations
test.each([
  ["bytes=2-3", 206, "cd", "bytes 2-3/6"],
  ["bytes=4-", 206, "ef", "bytes 4-5/6"],
  ["bytes=4-99", 206, "ef", "bytes 4-5/6"],
  ["bytes=6-", 416, undefined, "bytes */6"],
])("the range %s", async (range, status, text, contentRange) => {
  await storage.put(BLOB, "abcdef");
  const got = await storage.ask("GET", BLOB, { headers: { "x-ms-range": range } });
  expect([got.status, got.headers.get("content-range")]).toEqual([status, contentRange]);
  if (text === undefined) expect(got.code).toBe("InvalidRange");
  else expect(got.text).toBe(text);
});

// https://learn.microsoft.com/rest/api/storageservices/specifying-conditional-headers-for-blob-service-operations
describe("conditions", () => {
  const matching = (etag: string) => ({ "if-match": etag });
  const noneMatching = (etag: string) => ({ "if-none-match": etag });

  test("a write goes on while the ETag is the one that was read", async () => {
    const etag = (await storage.put(BLOB)).headers.get("etag") ?? "";
    expect((await storage.put(BLOB, "2", matching(etag))).status).toBe(201);
    const late = await storage.put(BLOB, "3", matching(etag));
    expect([late.status, late.code]).toEqual([412, "ConditionNotMet"]);
    expect((await storage.ask("GET", BLOB)).text).toBe("2");
  });

  test("a reader who has it is told so, without a body", async () => {
    const etag = (await storage.put(BLOB)).headers.get("etag") ?? "";
    const { status, text } = await storage.ask("GET", BLOB, { headers: noneMatching(etag) });
    expect([status, text]).toEqual([304, ""]);
    storage.arm.clock.advance(1234);
    const date = (await storage.put(BLOB)).headers.get("last-modified") ?? "";
    const since = { "if-modified-since": date };
    expect((await storage.ask("GET", BLOB, { headers: since })).status).toBe(304);
    const unmodified = { "if-unmodified-since": "Thu, 01 Jan 2015 00:00:00 GMT" };
    expect((await storage.ask("GET", BLOB, { headers: unmodified })).status).toBe(412);
  });

  test("what must not be there is made once", async () => {
    expect((await storage.put(BLOB, "1", noneMatching("*"))).status).toBe(201);
    const again = await storage.put(BLOB, "2", noneMatching("*"));
    expect([again.status, again.code]).toEqual([409, "BlobAlreadyExists"]);
    expect((await storage.put("tfstate/none", "1", matching("*"))).status).toBe(412);
  });
});

// https://learn.microsoft.com/rest/api/storageservices/snapshot-blob
test("snapshots keep what was, and hold up the deletion", async () => {
  await storage.put(BLOB, "old", { "x-ms-meta-a": "1" });
  const snapshots = [
    await storage.ask("PUT", `${BLOB}?comp=snapshot`),
    await storage.ask("PUT", `${BLOB}?comp=snapshot`, { headers: { "x-ms-meta-b": "2" } }),
  ];
  expect(snapshots.map(({ status }) => status)).toEqual([201, 201]);
  const times = snapshots.map(({ headers }) => headers.get("x-ms-snapshot") ?? "");
  const now = storage.arm.clock.now().toISOString().slice(0, -1);
  expect(times).toEqual([`${now}0000Z`, `${now}0001Z`]);
  await storage.put(BLOB, "new");
  const [first, second] = await Promise.all(
    times.map((time) => storage.ask("GET", `${BLOB}?snapshot=${time}`)),
  );
  expect([first?.text, first?.headers.get("x-ms-meta-a")]).toEqual(["old", "1"]);
  expect([second?.text, second?.headers.get("x-ms-meta-b")]).toEqual(["old", "2"]);

  const refused = await storage.ask("DELETE", BLOB);
  expect([refused.status, refused.code]).toEqual([409, "SnapshotsPresent"]);
  const remove = (which: string) =>
    storage.ask("DELETE", BLOB, { headers: { "x-ms-delete-snapshots": which } });
  expect((await remove("only")).status).toBe(202);
  expect((await storage.ask("GET", BLOB)).text).toBe("new");
  expect((await storage.ask("GET", `${BLOB}?snapshot=${times[0] ?? ""}`)).code).toBe(
    "BlobNotFound",
  );
  expect((await remove("include")).status).toBe(202);
  expect((await storage.ask("GET", BLOB)).code).toBe("BlobNotFound");
});

describe("a lease", () => {
  const held = { "x-ms-lease-id": LEASE };
  const acquire = (seconds: string) =>
    storage.lease(BLOB, "acquire", {
      "x-ms-lease-duration": seconds,
      "x-ms-proposed-lease-id": LEASE,
    });
  const state = async () => {
    const { headers } = await storage.ask("HEAD", BLOB);
    return ["state", "status", "duration"].map((name) => headers.get(`x-ms-lease-${name}`));
  };
  beforeEach(async () => {
    await storage.put(BLOB);
  });

  test("without an end keeps all others from writing, until it is released", async () => {
    const acquired = await acquire("-1");
    expect([acquired.status, acquired.headers.get("x-ms-lease-id")]).toEqual([
      201,
      LEASE.toLowerCase(),
    ]);
    expect(await state()).toEqual(["leased", "locked", "infinite"]);
    storage.arm.clock.advance(1_000_000);
    for (const refused of [
      await storage.put(BLOB, "other"),
      await storage.ask("PUT", `${BLOB}?comp=metadata`),
      await storage.ask("DELETE", BLOB),
    ]) {
      expect([refused.status, refused.code]).toEqual([412, "LeaseIdMissing"]);
    }
    const second = await storage.lease(BLOB, "acquire", { "x-ms-lease-duration": "-1" });
    expect([second.status, second.code]).toEqual([409, "LeaseAlreadyPresent"]);
    expect((await storage.put(BLOB, "mine", held)).status).toBe(201);
    expect(await state()).toEqual(["leased", "locked", "infinite"]);
    expect((await storage.lease(BLOB, "release", held)).status).toBe(200);
    expect(await state()).toEqual(["available", "unlocked", null]);
    expect((await storage.put(BLOB, "other")).status).toBe(201);
  });

  test("with an end runs out, is renewed, and is gone after another's write", async () => {
    await acquire("15");
    expect(await state()).toEqual(["leased", "locked", "fixed"]);
    storage.arm.clock.advance(15_000);
    expect(await state()).toEqual(["expired", "unlocked", null]);
    expect((await storage.lease(BLOB, "renew", held)).status).toBe(200);
    expect(await state()).toEqual(["leased", "locked", "fixed"]);
    storage.arm.clock.advance(15_000);
    await storage.put(BLOB, "other");
    expect(await state()).toEqual(["available", "unlocked", null]);
    const late = await storage.lease(BLOB, "renew", held);
    expect([late.status, late.code]).toEqual([409, "LeaseNotPresentWithLeaseOperation"]);
  });

  test("is broken after the time that the answer names", async () => {
    await acquire("-1");
    const broken = await storage.lease(BLOB, "break", { "x-ms-lease-break-period": "10" });
    expect([broken.status, broken.headers.get("x-ms-lease-time")]).toEqual([202, "10"]);
    expect(await state()).toEqual(["breaking", "locked", "infinite"]);
    storage.arm.clock.advance(10_000);
    expect(await state()).toEqual(["broken", "unlocked", null]);
  });

  test("changes its id", async () => {
    await acquire("-1");
    const other = "0b000000-0000-4000-8000-00000000000b";
    const changed = await storage.lease(BLOB, "change", {
      ...held,
      "x-ms-proposed-lease-id": other,
    });
    expect([changed.status, changed.headers.get("x-ms-lease-id")]).toEqual([200, other]);
    const stale = await storage.put(BLOB, "mine", held);
    expect([stale.status, stale.code]).toEqual([412, "LeaseIdMismatchWithBlobOperation"]);
  });

  test("is no change of the blob", async () => {
    const before = (await storage.ask("HEAD", BLOB)).headers.get("etag");
    expect((await acquire("60")).headers.get("etag")).toBe(before);
    expect((await storage.ask("HEAD", BLOB)).headers.get("etag")).toBe(before);
  });

  test.each<[string, Record<string, string>, string]>([
    ["acquire", { "x-ms-lease-duration": "14" }, "InvalidHeaderValue"],
    ["acquire", { "x-ms-lease-duration": "61" }, "InvalidHeaderValue"],
    ["acquire", {}, "MissingRequiredHeader"],
    [
      "acquire",
      { "x-ms-lease-duration": "15", "x-ms-proposed-lease-id": "mine" },
      "InvalidHeaderValue",
    ],
    ["break", { "x-ms-lease-break-period": "61" }, "InvalidHeaderValue"],
    ["renew", {}, "MissingRequiredHeader"],
    ["keep", {}, "InvalidHeaderValue"],
  ])("is not made by %s with %j", async (action, headers, code) => {
    const refused = await storage.lease(BLOB, action, headers);
    expect([refused.status, refused.code]).toEqual([400, code]);
  });

  test("outlives the process, as the blob does", async () => {
    await acquire("-1");
    await storage.arm.reopen();
    expect(await state()).toEqual(["leased", "locked", "infinite"]);
    expect((await storage.ask("GET", BLOB)).text).toBe("content");
  });
});

// https://learn.microsoft.com/rest/api/storageservices/common-rest-api-error-codes
test.each<[string, string, string, Record<string, string>, number, string]>([
  ["what does not exist", "GET", "tfstate/none", {}, 404, "BlobNotFound"],
  ["no such container", "GET", "none/dev.tfstate", {}, 403, "AuthorizationPermissionMismatch"],
  ["no address", "GET", "tfstate/%E0%A4%A", {}, 400, "InvalidUri"],
  ["no type of the blob", "PUT", BLOB, {}, 400, "MissingRequiredHeader"],
  ["an unknown type", "PUT", BLOB, { "x-ms-blob-type": "Blob" }, 400, "InvalidHeaderValue"],
  [
    "a wrong checksum",
    "PUT",
    BLOB,
    { "x-ms-blob-type": "BlockBlob", "content-md5": "AAAA" },
    400,
    "Md5Mismatch",
  ],
  ["a version that is none", "GET", BLOB, { "x-ms-version": "newest" }, 400, "InvalidHeaderValue"],
  ["an append blob", "PUT", BLOB, { "x-ms-blob-type": "AppendBlob" }, 501, "NotImplemented"],
  ["an operation that is not here", "PUT", `${BLOB}?comp=block`, {}, 501, "NotImplemented"],
])("%s is an error in XML", async (_, method, path, headers, status, code) => {
  const id = { "x-ms-client-request-id": "mine" };
  const answer = await storage.ask(method, path, { headers: { ...headers, ...id } });
  expect([answer.status, answer.code]).toEqual([status, code]);
  expect(answer.xml.Error).toMatchObject({
    Code: code,
    Message: expect.stringMatching(
      new RegExp(`\\nRequestId:${answer.headers.get("x-ms-request-id") ?? "none"}\\nTime:2026-`),
    ) as string,
  });
  expect(answer.headers.get("x-ms-client-request-id")).toBe("mine");
});
