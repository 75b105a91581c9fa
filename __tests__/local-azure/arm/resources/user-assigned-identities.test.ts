import { ArmClient, TENANT } from "../arm-client";
import { GROUP, IDENTITY } from "../tutorial-resources";

let arm: ArmClient;
beforeEach(async () => {
  arm = await ArmClient.start();
  await arm.make(IDENTITY);
});
afterEach(() => arm.close());

const GUID = expect.stringMatching(/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/) as string;

it("is a principal and an application of the tenant, and stays the same ones", async () => {
  const { properties } = (await arm.get(IDENTITY)).body;
  expect(properties).toEqual({ tenantId: TENANT, principalId: GUID, clientId: GUID });
  expect(properties.principalId).not.toBe(properties.clientId);
  await arm.put(IDENTITY, { location: "eastus", tags: { a: "b" } });
  await arm.put(IDENTITY, { tags: { c: "d" } }, "PATCH");
  expect((await arm.get(IDENTITY)).body).toMatchObject({ tags: { c: "d" }, properties });
});

it("is another principal when it is made again under its name", async () => {
  const { properties } = (await arm.get(IDENTITY)).body;
  await arm.delete(IDENTITY);
  await arm.make(IDENTITY);
  const again = (await arm.get(IDENTITY)).body.properties;
  expect(again.principalId).not.toBe(properties.principalId);
  expect(again.clientId).not.toBe(properties.clientId);
});

it("is listed for its group and for the subscription", async () => {
  const list = "providers/Microsoft.ManagedIdentity/userAssignedIdentities";
  for (const path of [list, `${GROUP}/${list}`]) {
    expect((await arm.get(path)).body.value.map(({ name }) => name)).toEqual(["MyIdentity"]);
  }
});

it.each(["ab", "-abc", "a.bc", "x".repeat(129)])("refuses the name %p", async (name) => {
  const path = IDENTITY.replace("MyIdentity", name);
  const { status, body } = await arm.ask("PUT", path, { body: { location: "eastus" } });
  expect([status, body.error.code]).toEqual([400, "InvalidResourceName"]);
});
