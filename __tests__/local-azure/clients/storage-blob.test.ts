import { Readable } from "node:stream";
import { ContainerClient, RestError, type RequestPolicy } from "@azure/storage-blob";
import { all, SignedIn } from "./signed-in";

const CONTRIBUTOR = "ba92f5b4-2d11-453d-a403-e96b0029c9fe";
const VERSION = "2025-06-01";

/** Source: azure-rest-api-specs, specification/storage/data-plane, of which the SDK is generated. */
describe("@azure/storage-blob", () => {
  let signedIn: SignedIn;
  let container: ContainerClient;

  beforeAll(async () => {
    signedIn = await SignedIn.start("Microsoft.Storage");
    const account = `${signedIn.group}/providers/Microsoft.Storage/storageAccounts/mystorage`;
    const { properties } = await signedIn.make(account, VERSION, {
      location: "eastus",
      kind: "StorageV2",
      sku: { name: "Standard_LRS" },
      properties: { allowSharedKeyAccess: false },
    });
    const id = `${account}/blobServices/default/containers/mycontainer`;
    await signedIn.make(id, VERSION, {});
    const role = "0f5c2b8e-6f0d-4d8c-9a39-3f2f3c3f7a11";
    await signedIn.make(
      `${id}/providers/Microsoft.Authorization/roleAssignments/${role}`,
      "2022-04-01",
      {
        properties: {
          roleDefinitionId: `${signedIn.azure.subscription}/providers/Microsoft.Authorization/roleDefinitions/${CONTRIBUTOR}`,
          principalId: signedIn.azure.server.entra.operator.objectId,
          principalType: "ServicePrincipal",
        },
      },
    );
    const { blob } = (properties as { primaryEndpoints: { blob: string } }).primaryEndpoints;
    container = new ContainerClient(`${blob}mycontainer`, signedIn.credential, {
      httpClient: inThisProcess(),
    });
  });
  afterAll(() => signedIn.close());

  /** Without DNS, which need not know the hosts below `localhost`. */
  function inThisProcess(): RequestPolicy {
    return {
      async sendRequest(request) {
        const response = await signedIn.azure.server.fetch(
          new Request(request.url, {
            method: request.method,
            headers: request.headers.rawHeaders(),
            body: request.body as string | null,
          }),
        );
        const headers = request.headers.clone();
        for (const name of headers.headerNames()) headers.remove(name);
        for (const [name, value] of response.headers) headers.set(name, value);
        const { status } = response;
        if (!request.streamResponseStatusCodes?.has(status)) {
          return { request, status, headers, bodyAsText: await response.text() };
        }
        const content = Buffer.from(await response.arrayBuffer());
        return { request, status, headers, readableStreamBody: Readable.from([content]) };
      },
    };
  }

  test("a blob is uploaded, found, read and deleted", async () => {
    const blob = container.getBlockBlobClient("states/dev.tfstate");
    const metadata = { made: "here" };
    await blob.upload("content", 7, { metadata, blobHTTPHeaders: { blobContentType: "text/x" } });
    expect(await container.exists()).toBe(true);
    const listed = await all(container.listBlobsFlat({ prefix: "states/", includeMetadata: true }));
    expect(listed).toMatchObject([
      {
        name: "states/dev.tfstate",
        metadata,
        properties: { contentLength: 7, leaseState: "available" },
      },
    ]);
    expect((await blob.downloadToBuffer()).toString()).toBe("content");
    expect((await blob.downloadToBuffer(3, 2)).toString()).toBe("te");
    expect(await blob.getProperties()).toMatchObject({
      contentType: "text/x",
      metadata,
      blobType: "BlockBlob",
    });
    await blob.delete();
    expect(await blob.exists()).toBe(false);
  });

  test("a lease shuts out who does not hold it, and is broken", async () => {
    const blob = container.getBlockBlobClient("leased");
    await blob.upload("1", 1);
    const lease = blob.getBlobLeaseClient();
    const { leaseId } = await lease.acquireLease(-1);
    const refused = await blob.upload("2", 1).catch((error: unknown) => error);
    expect(refused).toBeInstanceOf(RestError);
    expect(refused).toMatchObject({ statusCode: 412, code: "LeaseIdMissing" });
    await blob.upload("3", 1, { conditions: { leaseId } });
    await lease.breakLease(0);
    expect((await blob.getProperties()).leaseState).toBe("broken");
    await blob.delete();
  });

  test("a snapshot is read after the blob has changed", async () => {
    const blob = container.getBlockBlobClient("kept");
    await blob.upload("old", 3);
    const { snapshot = "" } = await blob.createSnapshot();
    await blob.upload("new", 3);
    await blob.setMetadata({ seen: "yes" });
    expect((await blob.withSnapshot(snapshot).downloadToBuffer()).toString()).toBe("old");
    await blob.delete({ deleteSnapshots: "include" });
  });
});
