import { ContainerRegistryClient } from "@azure/container-registry";
import { createHttpHeaders, type HttpClient } from "@azure/core-rest-pipeline";
import { PULL } from "../test-registry";
import { RegistryApi } from "./registry-api";

let registry: RegistryApi;
beforeEach(() => {
  registry = new RegistryApi();
});
afterEach(() => registry.close());

/** Answers the client's requests in-process. */
const inProcess = (): HttpClient => ({
  sendRequest: async (sent) => {
    const response = await registry.planes.app.request(sent.url, {
      method: sent.method,
      headers: sent.headers.toJSON(),
      ...(sent.body != null && { body: sent.body as string }),
    });
    const headers = createHttpHeaders();
    response.headers.forEach((value, name) => {
      headers.set(name, value);
    });
    return { request: sent, status: response.status, headers, bodyAsText: await response.text() };
  },
});

describe("the real @azure/container-registry", () => {
  const client = () =>
    new ContainerRegistryClient(
      registry.url,
      {
        getToken: async (scopes) => ({
          token: await registry.entraToken([scopes].flat()[0]?.replace(/\/?\.default$/, "")),
          expiresOnTimestamp: Date.now() + 3_600_000,
        }),
      },
      {
        audience: "https://management.azure.com",
        httpClient: inProcess(),
        retryOptions: { maxRetries: 0 },
      },
    );

  beforeEach(async () => {
    registry.grant(PULL);
    await registry.push({ name: "app:1", content: "one" });
    registry.clock.advance(60_000);
    await registry.push({ name: "app:2", content: "two" }, { name: "app:latest", content: "two" });
    await registry.push({ name: "web:1" });
  });

  const all = async <T>(pages: AsyncIterable<T>): Promise<T[]> => {
    const found: T[] = [];
    for await (const entry of pages) found.push(entry);
    return found;
  };

  test("lists the repositories, in pages too", async () => {
    expect(await all(client().listRepositoryNames())).toEqual(["app", "web"]);
    const pages = await all(client().listRepositoryNames().byPage({ maxPageSize: 1 }));
    expect(pages.map((page) => [...page])).toEqual([["app"], ["web"]]);
  });

  test("a repository's properties", async () => {
    const properties = await client().getRepository("app").getProperties();
    expect(properties).toMatchObject({
      registryLoginServer: registry.loginServer,
      name: "app",
      createdOn: new Date("2026-01-01T00:00:00Z"),
      lastUpdatedOn: new Date("2026-01-01T00:01:00Z"),
      manifestCount: 2,
      tagCount: 3,
      canDelete: true,
    });
  });

  test("its manifests, with their tags", async () => {
    const manifests = await all(client().getRepository("app").listManifestProperties());
    expect(manifests.map(({ tags }) => tags).sort()).toEqual([["1"], ["2", "latest"]]);
    expect(manifests[0]).toMatchObject({ architecture: "amd64", operatingSystem: "linux" });
    const digest = manifests[0]?.digest ?? "";
    const one = await client().getArtifact("app", digest).getManifestProperties();
    expect(one.sizeInBytes).toBe(4);
  });

  test("its tags", async () => {
    const artifact = client().getArtifact("app", "latest");
    const tag = await artifact.getTagProperties("latest");
    expect(tag).toMatchObject({ name: "latest", lastUpdatedOn: new Date("2026-01-01T00:01:00Z") });
    const names = (await all(artifact.listTagProperties())).map(({ name }) => name);
    expect(names).toEqual(["1", "2", "latest"]);
    const headers = {
      authorization: `Bearer ${await registry.token("repository:app:metadata_read")}`,
    };
    const { body } = await registry.request(`/acr/v1/app/_tags?digest=${tag.digest}`, { headers });
    expect((body.tags as { name: string }[]).map(({ name }) => name)).toEqual(["2", "latest"]);
  });

  test("what does not exist is not found", async () => {
    await expect(client().getRepository("nothing").getProperties()).rejects.toMatchObject({
      statusCode: 404,
    });
    await expect(client().getArtifact("app", "9").getTagProperties("9")).rejects.toMatchObject({
      statusCode: 404,
    });
  });

  test("nothing is deleted that way, and the answer says so", async () => {
    await expect(client().deleteRepository("app")).rejects.toMatchObject({ statusCode: 405 });
    expect(await all(client().listRepositoryNames())).toContain("app");
  });

  test("without a role: 401", async () => {
    registry.planes.arm.grants.length = 0;
    await expect(all(client().listRepositoryNames())).rejects.toMatchObject({ statusCode: 401 });
  });
});
