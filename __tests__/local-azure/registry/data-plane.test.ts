import { ContainerRegistryClient } from "@azure/container-registry";
import { createHttpHeaders, type HttpClient } from "@azure/core-rest-pipeline";
import { decodeJwt } from "jose";
import { PULL, PUSH, TestRegistry } from "./test-registry";

const AUDIENCE = "https://containerregistry.azure.net";

let registry: TestRegistry;
beforeEach(() => {
  registry = new TestRegistry();
});
afterEach(() => registry.close());

const url = () => `https://${registry.loginServer}`;

const request = async (path: string, init?: RequestInit) => {
  const response = await registry.planes.app.request(`${url()}${path}`, init);
  const { status, headers } = response;
  const text = await response.text();
  return {
    status,
    headers,
    body: (text === "" ? {} : JSON.parse(text)) as Record<string, unknown>,
  };
};

const post = (path: string, form: Record<string, string>) =>
  request(path, { method: "POST", body: new URLSearchParams(form) });

const entraToken = (audience = AUDIENCE) =>
  registry.planes.entra.issueAccessToken({ oid: "someone" }, audience);

const grant = (...actions: string[]) => {
  for (const action of actions) {
    registry.planes.arm.grants.push({ principalId: "someone", action, scope: registry.id });
  }
};

/** A token of the registry for what somebody may do of a scope. */
const registryToken = async (scope: string): Promise<string> => {
  const exchanged = await post("/oauth2/exchange", {
    grant_type: "access_token",
    service: registry.loginServer,
    access_token: await entraToken(),
  });
  const { body } = await post("/oauth2/token", {
    grant_type: "refresh_token",
    service: registry.loginServer,
    refresh_token: exchanged.body.refresh_token as string,
    scope,
  });
  return body.access_token as string;
};

const errorOf = (body: Record<string, unknown>) => (body.errors as { code: string }[])[0]?.code;

