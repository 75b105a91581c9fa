import { ArmClient, SUBSCRIPTION } from "./arm-client";
import {
  ACCOUNT,
  CLUSTER,
  GROUP,
  IDENTITY,
  LINKER,
  REGISTRY,
  ROLE_ASSIGNMENT,
} from "./tutorial-resources";

let arm: ArmClient;
beforeEach(async () => {
  arm = await ArmClient.start();
});
afterEach(() => arm.close());

it("has everything again after it was closed", async () => {
  await arm.make(LINKER, ROLE_ASSIGNMENT, REGISTRY);
  const read = async () => {
    const answers = [];
    for (const path of [GROUP, CLUSTER, LINKER, ACCOUNT, IDENTITY, REGISTRY, ROLE_ASSIGNMENT]) {
      answers.push((await arm.get(path)).body);
    }
    answers.push((await arm.get("providers")).body);
    const { body } = await arm.ask("POST", `${CLUSTER}/listClusterUserCredential`);
    return [...answers, body];
  };
  const token = await arm.token();
  const before = await read();
  await arm.reopen();
  expect(await read()).toEqual(before);
  // Who was signed in still is: the keys are part of the state.
  expect((await arm.ask("GET", GROUP, { token })).status).toBe(200);
  await arm.put(CLUSTER, before[1]);
  await arm.delete(GROUP);
  expect((await arm.get("resources")).body.value).toEqual([]);
});

it("goes on with a creation that was under way", async () => {
  await arm.make(GROUP);
  const started = await arm.ask("PUT", CLUSTER, { body: await arm.bodyOf(CLUSTER) });
  await arm.reopen();
  expect((await arm.get(CLUSTER)).body.properties.provisioningState).toBe("Creating");
  expect(await arm.operation(started)).toMatchObject({ status: "Succeeded" });
  expect((await arm.get(CLUSTER)).body.properties.provisioningState).toBe("Succeeded");
  const credentials = await arm.ask("POST", `${CLUSTER}/listClusterUserCredential`);
  expect(credentials.status).toBe(200);
});

it("goes on with a deletion that was under way", async () => {
  await arm.make(IDENTITY, ACCOUNT);
  await arm.ask("DELETE", GROUP);
  await arm.reopen();
  expect((await arm.get(GROUP)).body.properties.provisioningState).toBe("Deleting");
  await arm.settled(GROUP);
  expect((await arm.get(GROUP)).status).toBe(404);
  const deleted = await arm.get("providers/Microsoft.CognitiveServices/deletedAccounts");
  expect(deleted.body.value.map(({ name }) => name)).toEqual(["MyOpenAI"]);
});

it("goes on with a registration that was under way", async () => {
  const path = "providers/Microsoft.Insights";
  await arm.ask("POST", `${path}/register`);
  await arm.reopen();
  expect((await arm.get(path)).body.registrationState).toBe("Registering");
  arm.clock.advance(100);
  expect((await arm.get(path)).body.registrationState).toBe("Registered");
});

it("does nothing any more once it is closed", async () => {
  await arm.make(GROUP);
  await arm.ask("PUT", REGISTRY, { body: await arm.bodyOf(REGISTRY) });
  await arm.server.close();
  const before = await arm.state();
  arm.clock.advance(60_000);
  expect(await arm.state()).toEqual(before);
});

it("remembers how an operation ended, for whoever still asks", async () => {
  await arm.make(GROUP);
  const started = await arm.ask("PUT", REGISTRY, { body: await arm.bodyOf(REGISTRY) });
  const ended = await arm.operation(started);
  await arm.reopen();
  expect(await arm.operation(started)).toEqual(ended);
});

it("makes its operator Owner once", async () => {
  const list = "providers/Microsoft.Authorization/roleAssignments";
  const owners = async () => (await arm.get(list)).body.value;
  const before = await owners();
  expect(before).toHaveLength(1);
  expect(before[0]?.properties.scope).toBe(`/subscriptions/${SUBSCRIPTION}`);
  await arm.reopen();
  expect(await owners()).toEqual(before);
});
