import { MERGE_PATCH, TestCluster, type Json } from "../test-cluster";

const COLLECTION = "/api/v1/namespaces/default/secrets";
const encode = (text: string) => Buffer.from(text).toString("base64");

let cluster: TestCluster;
beforeAll(async () => {
  cluster = await TestCluster.start();
});
afterAll(() => cluster.close());

const patch = (name: string, body: Json) =>
  cluster.request("PATCH", `${COLLECTION}/${name}`, { contentType: MERGE_PATCH, body });

test("stringData is written into data, over what is there, and never read", async () => {
  const created = await cluster.create("secrets", {
    metadata: { name: "texts" },
    data: { a: encode("old"), b: encode("kept") },
    stringData: { a: "new" },
  });
  expect(created).toMatchObject({ type: "Opaque", data: { a: encode("new"), b: encode("kept") } });
  expect(created).not.toHaveProperty("stringData");
});

test.each([
  ["?", 0],
  ["YQ=", 2],
])("data %s is not base64", async (value, byte) => {
  const { status, body } = await cluster.request("POST", COLLECTION, {
    body: { metadata: { name: "broken" }, data: { a: value } },
  });
  expect(status).toBe(400);
  expect(body.message).toBe(
    `Secret in version "v1" cannot be handled as a Secret: illegal base64 data at input byte ${byte}`,
  );
});

/** https://kubernetes.io/docs/concepts/configuration/secret/#secret-types */
test.each([
  ["kubernetes.io/tls", {}, "[data[tls.crt]: Required value, data[tls.key]: Required value]"],
  ["kubernetes.io/ssh-auth", {}, "data[ssh-privatekey]: Required value"],
  [
    "kubernetes.io/basic-auth",
    {},
    "[data[username]: Required value, data[password]: Required value]",
  ],
  ["kubernetes.io/dockerconfigjson", {}, "data[.dockerconfigjson]: Required value"],
  [
    "kubernetes.io/service-account-token",
    {},
    "metadata.annotations[kubernetes.io/service-account.name]: Required value",
  ],
])("a secret of type %s has the keys of its type", async (type, data, message) => {
  const { status, body } = await cluster.request("POST", COLLECTION, {
    body: { metadata: { name: "typed" }, type, data },
  });
  expect(status).toBe(422);
  expect(body.message).toBe(`Secret "typed" is invalid: ${message}`);
});

test("one half of basic authentication is enough, and a Docker configuration is JSON", async () => {
  await cluster.create("secrets", {
    metadata: { name: "basic" },
    type: "kubernetes.io/basic-auth",
    stringData: { username: "me" },
  });
  const { body } = await cluster.request("POST", COLLECTION, {
    body: {
      metadata: { name: "docker" },
      type: "kubernetes.io/dockerconfigjson",
      stringData: { ".dockerconfigjson": "{" },
    },
  });
  expect(body.message).toMatch(
    /^Secret "docker" is invalid: data\[\.dockerconfigjson\]: Invalid value: "<secret contents redacted>": /,
  );
});

test("the type never changes", async () => {
  await cluster.create("secrets", { metadata: { name: "fixed" } });
  const { body } = await patch("fixed", { type: "example.com/other" });
  expect(body).toMatchObject({
    code: 422,
    message:
      'Secret "fixed" is invalid: type: Invalid value: "example.com/other": field is immutable',
  });
});

/** https://kubernetes.io/docs/concepts/configuration/secret/#secret-immutable-create */
test.each(["secrets", "configmaps"])("immutable %s keep their data, for good", async (plural) => {
  await cluster.create(plural, {
    metadata: { name: "still" },
    data: { a: encode("1") },
    immutable: true,
  });
  const path = `/api/v1/namespaces/default/${plural}/still`;
  const change = (body: Json) => cluster.request("PATCH", path, { contentType: MERGE_PATCH, body });
  const words = "Forbidden: field is immutable when `immutable` is set";
  expect((await change({ data: { a: encode("2") } })).body.message).toMatch(
    new RegExp(`^(Secret|ConfigMap) "still" is invalid: data: ${words}$`),
  );
  expect((await change({ immutable: false })).body.message).toMatch(
    new RegExp(`^(Secret|ConfigMap) "still" is invalid: immutable: ${words}$`),
  );
  expect((await change({ metadata: { labels: { a: "1" } } })).status).toBe(200);
});

test("keys are names of files", async () => {
  const { body } = await cluster.request("POST", "/api/v1/namespaces/default/configmaps", {
    body: {
      metadata: { name: "keys" },
      data: { "a b": "", "..": "", both: "" },
      binaryData: { both: "" },
    },
  });
  const { causes } = body.details as { causes: { field: string; message: string }[] };
  expect(
    causes.map(({ field, message }) => `${field}: ${message.replace(/\(e\.g\..*/, "")}`),
  ).toEqual([
    `data[a b]: Invalid value: "a b": a valid config key must consist of alphanumeric characters, '-', '_' or '.' `,
    `data[..]: Invalid value: "..": must not be '..'`,
    `data[both]: Invalid value: "both": duplicate of key present in binaryData`,
  ]);
});

test("a number is not a text", async () => {
  const { body } = await cluster.request("POST", "/api/v1/namespaces/default/configmaps", {
    body: { metadata: { name: "number" }, data: { a: 1 } },
  });
  expect(body).toMatchObject({
    code: 400,
    message:
      'ConfigMap in version "v1" cannot be handled as a ConfigMap: json: cannot unmarshal number into Go struct field ConfigMap.data of type string',
  });
});
