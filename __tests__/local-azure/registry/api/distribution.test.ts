import { PULL } from "../test-registry";
import { errorOf, RegistryApi } from "./registry-api";

let registry: RegistryApi;
beforeEach(() => {
  registry = new RegistryApi();
});
afterEach(() => registry.close());

/** https://github.com/opencontainers/distribution-spec/blob/main/spec.md */
describe("the distribution API", () => {
  let headers: Record<string, string>;
  beforeEach(async () => {
    registry.grant(PULL);
    await registry.push(
      { name: "team/app:1" },
      { name: "team/app:2" },
      { name: "team/app:3" },
      { name: "web:1" },
    );
    const scope = "registry:catalog:* repository:team/app:pull repository:nothing:pull";
    headers = { authorization: `Bearer ${await registry.token(scope)}` };
  });

  test("_catalog and tags/list, with the registry before or behind /v2", async () => {
    for (const base of [registry.url, `${registry.planes.origin}/v2/myregistry`]) {
      const at = async (path: string) => {
        const prefix = base === registry.url ? `${base}/v2` : base;
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
      const { body, headers: answered } = await registry.request(path, { headers });
      pages.push(body.tags);
      const link: string | undefined = /^<(.*)>; rel="next"$/.exec(answered.get("link") ?? "")?.[1];
      path = link;
    }
    expect(pages).toEqual([["1", "2"], ["3"]]);
  });

  test.each(["0", "-1", "x"])("n=%s is none, and is not taken for one", async (n) => {
    const { body } = await registry.request(`/v2/team/app/tags/list?n=${n}`, { headers });
    expect(body.tags).toEqual(["1", "2", "3"]);
  });

  test("a repository that does not exist", async () => {
    const { status, body } = await registry.request("/v2/nothing/tags/list", { headers });
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
      const { status, body } = await registry.request(path, { method });
      expect([method, path, status, errorOf(body)]).toEqual([method, path, 405, "UNSUPPORTED"]);
    }
    const byName = await registry.planes.app.request(
      `${registry.planes.origin}/v2/myregistry/team/app/manifests/1`,
    );
    expect(byName.status).toBe(405);
  });
});
