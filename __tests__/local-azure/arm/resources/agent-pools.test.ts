import { ArmClient } from "../arm-client";
import { AGENT_POOL, CLUSTER } from "../tutorial-resources";

let start: () => Promise<ArmClient>;
let arm: ArmClient;
beforeAll(async () => {
  start = await ArmClient.prepare(CLUSTER);
});
beforeEach(async () => {
  arm = await start();
});
afterEach(() => arm.close());

const SYSTEM = `${CLUSTER}/agentPools/system`;
const profiles = async () =>
  (await arm.get(CLUSTER)).body.properties.agentPoolProfiles as Record<string, unknown>[];

it("changes the node count that the cluster shows, as azurerm does it", async () => {
  const { properties } = (await arm.get(SYSTEM)).body;
  await arm.put(SYSTEM, { properties: { ...properties, count: 3 } });
  expect(await profiles()).toEqual([expect.objectContaining({ name: "system", count: 3 })]);
});

it("comes and goes with the cluster's profiles", async () => {
  await arm.make(AGENT_POOL);
  expect((await profiles()).map(({ name }) => name)).toEqual(["system", "user1"]);
  await arm.delete(AGENT_POOL);
  expect((await profiles()).map(({ name }) => name)).toEqual(["system"]);
});

it("keeps the cluster Updating until it is done, and refuses others meanwhile", async () => {
  await arm.ask("PUT", AGENT_POOL, { body: { properties: { mode: "User" } } });
  const { body } = await arm.get(CLUSTER);
  expect(body.properties.provisioningState).toBe("Updating");
  // cilium issue 25944
  const message = expect.stringMatching(
    /^Operation is not allowed: Another agentpool operation \(user1 - Updating\) is in progress/,
  ) as string;
  const error = { code: "OperationNotAllowed", message };
  const second = await arm.ask("PUT", SYSTEM, { body: { properties: { count: 2 } } });
  expect([second.status, second.body.error]).toEqual([409, error]);
  const cluster = await arm.ask("PUT", CLUSTER, { body });
  expect([cluster.status, cluster.body.error]).toEqual([409, error]);
  await arm.settled(AGENT_POOL);
  expect((await arm.get(CLUSTER)).body.properties.provisioningState).toBe("Succeeded");
});

it("leaves the cluster usable when its operation fails", async () => {
  await arm.ask("POST", "/local-azure/faults", {
    body: {
      type: "Microsoft.ContainerService/managedClusters/agentPools",
      during: "operation",
      code: "QuotaExceeded",
      message: "No cores are left.",
    },
  });
  await arm.ask("PUT", AGENT_POOL, { body: { properties: { mode: "User" } } });
  expect((await arm.settled(AGENT_POOL)).properties.provisioningState).toBe("Failed");
  expect((await arm.get(CLUSTER)).body.properties.provisioningState).toBe("Succeeded");
  expect(await profiles()).toContainEqual(
    expect.objectContaining({ name: "user1", provisioningState: "Failed" }),
  );
});

it("is not the last system pool that is deleted", async () => {
  const answer = await arm.ask("DELETE", SYSTEM);
  expect([answer.status, answer.body.error.code]).toEqual([400, "BadRequest"]);
  expect((await arm.get(CLUSTER)).body.properties.provisioningState).toBe("Succeeded");
});

it.each([
  ["Upper", { mode: "User" }],
  ["toolongforapool", { mode: "User" }],
  ["user1", { mode: "User", count: 1001 }],
  ["user1", { mode: "User", vmSize: "Huge" }],
])("refuses the pool %p with %p", async (name, properties) => {
  const path = `${CLUSTER}/agentPools/${name}`;
  expect((await arm.ask("PUT", path, { body: { properties } })).status).toBe(400);
  expect((await arm.get(path)).status).toBe(404);
  expect((await arm.get(CLUSTER)).body.properties.provisioningState).toBe("Succeeded");
});
