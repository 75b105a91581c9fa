import { TestCluster, type Json } from "./test-cluster";

const PODS = "/api/v1/namespaces/default/pods";

let cluster: TestCluster;
beforeEach(async () => {
  cluster = await TestCluster.start();
});
afterEach(() => cluster.close());

describe("discovery", () => {
  test("lists versions, groups and what else kubectl asks for", async () => {
    const get = async (path: string) => (await cluster.request("GET", path)).body;
    expect(await get("/api")).toMatchObject({
      kind: "APIVersions",
      versions: ["v1"],
      serverAddressByClientCIDRs: [{ clientCIDR: "0.0.0.0/0", serverAddress: "localhost:8443" }],
    });
    const { groups } = (await get("/apis")) as { groups: { name: string }[] };
    expect(groups.map(({ name }) => name).sort()).toEqual([
      "authentication.k8s.io",
      "authorization.k8s.io",
      "events.k8s.io",
    ]);
    for (const { name } of groups) {
      expect(await get(`/apis/${name}`)).toMatchObject({ kind: "APIGroup", name });
      expect(await get(`/apis/${name}/v1`)).toMatchObject({ groupVersion: `${name}/v1` });
    }
    // The managed cluster's version.
    expect(await get("/version")).toMatchObject({
      major: "1",
      minor: "33",
      gitVersion: "v1.33.5",
    });
    expect((await cluster.request("GET", "/readyz")).text).toBe("ok");
  });

  test("says that the server validates fields, so that kubectl applies without schemas", async () => {
    const { body } = await cluster.request("GET", "/openapi/v3/api/v1");
    const paths = body.paths as Record<string, { post?: { parameters: Json[] } }>;
    expect(paths["/api/v1/namespaces/{namespace}/pods"]?.post?.parameters).toContainEqual(
      expect.objectContaining({ name: "fieldValidation" }),
    );
  });

  test.each(["/apis/apps/v1/deployments", "/apis/apps", "/nothing"])(
    "%s is not there",
    async (path) => {
      const { status, text } = await cluster.request("GET", path);
      expect([status, text]).toEqual([404, "404 page not found\n"]);
    },
  );
});

test.each(["exec", "attach", "portforward"])("pods/%s is refused by name", async (subresource) => {
  const { status, body } = await cluster.request("POST", `${PODS}/web/${subresource}`);
  expect(status).toBe(404);
  expect(body.message).toBe(`the local Azure does not serve pods/${subresource}`);
});
