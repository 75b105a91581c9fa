import {
  JSON_PATCH,
  Lines,
  MERGE_PATCH,
  STRATEGIC_MERGE_PATCH,
  TestCluster,
  type Json,
} from "./test-cluster";

const CONFIG_MAPS = "/api/v1/namespaces/default/configmaps";
const PODS = "/api/v1/namespaces/default/pods";
const PROTOBUF = "application/vnd.kubernetes.protobuf";

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

/** As `kubectl create configmap|secret|...` sends it: recorded from kubectl 1.32. */
describe("protobuf", () => {
  const field = (number: number, ...content: Buffer[]): Buffer => {
    const bytes = Buffer.concat(content);
    return Buffer.concat([Buffer.from([(number << 3) | 2, bytes.length]), bytes]);
  };
  const text = (number: number, value: string) => field(number, Buffer.from(value));
  const envelope = (kind: string, raw: Buffer) =>
    Buffer.concat([
      Buffer.from("k8s\0"),
      field(1, text(1, "v1"), text(2, kind)),
      field(2, raw),
      text(3, ""),
      text(4, ""),
    ]);

  test("a namespace, byte for byte as kubectl writes it", async () => {
    const body = Buffer.from(
      "6b3873000a0f0a02763112094e616d657370616365121c0a140a047465616d12001a002200" +
        "2a003200380042001200" +
        "1a020a001a002200",
      "hex",
    );
    const created = await cluster.request("POST", "/api/v1/namespaces", {
      contentType: PROTOBUF,
      body,
    });
    expect(created.status).toBe(201);
    expect(created.body.metadata).toMatchObject({ name: "team" });
  });

  test("maps, bytes and booleans", async () => {
    const raw = Buffer.concat([
      field(1, text(1, "s"), field(11, text(1, "label"), text(2, "x"))),
      field(2, text(1, "key"), text(2, "value")),
      field(2, text(1, "empty"), text(2, "")),
      text(3, "Opaque"),
      Buffer.from([(5 << 3) | 0, 1]),
    ]);
    const { body } = await cluster.request("POST", "/api/v1/namespaces/default/secrets", {
      contentType: PROTOBUF,
      body: envelope("Secret", raw),
    });
    expect(body).toMatchObject({
      metadata: { name: "s", labels: { label: "x" } },
      data: { key: "dmFsdWU=", empty: "" },
      type: "Opaque",
      immutable: true,
    });
  });

  test("what is not of this form, or of a kind that is read as JSON only, is refused", async () => {
    const post = (body: Uint8Array, path = CONFIG_MAPS) =>
      cluster.request("POST", path, { contentType: PROTOBUF, body });
    expect((await post(Buffer.from("{}"))).status).toBe(400);
    expect((await post(envelope("Pod", Buffer.alloc(0)), PODS)).status).toBe(415);
  });
});

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

/** k8s.io/apiserver/pkg/storage/cacher, `newErrWatcher`: the refusal comes in the stream. */
test("a watch from before what is remembered is told that its version expired", async () => {
  const { kubernetes } = cluster.planes;
  for (let count = 0; count < 2100; count++) {
    kubernetes.apply(cluster.uid, {
      apiVersion: "v1",
      kind: "ConfigMap",
      metadata: { name: "busy", namespace: "default" },
      data: { count: String(count) },
    });
  }
  const watch = new Lines(
    await cluster.fetch("GET", `${CONFIG_MAPS}?watch=true&resourceVersion=2`),
  );
  expect(await watch.event()).toEqual({
    type: "ERROR",
    object: {
      kind: "Status",
      apiVersion: "v1",
      metadata: {},
      status: "Failure",
      message: expect.stringMatching(/^too old resource version: 2 \(\d+\)$/) as string,
      reason: "Expired",
      code: 410,
    },
  });
  expect(await watch.next()).toBeUndefined();
});

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

