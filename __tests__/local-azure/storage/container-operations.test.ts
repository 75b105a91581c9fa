import { BLOB_CONTAINER, GROUP, STORAGE_ACCOUNT } from "../arm/tutorial-resources";
import { CONTRIBUTOR, HOST, StorageClient } from "./storage-client";

let start: () => Promise<StorageClient>;
let storage: StorageClient;
beforeAll(async () => {
  start = await StorageClient.prepare();
});
beforeEach(async () => {
  storage = await start();
  await storage.assign(CONTRIBUTOR, STORAGE_ACCOUNT);
});
afterEach(() => storage.close());

// https://learn.microsoft.com/rest/api/storageservices/list-blobs
describe("List Blobs", () => {
  const list = async (query = "") => {
    const { status, xml } = await storage.ask("GET", `tfstate?restype=container&comp=list${query}`);
    expect(status).toBe(200);
    return { ...xml.EnumerationResults };
  };
  const names = ({ Blobs }: Record<string, unknown>) =>
    [(Blobs as { Blob?: unknown }).Blob ?? []]
      .flat()
      .map((blob) => (blob as { Name: string }).Name);

  test("names all, in their order, below the prefix", async () => {
    for (const name of ["dev.tfstateenv%3Ab", "prod", "dev.tfstateenv%3Aa", "dev.tfstate"]) {
      await storage.put(`tfstate/${name}`);
    }
    expect(names(await list())).toEqual([
      "dev.tfstate",
      "dev.tfstateenv:a",
      "dev.tfstateenv:b",
      "prod",
    ]);
    const workspaces = await list("&prefix=dev.tfstateenv%3A");
    expect(names(workspaces)).toEqual(["dev.tfstateenv:a", "dev.tfstateenv:b"]);
    expect(workspaces).toMatchObject({
      "@_ServiceEndpoint": `${HOST}/`,
      "@_ContainerName": "tfstate",
      Prefix: "dev.tfstateenv:",
      NextMarker: "",
    });
    expect(names(await list("&prefix=none"))).toEqual([]);
  });

  test("goes on from a marker", async () => {
    for (const name of ["a", "b", "c"]) await storage.put(`tfstate/${name}`);
    const first = await list("&maxresults=2");
    expect(names(first)).toEqual(["a", "b"]);
    expect(first.MaxResults).toBe("2");
    const rest = await list(`&maxresults=2&marker=${first.NextMarker as string}`);
    expect([names(rest), rest.NextMarker]).toEqual([["c"], ""]);
  });

  test("describes a blob; its snapshots and its metadata when asked to", async () => {
    const put = await storage.put("tfstate/a<&>", "1234", { "x-ms-meta-made": "here" });
    await storage.ask("PUT", "tfstate/a<&>?comp=snapshot");
    await storage.lease("tfstate/a<&>", "acquire", { "x-ms-lease-duration": "-1" });
    expect((await list()).Blobs).toEqual({
      Blob: {
        Name: "a<&>",
        Properties: expect.objectContaining({
          "Content-Length": "4",
          Etag: put.headers.get("etag")?.replaceAll('"', ""),
          "Last-Modified": put.headers.get("last-modified"),
          BlobType: "BlockBlob",
          LeaseStatus: "locked",
          LeaseState: "leased",
          LeaseDuration: "infinite",
        }) as object,
      },
    });
    const { Blob } = (await list("&include=snapshots,metadata")).Blobs as { Blob: unknown };
    expect(Blob).toEqual([
      expect.objectContaining({ Snapshot: expect.any(String) as string }),
      expect.objectContaining({ Metadata: { made: "here" } }),
    ]);
  });

  test("returns no more than it can", async () => {
    const path = "tfstate?restype=container&comp=list&maxresults=0";
    expect((await storage.ask("GET", path)).code).toBe("OutOfRangeQueryParameterValue");
  });
});

// https://learn.microsoft.com/rest/api/storageservices/get-container-properties
test("a container says at both of its addresses the same of itself", async () => {
  await storage.arm.put(BLOB_CONTAINER, { properties: { metadata: { made: "here" } } });
  const { body } = await storage.arm.get(BLOB_CONTAINER);
  const { status, headers } = await storage.ask("HEAD", "tfstate?restype=container");
  expect([status, headers.get("etag"), headers.get("x-ms-meta-made")]).toEqual([
    200,
    body.etag,
    "here",
  ]);
  expect(new Date(headers.get("last-modified") ?? "").getTime()).toBe(
    Math.floor(Date.parse(body.properties.lastModifiedTime as string) / 1000) * 1000,
  );
});

test.each([
  ["the container", BLOB_CONTAINER],
  ["the account", STORAGE_ACCOUNT],
  ["the group", GROUP],
])("with %s its blobs go, and do not come back", async (_, path) => {
  await storage.put("tfstate/dev.tfstate");
  await storage.arm.delete(path);
  const gone = await storage.ask("GET", "tfstate/dev.tfstate");
  expect([gone.status, gone.code]).toEqual([
    404,
    path === BLOB_CONTAINER ? "ContainerNotFound" : "ResourceNotFound",
  ]);
  await storage.arm.make(BLOB_CONTAINER);
  await storage.assign(CONTRIBUTOR, BLOB_CONTAINER);
  expect((await storage.ask("GET", "tfstate/dev.tfstate")).code).toBe("BlobNotFound");
});
