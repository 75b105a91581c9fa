import { ArmClient, SUBSCRIPTION, TENANT } from "./arm-client";
import { IDENTITY, REGISTRY, id } from "./tutorial-resources";

let arm: ArmClient;
beforeEach(async () => {
  arm = await ArmClient.start();
});
afterEach(() => arm.close());

it("has one subscription, in one tenant", async () => {
  const subscription = {
    id: `/subscriptions/${SUBSCRIPTION}`,
    subscriptionId: SUBSCRIPTION,
    tenantId: TENANT,
    state: "Enabled",
  };
  expect((await arm.get("")).body).toMatchObject(subscription);
  expect((await arm.get("/subscriptions")).body.value).toMatchObject([subscription]);
  expect((await arm.get("/tenants")).body.value).toMatchObject([{ tenantId: TENANT }]);
});

it("has Azure's regions", async () => {
  const { value } = (await arm.get("locations")).body;
  expect(value).toContainEqual(
    expect.objectContaining({
      id: `/subscriptions/${SUBSCRIPTION}/locations/eastus`,
      name: "eastus",
      displayName: "East US",
    }),
  );
});

it("lists the resources of all groups, and not those that belong to others", async () => {
  await arm.make(IDENTITY, REGISTRY);
  const other = IDENTITY.replace("MyResourceGroup", "other");
  await arm.put("resourceGroups/other", { location: "eastus" });
  await arm.put(other, { location: "eastus" });
  const { value } = (await arm.get("resources")).body;
  expect(value.map((item) => item.id).sort()).toEqual(
    [id(IDENTITY), id(REGISTRY), id(other)].sort(),
  );
  expect((await arm.get("resourceGroups/other/resources")).body.value).toHaveLength(1);
  expect((await arm.get("resourceGroups/none/resources")).body.error.code).toBe(
    "ResourceGroupNotFound",
  );
});
