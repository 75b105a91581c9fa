import {
  JSON_PATCH,
  MERGE_PATCH,
  STRATEGIC_MERGE_PATCH,
  TestCluster,
  type Json,
} from "./test-cluster";

const PODS = "/api/v1/namespaces/default/pods";

let cluster: TestCluster;
beforeEach(async () => {
  cluster = await TestCluster.start();
});
afterEach(() => cluster.close());

describe("patches", () => {
  const patch = (contentType: string, body: unknown, name = "web", collection = PODS) =>
    cluster.request("PATCH", `${collection}/${name}`, { contentType, body });

  beforeEach(async () => {
    await cluster.create("pods", {
      metadata: { name: "web" },
      spec: {
        nodeSelector: { no: "such-node" },
        containers: [
          { name: "one", image: "one:1" },
          { name: "two", image: "two:1" },
        ],
      },
    });
  });

  const images = (body: Json) =>
    (body.spec as { containers: { name: string; image: string }[] }).containers.map(
      ({ name, image }) => `${name} ${image}`,
    );

  /** `kubectl set image` */
  test("a strategic merge patch merges containers by their names", async () => {
    const { body } = await patch(STRATEGIC_MERGE_PATCH, {
      spec: {
        "$setElementOrder/containers": [{ name: "two" }],
        containers: [{ name: "two", image: "two:2" }],
      },
    });
    expect(images(body)).toEqual(["one one:1", "two two:2"]);
  });

  test("a merge patch replaces lists, which a pod does not allow", async () => {
    const { body } = await patch(MERGE_PATCH, {
      spec: { containers: [{ name: "two", image: "two:2" }] },
    });
    expect(body.code).toBe(422);
    expect(body.message).toMatch(
      /^Pod "web" is invalid: spec: Forbidden: pod updates may not change fields other than /,
    );
  });

  /** k8s.io/apiserver/pkg/endpoints/handlers/patch.go, `applyJSPatch` */
  test.each([
    [{ op: "remove", path: "/metadata/nothing" }],
    [{ op: "replace", path: "/metadata/nothing", value: 1 }],
    [{ op: "test", path: "/metadata/name", value: "other" }],
  ])("a JSON patch that does not fit is refused: %j", async (operation) => {
    const { status, body } = await patch(JSON_PATCH, [operation]);
    expect(status).toBe(422);
    expect(body).toMatchObject({
      reason: "Invalid",
      message: "the server rejected our request due to an error in our request",
    });
  });

  /** What hashicorp/kubernetes 2.38 sends when labels change: `patchMetadata` in kubernetes/structures.go. */
  test("a JSON patch adds, replaces and removes, also keys with slashes", async () => {
    await patch(JSON_PATCH, [
      { op: "add", path: "/metadata/labels", value: { "a.b/c": "1", d: "2" } },
    ]);
    const { body } = await patch(JSON_PATCH, [
      { op: "replace", path: "/metadata/labels/a.b~1c", value: "3" },
      { op: "remove", path: "/metadata/labels/d" },
    ]);
    expect(body.metadata).toMatchObject({ labels: { "a.b/c": "3" } });
  });
});
