import { ArmClient } from "../arm-client";
import { GROUP, REGISTRY } from "../tutorial-resources";

let arm: ArmClient;
beforeEach(async () => {
  arm = await ArmClient.start();
  await arm.make(GROUP);
});
afterEach(() => arm.close());

const put = (name: string, properties: object = {}, sku = "Standard") =>
  arm.ask("PUT", REGISTRY.replace("MyRegistry", name), {
    body: { location: "eastus", sku: { name: sku }, properties },
  });

it("has everything without which azurerm crashes or plans a change", async () => {
  await arm.make(REGISTRY);
  expect((await arm.get(REGISTRY)).body).toMatchObject({
    sku: { name: "Standard", tier: "Standard" },
    properties: {
      publicNetworkAccess: "Enabled",
      zoneRedundancy: "Disabled",
      adminUserEnabled: false,
      anonymousPullEnabled: false,
      networkRuleBypassOptions: "AzureServices",
      roleAssignmentMode: "LegacyRegistryPermissions",
      policies: {
        exportPolicy: { status: "enabled" },
        azureADAuthenticationAsArmPolicy: { status: "enabled" },
      },
      loginServer: expect.stringMatching(/^localhost:4430\//) as string,
    },
  });
  expect((await arm.get(`${REGISTRY}/replications`)).body.value).toEqual([]);
});

// https://learn.microsoft.com/azure/azure-resource-manager/management/resource-name-rules
it.each(["four", "with-dash", "x".repeat(51), "dots.in"])("refuses the name %p", async (name) => {
  const { status, body } = await put(name);
  expect([status, body.error.code]).toEqual([400, "InvalidName"]);
});

it("has a name of its own in all of Azure, compared without case", async () => {
  await arm.make(REGISTRY);
  await arm.put("resourceGroups/other", { location: "eastus" });
  const elsewhere = REGISTRY.replace(GROUP, "resourceGroups/other").replace("MyR", "mYr");
  const body = { location: "eastus", sku: { name: "Basic" } };
  const answer = await arm.ask("PUT", elsewhere, { body });
  expect([answer.status, answer.body.error.code]).toEqual([409, "AlreadyInUse"]);
  await arm.delete(REGISTRY);
  expect((await arm.ask("PUT", elsewhere, { body })).status).toBe(201);
});

it("says beforehand whether a name is free", async () => {
  await arm.make(REGISTRY);
  const ask = async (name: string) => {
    const body = { name, type: "Microsoft.ContainerRegistry/registries" };
    const path = "providers/Microsoft.ContainerRegistry/checkNameAvailability";
    return (await arm.ask("POST", path, { body })).body;
  };
  expect(await ask("FreeName")).toEqual({ nameAvailable: true });
  // The specification's example RegistryCheckNameNotAvailable.json.
  expect(await ask("myregistry")).toEqual({
    nameAvailable: false,
    reason: "AlreadyExists",
    message: "The registry myregistry is already in use.",
  });
  expect(await ask("no-name")).toMatchObject({ nameAvailable: false, reason: "Invalid" });
});

it("lets everyone pull from Standard on, and is switched by PATCH", async () => {
  // https://learn.microsoft.com/azure/container-registry/anonymous-pull-access
  const basic = await put("basicregistry", { anonymousPullEnabled: true }, "Basic");
  expect(basic.status).toBe(400);
  await arm.make(REGISTRY);
  const body = { properties: { anonymousPullEnabled: true }, tags: { made: "here" } };
  const after = await arm.put(REGISTRY, body, "PATCH");
  expect(after).toMatchObject({
    sku: { name: "Standard" },
    tags: { made: "here" },
    properties: { anonymousPullEnabled: true, publicNetworkAccess: "Enabled" },
  });
  const down = { sku: { name: "Basic" } };
  expect((await arm.ask("PATCH", REGISTRY, { body: down })).status).toBe(400);
});

it.each([
  ["dedicated data endpoints", { dataEndpointEnabled: true }],
  ["no public access", { publicNetworkAccess: "Disabled" }],
  ["network rules", { networkRuleSet: { defaultAction: "Deny" } }],
])("has %s in Premium only", async (_, properties) => {
  expect((await put("registry1", properties)).status).toBe(400);
  expect((await put("registry1", properties, "Premium")).status).toBe(201);
});

it("knows three SKUs, in any casing", async () => {
  expect((await put("registry1", {}, "Huge")).body.error.code).toBe("SkuNotSupported");
  expect((await put("registry1", {}, "premium")).body.sku).toEqual({
    name: "Premium",
    tier: "Premium",
  });
});

it("has credentials for its admin user, and none while that is off", async () => {
  await arm.make(REGISTRY);
  const off = await arm.ask("POST", `${REGISTRY}/listCredentials`);
  expect([off.status, off.body.error.code]).toEqual([400, "UnAuthorizedForCredentialOperations"]);
  await arm.put(REGISTRY, { properties: { adminUserEnabled: true } }, "PATCH");
  const { body } = await arm.ask("POST", `${REGISTRY}/listCredentials`);
  expect(body).toEqual({
    username: "MyRegistry",
    passwords: [
      { name: "password", value: expect.stringMatching(/\S{20}/) as string },
      { name: "password2", value: expect.stringMatching(/\S{20}/) as string },
    ],
  });
  expect((await arm.ask("POST", `${REGISTRY}/listCredentials`)).body).toEqual(body);
});