/** https://github.com/Azure/acr/blob/main/docs/AAD-OAuth.md */
describe("the way to a token", () => {
  test("begins with a challenge that says where, for whom and for what", async () => {
    const { status, headers, body } = await request("/v2/_catalog");
    expect(status).toBe(401);
    expect(errorOf(body)).toBe("UNAUTHORIZED");
    expect(headers.get("docker-distribution-api-version")).toBe("registry/2.0");
    expect(headers.get("www-authenticate")).toBe(
      `Bearer realm="${url()}/oauth2/token",service="${registry.loginServer}",scope="registry:catalog:*"`,
    );
  });

  test("the base of the API asks for no more than a token", async () => {
    for (const path of ["/v2/", "/v2"]) {
      const { status, headers } = await request(path);
      expect(status).toBe(401);
      expect(headers.get("www-authenticate")).toBe(
        `Bearer realm="${url()}/oauth2/token",service="${registry.loginServer}"`,
      );
    }
    const authorization = `Bearer ${await registryToken("")}`;
    expect((await request("/v2/", { headers: { authorization } })).status).toBe(200);
  });

  test("exchanges an access token of Entra for a refresh token of three hours", async () => {
    const { status, body } = await post("/oauth2/exchange", {
      grant_type: "access_token",
      service: registry.loginServer,
      access_token: await entraToken(),
    });
    expect(status).toBe(200);
    const now = registry.clock.now().getTime() / 1000;
    expect(decodeJwt(body.refresh_token as string).exp).toBe(now + 3 * 60 * 60);
  });

  test.each(["https://management.azure.com/", "https://management.azure.com"])(
    "one for %s will do, as the Azure CLI has it",
    async (audience) => {
      const { status } = await post("/oauth2/exchange", {
        grant_type: "access_token",
        access_token: await entraToken(audience),
      });
      expect(status).toBe(200);
    },
  );

  test("what is no such token, or no such grant, is refused", async () => {
    const other = await entraToken("https://cognitiveservices.azure.com");
    for (const access_token of ["nonsense", other]) {
      const refused = await post("/oauth2/exchange", { grant_type: "access_token", access_token });
      expect(refused.status).toBe(401);
      expect(refused.body).not.toHaveProperty("refresh_token");
    }
    expect((await post("/oauth2/exchange", { grant_type: "password" })).status).toBe(400);
    expect((await post("/oauth2/token", { grant_type: "refresh_token" })).status).toBe(400);
    const forged = await post("/oauth2/token", {
      grant_type: "refresh_token",
      refresh_token: "a.b.c",
      scope: "registry:catalog:*",
    });
    expect(forged.status).toBe(401);
  });

  test("an access token is none to refresh with, nor one of another registry", async () => {
    grant(PULL);
    const access = await registryToken("registry:catalog:*");
    const form = {
      grant_type: "refresh_token",
      refresh_token: access,
      scope: "registry:catalog:*",
    };
    expect((await post("/oauth2/token", form)).status).toBe(401);
    registry.add("Other1", "/subscriptions/s/other", {});
    const elsewhere = await registry.planes.app.request(
      `${registry.planes.origin}/other1/v2/_catalog`,
      { headers: { authorization: `Bearer ${access}` } },
    );
    expect(elsewhere.status).toBe(401);
  });

  test("the token says what it grants, and no more than the roles permit", async () => {
    const granted = async (scope: string) => decodeJwt(await registryToken(scope)).access;
    expect(await granted("repository:app:pull,push")).toEqual([]);
    grant(PULL);
    expect(await granted("repository:app:pull,push repository:other:metadata_read")).toEqual([
      { type: "repository", name: "app", actions: ["pull"] },
      { type: "repository", name: "other", actions: ["metadata_read"] },
    ]);
    expect(await granted("registry:catalog:*")).toEqual([
      { type: "registry", name: "catalog", actions: ["*"] },
    ]);
    grant(PUSH);
    expect(await granted("repository:app:*")).toEqual([
      {
        type: "repository",
        name: "app",
        actions: ["pull", "metadata_read", "push", "metadata_write"],
      },
    ]);
  });

  test("a token is for its repository only, and for 75 minutes", async () => {
    grant(PULL);
    await registry.push({ name: "app:1" }, { name: "other:1" });
    const authorization = `Bearer ${await registryToken("repository:app:pull")}`;
    const list = (name: string) => request(`/v2/${name}/tags/list`, { headers: { authorization } });
    expect((await list("app")).status).toBe(200);
    expect((await list("other")).status).toBe(401);
    registry.clock.advance(75 * 60 * 1000 - 1);
    expect((await list("app")).status).toBe(200);
    registry.clock.advance(1);
    expect((await list("app")).status).toBe(401);
  });

  test("a registry that does not exist", async () => {
    const { status } = await registry.planes.app.request(
      `${registry.planes.origin}/nothing/v2/_catalog`,
    );
    expect(status).toBe(404);
  });
});

/** https://learn.microsoft.com/azure/container-registry/anonymous-pull-access */
describe("without signing in", () => {
  const anonymous = (scope: string) =>
    request(`/oauth2/token?service=${registry.loginServer}&scope=${encodeURIComponent(scope)}`);

  test("there is no token, as a kubelet's events say of an image", async () => {
    expect((await anonymous("repository:app:pull")).status).toBe(401);
  });

  test("anonymous pull: repositories, but not their list, nor a push", async () => {
    await registry.push({ name: "app:1" });
    registry.properties.anonymousPullEnabled = true;
    const { status, body } = await anonymous("repository:app:pull,push");
    expect(status).toBe(200);
    expect(decodeJwt(body.access_token as string).access).toEqual([
      { type: "repository", name: "app", actions: ["pull"] },
    ]);
    const headers = { authorization: `Bearer ${body.access_token as string}` };
    expect((await request("/v2/app/tags/list", { headers })).body).toEqual({
      name: "app",
      tags: ["1"],
    });
    expect((await anonymous("registry:catalog:*")).status).toBe(401);
  });
});

