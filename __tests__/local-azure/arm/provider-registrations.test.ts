import { ArmClient } from "./arm-client";
import { CLUSTER, REGISTRY, id } from "./tutorial-resources";

let arm: ArmClient;
beforeEach(async () => {
  arm = await ArmClient.start({ registered: false });
});
afterEach(() => arm.close());

const REGISTRIES = "providers/Microsoft.ContainerRegistry";
const stateOf = async (path: string) => (await arm.get(path)).body.registrationState;

it("takes its time, as azurerm waits for it", async () => {
  expect(await stateOf(REGISTRIES)).toBe("NotRegistered");
  const { status, body } = await arm.ask("POST", `${REGISTRIES}/register`);
  expect([status, body.registrationState]).toEqual([200, "Registering"]);
  arm.clock.advance(50);
  expect(await stateOf(REGISTRIES)).toBe("Registering");
  arm.clock.advance(50);
  expect(await stateOf(REGISTRIES)).toBe("Registered");
  const again = await arm.ask("POST", `${REGISTRIES}/register`);
  expect(again.body.registrationState).toBe("Registered");
});

it("is not there yet while it is Registering", async () => {
  await arm.make(REGISTRY.replace(/\/providers.*/, ""));
  await arm.ask("POST", `${REGISTRIES}/register`);
  const put = async () =>
    (await arm.ask("PUT", REGISTRY, { body: await arm.bodyOf(REGISTRY) })).status;
  expect(await put()).toBe(409);
  arm.clock.advance(100);
  expect(await put()).toBe(201);
});

it("lists every provider with its types, regions and versions", async () => {
  const { value } = (await arm.get("providers?api-version=2022-09-01")).body;
  const provider = value.find(({ namespace }) => namespace === "Microsoft.ContainerService");
  expect(provider).toMatchObject({
    id: id("providers/Microsoft.ContainerService"),
    registrationState: "NotRegistered",
    registrationPolicy: "RegistrationRequired",
  });
  const types = provider?.resourceTypes as {
    resourceType: string;
    locations: string[];
    apiVersions: string[];
  }[];
  const clusters = types.find(({ resourceType }) => resourceType === "managedClusters");
  expect(clusters?.locations).toContain("East US");
  expect(clusters?.apiVersions).toContain("2025-10-01");
  // Newest first, as Azure has them.
  expect(clusters?.apiVersions).toEqual([...(clusters?.apiVersions ?? [])].sort().reverse());
});

it("is there from the start for what every subscription has", async () => {
  for (const namespace of ["Microsoft.Authorization", "Microsoft.Resources"]) {
    expect(await stateOf(`providers/${namespace}`)).toBe("Registered");
    const answer = await arm.ask("POST", `providers/${namespace}/unregister`);
    expect([answer.status, answer.body.error.code]).toEqual([
      409,
      "CannotUnregisterRPWithFreeRegistration",
    ]);
  }
});

it("is taken back only when nothing of it is left", async () => {
  await arm.register("Microsoft.ContainerRegistry");
  await arm.make(REGISTRY);
  const unregister = () => arm.ask("POST", `${REGISTRIES}/unregister`);
  const inUse = await unregister();
  expect([inUse.status, inUse.body.error.code]).toEqual([409, "SubscriptionCannotBeUnregistered"]);
  await arm.delete(REGISTRY);
  expect((await unregister()).body.registrationState).toBe("Unregistering");
  arm.clock.advance(100);
  expect(await stateOf(REGISTRIES)).toBe("NotRegistered");
});

it("is found in any casing, and does not exist for what nobody provides", async () => {
  expect((await arm.get("providers/MICROSOFT.CONTAINERREGISTRY")).body.namespace).toBe(
    "Microsoft.ContainerRegistry",
  );
  for (const method of ["GET", "POST"]) {
    const path = `providers/Microsoft.Nothing${method === "POST" ? "/register" : ""}`;
    const { status, body } = await arm.ask(method, path);
    expect([status, body.error.code]).toEqual([404, "InvalidResourceNamespace"]);
  }
});

it("takes a permission of its own", async () => {
  const token = await arm.token({ oid: "stranger", appid: "stranger" });
  const { status, body } = await arm.ask("POST", `${REGISTRIES}/register`, { token });
  expect([status, body.error.code]).toEqual([403, "AuthorizationFailed"]);
  expect(body.error.message).toContain("action 'Microsoft.ContainerRegistry/register/action'");
  expect(await stateOf(REGISTRIES)).toBe("NotRegistered");
});

it("is named in the error that azapi registers by", async () => {
  await arm.make(CLUSTER.replace(/\/providers.*/, ""));
  const body = { location: "eastus", properties: {} };
  const { status, body: answer } = await arm.ask("PUT", CLUSTER, { body });
  expect([status, answer.error]).toEqual([
    409,
    expect.objectContaining({
      code: "MissingSubscriptionRegistration",
      details: [expect.objectContaining({ target: "Microsoft.ContainerService" })],
    }),
  ]);
});
