import { TestCluster } from "./test-cluster";

const CONFIG_MAPS = "/api/v1/namespaces/default/configmaps";

let cluster: TestCluster;
beforeEach(async () => {
  cluster = await TestCluster.start();
});
afterEach(() => cluster.close());

/** https://kubernetes.io/docs/concepts/overview/working-with-objects/labels/#label-selectors */
describe("label selectors", () => {
  const list = (selector: string) =>
    cluster.request("GET", `${CONFIG_MAPS}?labelSelector=${encodeURIComponent(selector)}`);

  test.each([
    ["tier=web", ["web", "web-2"]],
    ["tier==web,size!=2", ["web"]],
    ["tier in (web, db)", ["db", "web", "web-2"]],
    ["tier notin (web),tier", ["db"]],
    ["size>1", ["web-2"]],
    ["size<2", ["db"]],
    ["!tier", ["kube-root-ca.crt"]],
    ["tier=", []],
  ])("%s", async (selector, names) => {
    for (const [name, labels] of [
      ["web", { tier: "web" }],
      ["web-2", { tier: "web", size: "2" }],
      ["db", { tier: "db", size: "1" }],
    ] as const) {
      await cluster.create("configmaps", { metadata: { name, labels } });
    }
    const { body } = await list(selector);
    expect(
      (body.items as { metadata: { name: string } }[]).map((item) => item.metadata.name),
    ).toEqual(names);
  });

  // The parser's words: k8s.io/apimachinery/pkg/labels/selector.go.
  test.each([
    ["a b", "unable to parse requirement: found 'b', expected: in, notin, =, ==, !=, gt, lt"],
    ["a in b", "unable to parse requirement: found 'b' expected: '('"],
    ["a=b c", "found 'c', expected: ',' or 'end of string'"],
    ["a,", "found '', expected: identifier after ','"],
  ])("%s is refused", async (selector, message) => {
    expect((await list(selector)).body).toMatchObject({ code: 400, reason: "BadRequest", message });
  });
});

test.each([
  [
    "configmaps",
    "spec.x=1",
    '"spec.x" is not a known field selector: only "metadata.name", "metadata.namespace"',
  ],
  ["pods", "spec.x=1", "field label not supported: spec.x"],
  ["pods", "x", "invalid selector: 'x'; can't understand 'x'"],
])("%s cannot be selected by %s", async (plural, selector, message) => {
  const { body } = await cluster.request(
    "GET",
    `/api/v1/namespaces/default/${plural}?fieldSelector=${encodeURIComponent(selector)}`,
  );
  expect(body).toMatchObject({ code: 400, message });
});
