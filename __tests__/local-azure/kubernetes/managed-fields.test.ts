import { APPLY, MERGE_PATCH, TestCluster, type Json } from "./test-cluster";

/** https://kubernetes.io/docs/reference/using-api/server-side-apply/ */
const MAPS = "/api/v1/namespaces/default/configmaps";

let cluster: TestCluster;
let name = "";
let count = 0;
beforeAll(async () => {
  cluster = await TestCluster.start();
});
beforeEach(() => {
  name = `map-${++count}`;
});
afterAll(() => cluster.close());

const apply = async (manager: string, object: Json, query = "") => {
  const { metadata, ...rest } = object;
  return cluster.request("PATCH", `${MAPS}/${name}?fieldManager=${manager}${query}`, {
    contentType: APPLY,
    body: {
      apiVersion: "v1",
      kind: "ConfigMap",
      metadata: { name, ...(metadata as Json | undefined) },
      ...rest,
    },
  });
};
const merge = (manager: string, body: Json) =>
  cluster.request("PATCH", `${MAPS}/${name}?fieldManager=${manager}`, {
    contentType: MERGE_PATCH,
    body,
  });
const get = async () => {
  const { body } = await cluster.request("GET", `${MAPS}/${name}`);
  return body as Json & {
    metadata: { resourceVersion: string; labels?: Json; managedFields?: Json[] };
  };
};
const owners = async () =>
  Object.fromEntries(
    ((await get()).metadata.managedFields ?? []).map(({ manager, fieldsV1 }) => [
      manager,
      fieldsV1,
    ]),
  ) as Json;

test("who applies owns what they apply", async () => {
  const { status } = await apply("me", { data: { a: "1" }, metadata: { labels: { app: "web" } } });
  expect(status).toBe(201);
  expect((await get()).metadata.managedFields).toEqual([
    {
      manager: "me",
      operation: "Apply",
      apiVersion: "v1",
      time: "2026-01-01T00:00:00Z",
      fieldsType: "FieldsV1",
      fieldsV1: { "f:data": { "f:a": {} }, "f:metadata": { "f:labels": { "f:app": {} } } },
    },
  ]);
});

test("what they do not apply any more goes, unless somebody else owns it, too", async () => {
  await apply("me", { data: { a: "1", b: "2", c: "3" } });
  await apply("you", { data: { b: "2" } });
  await merge("other", { data: { d: "4" } });
  await apply("me", { data: { a: "1" } });
  expect((await get()).data).toEqual({ a: "1", b: "2", d: "4" });
  expect(await owners()).toEqual({
    me: { "f:data": { "f:a": {} } },
    you: { "f:data": { "f:b": {} } },
    other: { "f:data": { "f:d": {} } },
  });
});

test("the same again changes nothing", async () => {
  await apply("me", { data: { a: "1" } });
  const before = await get();
  cluster.clock.advance(60_000);
  await apply("me", { data: { a: "1" } });
  expect(await get()).toEqual(before);
});

test("another's field with another value is a conflict, which force overrides", async () => {
  await apply("me", { data: { a: "1" } });
  const { status, body } = await apply("you", { data: { a: "2" } });
  expect(status).toBe(409);
  expect(body).toMatchObject({
    reason: "Conflict",
    message: 'Apply failed with 1 conflict: conflict with "me": .data.a',
    details: {
      causes: [{ reason: "FieldManagerConflict", message: 'conflict with "me"', field: ".data.a" }],
    },
  });
  expect((await apply("you", { data: { a: "2" } }, "&force=true")).status).toBe(200);
  expect((await get()).data).toEqual({ a: "2" });
  expect(await owners()).toEqual({ you: { "f:data": { "f:a": {} } } });
});

test("with the same value there is none: both own it", async () => {
  await apply("me", { data: { a: "1" } });
  expect((await apply("you", { data: { a: "1" } })).status).toBe(200);
  expect(Object.keys(await owners()).sort()).toEqual(["me", "you"]);
});

test("whoever changes a field in another way owns it alone", async () => {
  await apply("me", { data: { a: "1", b: "2" } });
  await merge("kubectl-edit", { data: { a: "9" } });
  const { body } = await apply("me", { data: { a: "1", b: "2" } });
  expect(body.message).toBe(
    'Apply failed with 1 conflict: conflict with "kubectl-edit" using v1: .data.a',
  );
});

test("what was there before anybody applied belongs to whoever made it", async () => {
  await cluster.create("configmaps", { metadata: { name }, data: { a: "1", b: "2" } });
  const { body } = await apply("me", { data: { a: "8", b: "9" } });
  expect(body.message).toBe(
    'Apply failed with 2 conflicts: conflicts with "before-first-apply" using v1:\n- .data.a\n- .data.b',
  );
});

test("a client without a field manager is known by its name", async () => {
  await apply("me", { data: { a: "1" } });
  await cluster.request("PATCH", `${MAPS}/${name}`, {
    contentType: MERGE_PATCH,
    body: { data: { z: "1" } },
    headers: { "User-Agent": "kubectl/v1.33.5 (linux/amd64)" },
  });
  expect(await owners()).toHaveProperty("kubectl", { "f:data": { "f:z": {} } });
});

test("a dry run owns nothing, and nobody brings managed fields along", async () => {
  await apply("me", { data: { a: "1" } });
  await apply("you", { data: { b: "1" } }, "&dryRun=All");
  expect(Object.keys(await owners())).toEqual(["me"]);
  const refused = await apply("you", { metadata: { managedFields: [] } });
  expect([refused.status, refused.body.message]).toEqual([
    400,
    "metadata.managedFields must be nil",
  ]);
});

test("what a client says of managed fields with an object is not kept", async () => {
  const managedFields = [{ manager: "somebody", operation: "Update", apiVersion: "v1" }];
  await cluster.create("configmaps", { metadata: { name, managedFields } });
  expect(await owners()).toEqual({});
});

test("the entries of lists are owned by their keys", async () => {
  const path = "/api/v1/namespaces/default/pods/listed";
  const pod = (image: string, env: Json[]) => ({
    contentType: APPLY,
    body: {
      apiVersion: "v1",
      kind: "Pod",
      metadata: { name: "listed" },
      spec: {
        nodeSelector: { no: "such-node" },
        containers: [{ name: "web", image, env }],
      },
    },
  });
  const env = [{ name: "A", value: "1" }];
  await cluster.request("PATCH", `${path}?fieldManager=me`, pod("web:1", env));
  const { body } = await cluster.request("PATCH", `${path}?fieldManager=you`, pod("web:2", env));
  expect(body.message).toBe(
    'Apply failed with 1 conflict: conflict with "me": .spec.containers[name="web"].image',
  );
  const updated = await cluster.request("PATCH", `${path}?fieldManager=me`, pod("web:2", env));
  expect(updated.status).toBe(200);
});