/** https://github.com/opencontainers/distribution-spec/blob/main/spec.md */
describe("the distribution API", () => {
  let headers: Record<string, string>;
  beforeEach(async () => {
    grant(PULL);
    await registry.push(
      { name: "team/app:1" },
      { name: "team/app:2" },
      { name: "team/app:3" },
      { name: "web:1" },
    );
    const scope = "registry:catalog:* repository:team/app:pull repository:nothing:pull";
    headers = { authorization: `Bearer ${await registryToken(scope)}` };
  });

  test("_catalog and tags/list, with the registry before or behind /v2", async () => {
    for (const base of [url(), `${registry.planes.origin}/v2/myregistry`]) {
      const at = async (path: string) => {
        const prefix = base === url() ? `${base}/v2` : base;
        const response = await registry.planes.app.request(`${prefix}${path}`, { headers });
        return response.json();
      };
      expect(await at("/_catalog")).toEqual({ repositories: ["team/app", "web"] });
      expect(await at("/team/app/tags/list")).toEqual({ name: "team/app", tags: ["1", "2", "3"] });
    }
  });

  test("pages are followed by their link", async () => {
    const pages: unknown[] = [];
    let path: string | undefined = "/v2/team/app/tags/list?n=2";
    while (path !== undefined) {
      const { body, headers: answered } = await request(path, { headers });
      pages.push(body.tags);
      const link: string | undefined = /^<(.*)>; rel="next"$/.exec(answered.get("link") ?? "")?.[1];
      path = link;
    }
    expect(pages).toEqual([["1", "2"], ["3"]]);
  });

  test.each(["0", "-1", "x"])("n=%s is none, and is not taken for one", async (n) => {
    const { body } = await request(`/v2/team/app/tags/list?n=${n}`, { headers });
    expect(body.tags).toEqual(["1", "2", "3"]);
  });

  test("a repository that does not exist", async () => {
    const { status, body } = await request("/v2/nothing/tags/list", { headers });
    expect(status).toBe(404);
    expect(errorOf(body)).toBe("NAME_UNKNOWN");
  });

  test("manifests and blobs: not here, and it says so", async () => {
    const digest = `sha256:${"a".repeat(64)}`;
    for (const [method, path] of [
      ["GET", "/v2/team/app/manifests/1"],
      ["PUT", "/v2/team/app/manifests/1"],
      ["GET", `/v2/team/app/blobs/${digest}`],
      ["POST", "/v2/team/app/blobs/uploads/"],
    ] as const) {
      const { status, body } = await request(path, { method });
      expect([method, path, status, errorOf(body)]).toEqual([method, path, 405, "UNSUPPORTED"]);
    }
    const byName = await registry.planes.app.request(
      `${registry.planes.origin}/v2/myregistry/team/app/manifests/1`,
    );
    expect(byName.status).toBe(405);
  });
});

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
      url(),
      {
        getToken: async (scopes) => ({
          token: await entraToken([scopes].flat()[0]?.replace(/\/?\.default$/, "")),
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
    grant(PULL);
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
      authorization: `Bearer ${await registryToken("repository:app:metadata_read")}`,
    };
    const { body } = await request(`/acr/v1/app/_tags?digest=${tag.digest}`, { headers });
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

/** The words of containerd, which a kubelet repeats in a pod's events. */
describe("pulling an image", () => {
  beforeEach(() => registry.push({ name: "app:1" }));
  const pull = (name: string, principal?: string) =>
    registry.planes.registry.pullImage(name, principal);

  test("by a kubelet with the role, by anybody when that is on, by digest", () => {
    const name = `${registry.loginServer}/app`;
    expect(() => pull(`${name}:1`)).toThrow(
      /^failed to pull and unpack image "localhost:8443\/myregistry\/app:1": failed to resolve reference .*: failed to authorize: failed to fetch anonymous token: unexpected status from GET request to https:\/\/localhost:8443\/myregistry\/oauth2\/token\?.*: 401 Unauthorized$/,
    );
    grant(PULL);
    const { digest } = pull(`${name}:1`, "someone");
    expect(() => pull(`${name}:1`, "somebody else")).toThrow("401 Unauthorized");
    registry.properties.anonymousPullEnabled = true;
    expect(pull(`${name}@${digest}`).digest).toBe(digest);
  });

  test.each([
    ["localhost:8443/myregistry/app:2", "localhost:8443/myregistry/app:2: not found"],
    ["localhost:8443/nothing/app:1", "localhost:8443/nothing/app:1: not found"],
    ["docker.io/library/nginx", "the local Azure pulls from its own registries only"],
    ["not a name", "invalid reference format"],
  ])("%s", (name, message) => {
    grant(PULL);
    expect(() => pull(name, "someone")).toThrow(message);
  });
});

test("a deleted registry's images are gone", async () => {
  await registry.push({ name: "app:1" });
  registry.planes.registry.deleteRegistry("MYREGISTRY");
  expect(registry.planes.registry.repositories("MyRegistry")).toEqual([]);
});
