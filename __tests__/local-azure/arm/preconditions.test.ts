import { ArmClient, type Body } from "./arm-client";
import { AGENT_POOL, CLUSTER } from "./tutorial-resources";

let start: () => Promise<ArmClient>;
let arm: ArmClient;
beforeAll(async () => {
  start = await ArmClient.prepare(CLUSTER, AGENT_POOL);
});
beforeEach(async () => {
  arm = await start();
});
afterEach(() => arm.close());

/** A cluster's is beside its properties, a pool's is one of them. */
const eTagOf = ({ eTag, properties }: Body) => (eTag ?? properties.eTag) as string;

/** https://learn.microsoft.com/azure/aks/use-etags#configurations-and-expected-behavior */
describe.each([
  ["a cluster", CLUSTER],
  ["an agent pool", AGENT_POOL],
])("%s", (_, path) => {
  const missing = `${path}x`;

  const ask = async (
    method: string,
    header: "if-match" | "if-none-match",
    value: string,
    at = path,
  ) => {
    const { body } = await arm.get(path);
    const sent = method === "PATCH" ? { tags: { a: "b" } } : method === "PUT" ? body : undefined;
    const eTag = eTagOf(body);
    const headers = { [header]: value.replace("LATEST", eTag) };
    const answer = await arm.ask(method, at, { body: sent, headers });
    return [answer.status, answer.status === 412 ? answer.body.error.code : undefined];
  };
  const FAILED = [412, "PreconditionFailed"];

  it.each([
    ["PUT", "if-match", "", 200],
    ["PUT", "if-match", "*", 200],
    ["PUT", "if-match", "LATEST", 200],
    ["PUT", "if-match", '"LATEST"', 200],
    ["DELETE", "if-match", "*", 202],
    ["DELETE", "if-match", "LATEST", 202],
  ] as const)("%s with %s: %s is done", async (method, header, value, status) => {
    expect(await ask(method, header, value)).toEqual([status, undefined]);
  });

  it.each([
    ["PUT", "if-match", "xyz"],
    ["PUT", "if-none-match", "*"],
    ["DELETE", "if-match", "xyz"],
  ] as const)("%s with %s: %s fails, and changes nothing", async (method, header, value) => {
    const { body } = await arm.get(path);
    expect(await ask(method, header, value)).toEqual(FAILED);
    expect((await arm.get(path)).body).toEqual(body);
  });

  it("that does not exist", async () => {
    expect(await ask("PUT", "if-match", "*", missing)).toEqual(FAILED);
    expect(await ask("PUT", "if-match", "xyz", missing)).toEqual(FAILED);
    expect(await ask("DELETE", "if-match", "xyz", missing)).toEqual([204, undefined]);
    expect(await ask("PUT", "if-none-match", "*", missing)).toEqual([201, undefined]);
  });

  it.each<Record<string, string>>([
    { "if-none-match": "xyz" },
    { "if-none-match": "*", "if-match": "xyz" },
  ])("is refused headers that make no sense: %o", async (headers) => {
    const { body } = await arm.get(path);
    const answer = await arm.ask("PUT", path, { body, headers });
    expect([answer.status, answer.body.error.code]).toEqual([400, "BadRequest"]);
  });
});

it("is checked by a cluster's PATCH too, which has nothing to create", async () => {
  const patch = (path: string, eTag: string) =>
    arm.ask("PATCH", path, { body: { tags: { a: "b" } }, headers: { "if-match": eTag } });
  expect((await patch(CLUSTER, "xyz")).status).toBe(412);
  expect((await patch(`${CLUSTER}x`, "xyz")).status).toBe(404);
  expect((await patch(CLUSTER, "*")).status).toBe(200);
});

// "When you perform a cluster-level operation, both the cluster-level eTag and agent pool eTag are updated."
it("is another one after every change: a cluster's with its pools', a pool's alone", async () => {
  const tags = async () => {
    const [cluster, pool] = [(await arm.get(CLUSTER)).body, (await arm.get(AGENT_POOL)).body];
    expect(cluster.properties.agentPoolProfiles).toContainEqual(
      expect.objectContaining({ name: pool.name, eTag: eTagOf(pool) }),
    );
    return { cluster: eTagOf(cluster), pool: eTagOf(pool) };
  };
  const first = await tags();
  await arm.put(AGENT_POOL, { properties: { mode: "User", count: 2 } });
  const second = await tags();
  expect(second.cluster).toBe(first.cluster);
  expect(second.pool).not.toBe(first.pool);
  await arm.put(CLUSTER, (await arm.get(CLUSTER)).body);
  const third = await tags();
  expect(third.cluster).not.toBe(second.cluster);
  expect(third.pool).not.toBe(second.pool);
});

it("is no matter of other types", async () => {
  const group = CLUSTER.replace(/\/providers.*/, "");
  const { body } = await arm.get(group);
  const answer = await arm.ask("PUT", group, { body, headers: { "if-match": "xyz" } });
  expect(answer.status).toBe(200);
});