/** k8s.io/kubernetes/pkg/apis/core/validation/validation.go, `ValidatePodSpec` */
test("a pod that is wrong in many ways is told all of them", async () => {
  const { status, body } = await cluster.request("POST", PODS, {
    body: {
      metadata: { name: "wrong" },
      spec: {
        restartPolicy: "Sometimes",
        containers: [
          {
            name: "Upper",
            image: "",
            imagePullPolicy: "Maybe",
            volumeMounts: [{ name: "none", mountPath: "/a" }],
          },
          { name: "twice", image: "a" },
          { name: "twice", image: "a" },
        ],
      },
    },
  });
  expect(status).toBe(422);
  const { causes } = body.details as { causes: { field: string; message: string }[] };
  expect(causes.map(({ field, message }) => `${field}: ${message}`)).toEqual([
    expect.stringMatching(
      /^spec\.containers\[0\]\.name: Invalid value: "Upper": a lowercase RFC 1123 label/,
    ),
    "spec.containers[0].image: Required value",
    'spec.containers[0].imagePullPolicy: Unsupported value: "Maybe": supported values: "Always", "IfNotPresent", "Never"',
    'spec.containers[0].volumeMounts[0].name: Not found: "none"',
    'spec.containers[1].name: Duplicate value: "twice"',
    'spec.containers[2].name: Duplicate value: "twice"',
    'spec.restartPolicy: Unsupported value: "Sometimes": supported values: "Always", "OnFailure", "Never"',
  ]);
});

/** k8s.io/apimachinery/pkg/api/resource/quantity.go: the decoder's error. */
test("an amount that is none is refused before anything else", async () => {
  const resources = { limits: { cpu: "much" } };
  const { body } = await cluster.request("POST", PODS, {
    body: { metadata: {}, spec: { containers: [{ name: "a", image: "a", resources }] } },
  });
  expect(body).toMatchObject({
    code: 400,
    message:
      "Pod in version \"v1\" cannot be handled as a Pod: quantities must match the regular expression '^([+-]?[0-9.]+)([eEinumkKMGTP]*[-+]?[0-9]*)$'",
  });
});

/** k8s.io/kubernetes/pkg/apis/core/v1/defaults.go */
test("a pod gets its defaults", async () => {
  const { spec } = await cluster.create("pods", {
    metadata: { name: "plain" },
    spec: {
      automountServiceAccountToken: false,
      nodeSelector: { no: "such-node" },
      containers: ["a", "a:latest", "a:1"].map((image, index) => ({
        name: `c${index}`,
        image,
        // A number, as YAML has it.
        resources: { limits: { cpu: 1 } },
        ports: [{ containerPort: 80 }],
      })),
    },
  });
  expect(spec).toMatchObject({
    restartPolicy: "Always",
    dnsPolicy: "ClusterFirst",
    schedulerName: "default-scheduler",
    terminationGracePeriodSeconds: 30,
    enableServiceLinks: true,
    priority: 0,
    preemptionPolicy: "PreemptLowerPriority",
    securityContext: {},
    containers: ["Always", "Always", "IfNotPresent"].map((imagePullPolicy) => ({
      imagePullPolicy,
      terminationMessagePath: "/dev/termination-log",
      terminationMessagePolicy: "File",
      resources: { limits: { cpu: "1" }, requests: { cpu: "1" } },
      ports: [{ containerPort: 80, protocol: "TCP" }],
    })),
  });
});

/** k8s.io/apiserver/pkg/admission/plugin/namespace/lifecycle/admission.go */
test.each(["default", "kube-system", "kube-public"])("namespace %s stays", async (name) => {
  const { body } = await cluster.request("DELETE", `/api/v1/namespaces/${name}`);
  expect(body).toMatchObject({
    code: 403,
    message: `namespaces "${name}" is forbidden: this namespace may not be deleted`,
  });
});

test("a new namespace has the default service account and the certificate authority", async () => {
  await cluster.create("namespaces", { metadata: { name: "team" } }, "");
  const account = await cluster.request("GET", "/api/v1/namespaces/team/serviceaccounts/default");
  expect(account.status).toBe(200);
  const { body } = await cluster.request(
    "GET",
    "/api/v1/namespaces/team/configmaps/kube-root-ca.crt",
  );
  expect(body.data).toEqual({ "ca.crt": cluster.planes.certificateAuthority });
});

test.each(["exec", "attach", "portforward"])("pods/%s is refused by name", async (subresource) => {
  const { status, body } = await cluster.request("POST", `${PODS}/web/${subresource}`);
  expect(status).toBe(404);
  expect(body.message).toBe(`the local Azure does not serve pods/${subresource}`);
});
