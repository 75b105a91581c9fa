import { APPLY, MERGE_PATCH, STRATEGIC_MERGE_PATCH, TestCluster, type Json } from "./test-cluster";

/** https://kubernetes.io/docs/reference/using-api/api-concepts/#setting-the-field-validation-level */
const PODS = "/api/v1/namespaces/default/pods";

let cluster: TestCluster;
beforeAll(async () => {
  cluster = await TestCluster.start();
});
afterAll(() => cluster.close());

const pod = (name: string): Json => ({
  metadata: { name, label: { app: "web" } },
  spec: {
    nodeSelector: { no: "such-node" },
    containers: [
      { name: "web", image: "web:1", commnad: ["true"], resources: { limits: { "a.b/c": "1" } } },
    ],
  },
});
const UNKNOWN = ['unknown field "metadata.label"', 'unknown field "spec.containers[0].commnad"'];

const post = async (name: string, level?: string) => {
  const query = level === undefined ? "" : `?fieldValidation=${level}`;
  const response = await cluster.fetch("POST", `${PODS}${query}`, { body: pod(name) });
  const body = (await response.json()) as Json & { spec: { containers: [Json] }; metadata: Json };
  return { status: response.status, warning: response.headers.get("warning"), body };
};

test("what a kind does not have is refused by whoever asks for strictness, as kubectl does", async () => {
  const { status, body } = await post("strict", "Strict");
  expect(status).toBe(400);
  expect(body).toMatchObject({
    reason: "BadRequest",
    message: `Pod in version "v1" cannot be handled as a Pod: strict decoding error: ${UNKNOWN.join(", ")}`,
  });
  expect((await cluster.request("GET", `${PODS}/strict`)).status).toBe(404);
});

test.each([undefined, "Warn"])("it is warned of otherwise (%s), and left out", async (level) => {
  const { status, warning, body } = await post(`warn-${level ?? "default"}`.toLowerCase(), level);
  expect(status).toBe(201);
  expect(warning).toBe(UNKNOWN.map((text) => `299 - ${JSON.stringify(text)}`).join(", "));
  expect(body.metadata).not.toHaveProperty("label");
  expect(body.spec.containers[0]).not.toHaveProperty("commnad");
});

test("it is left out without a word when the request says so", async () => {
  const { status, warning, body } = await post("ignore", "Ignore");
  expect([status, warning]).toEqual([201, null]);
  expect(body.spec.containers[0]).not.toHaveProperty("commnad");
});

test("a level that does not exist is refused", async () => {
  const { status, body } = await post("level", "Loose");
  expect(status).toBe(422);
  expect(body.message).toBe(
    'CreateOptions.meta.k8s.io "" is invalid: fieldValidation: Unsupported value: "Loose": supported values: "", "Ignore", "Warn", "Strict"',
  );
});

test("the keys of maps are free", async () => {
  const { status } = await cluster.request(
    "POST",
    "/api/v1/namespaces/default/configmaps?fieldValidation=Strict",
    {
      body: {
        metadata: { name: "free", annotations: { "any.thing/here": "" } },
        data: { anything: "here" },
      },
    },
  );
  expect(status).toBe(201);
});

test.each([MERGE_PATCH, STRATEGIC_MERGE_PATCH])("a patch is held to it, too: %s", async (type) => {
  const path = "/api/v1/namespaces/default/configmaps/patched";
  if ((await cluster.request("GET", path)).status === 404) {
    await cluster.create("configmaps", { metadata: { name: "patched" } });
  }
  const patch = { data: { key: "value" }, datum: {} };
  const { status, body } = await cluster.request("PATCH", `${path}?fieldValidation=Strict`, {
    contentType: type,
    body: patch,
  });
  expect(status).toBe(422);
  expect(body.message).toContain('strict decoding error: unknown field "datum"');
});

test("what is applied by the server has to be in the schema, whatever the level", async () => {
  const { status, body } = await cluster.request(
    "PATCH",
    "/api/v1/namespaces/default/configmaps/applied?fieldManager=me&fieldValidation=Ignore",
    {
      contentType: APPLY,
      body: { apiVersion: "v1", kind: "ConfigMap", metadata: { name: "applied" }, datum: {} },
    },
  );
  expect(status).toBe(500);
  expect(body.message).toBe(
    "failed to create typed patch object (default/applied; /v1, Kind=ConfigMap): .datum: field not declared in schema",
  );
});
