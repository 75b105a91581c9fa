import { ArmClient, SUBSCRIPTION } from "./arm-client";
import { CLUSTER, GROUP, IDENTITY, REGISTRY, id } from "./tutorial-resources";

let arm: ArmClient;
beforeEach(async () => {
  arm = await ArmClient.start();
  await arm.make(GROUP);
});
afterEach(() => arm.close());

const code = async (path: string, options?: Parameters<ArmClient["ask"]>[2], method = "GET") => {
  const { status, body } = await arm.ask(method, path, options);
  return [status, body.error.code];
};

it("accepts the token of a tenant's application for Resource Manager, and no other", async () => {
  const ask = (token: string) => arm.ask("GET", GROUP, { token });
  for (const audience of ["https://management.azure.com/", "https://management.core.windows.net"]) {
    expect((await ask(await arm.token(undefined, audience))).status).toBe(200);
  }
  const token = await arm.token(undefined, "https://vault.azure.net");
  expect(await code(GROUP, { token })).toEqual([401, "InvalidAuthenticationTokenAudience"]);
  expect(await code(GROUP, { token: "not.a.token" })).toEqual([401, "InvalidAuthenticationToken"]);
});

it("does not accept a token whose hour is over", async () => {
  const token = await arm.token();
  arm.clock.advance(61 * 60 * 1000);
  expect(await code(GROUP, { token })).toEqual([401, "ExpiredAuthenticationToken"]);
});

it("asks who it is before it says what is wrong with the rest", async () => {
  const nowhere = "/subscriptions/33333333-3333-3333-3333-333333333333/x/y";
  expect(await code(nowhere, { token: null, apiVersion: null })).toEqual([
    401,
    "AuthenticationFailed",
  ]);
});

it("tells whoever may not know that they may not, whether it exists or not", async () => {
  const token = await arm.token({ oid: "stranger", appid: "stranger" });
  for (const path of [IDENTITY, "resourceGroups/none", GROUP, "providers", "resources", ""]) {
    expect(await code(path, { token })).toEqual([403, "AuthorizationFailed"]);
  }
  const { body } = await arm.ask("PUT", IDENTITY, { token, body: { location: "eastus" } });
  expect(body.error.message).toContain(
    "action 'Microsoft.ManagedIdentity/userAssignedIdentities/write' over scope " +
      `'${id(IDENTITY)}' or the scope is invalid.`,
  );
});

it.each([
  [
    "a namespace that nobody has",
    "providers/Microsoft.Nothing/things/x",
    "InvalidResourceNamespace",
  ],
  [
    "a type that a namespace does not have",
    "providers/Microsoft.Compute/things/x",
    "InvalidResourceType",
  ],
])("does not know %s", async (_, path, expected) => {
  expect(await code(`${GROUP}/${path}`)).toEqual([404, expected]);
});

it("tells a subscription that is not there from one that cannot be", async () => {
  expect(await code("/subscriptions/33333333-3333-3333-3333-333333333333")).toEqual([
    404,
    "SubscriptionNotFound",
  ]);
  // velero issue 2987, terraform-provider-azurerm issue 25954
  expect(await code("/subscriptions/resourceGroups/x")).toEqual([400, "InvalidSubscriptionId"]);
});

it("names the versions that there are to who asks for another", async () => {
  const { body } = await arm.ask("PUT", IDENTITY, {
    apiVersion: "2001-01-01",
    body: { location: "eastus" },
  });
  expect(body.error.code).toBe("NoRegisteredProviderFound");
  expect(body.error.message).toMatch(
    /^No registered resource provider found for location 'eastus' and API version '2001-01-01' for type 'userAssignedIdentities'\. The supported api-versions are '.*2024-11-30.*'\.$/,
  );
});

it("takes Api-Version in any casing, an empty one for none", async () => {
  const url = `${GROUP}?API-Version=2023-07-01`;
  expect((await arm.ask("GET", url, { apiVersion: null })).status).toBe(200);
  expect(await code(GROUP, { apiVersion: "" })).toEqual([400, "MissingApiVersionParameter"]);
});

it("reads its own words in any casing, and stores them in its own", async () => {
  const path = `/SUBSCRIPTIONS/${SUBSCRIPTION}/resourcegroups/myresourcegroup/PROVIDERS/microsoft.managedidentity/USERASSIGNEDIDENTITIES/Mine`;
  const { body } = await arm.ask("PUT", path, { body: { location: "eastus" } });
  expect(body).toMatchObject({
    id: id(IDENTITY.replace("MyIdentity", "Mine")),
    type: "Microsoft.ManagedIdentity/userAssignedIdentities",
  });
});

it("does not know an action that a type does not have", async () => {
  await arm.make(REGISTRY);
  expect(await code(`${REGISTRY}/explode`, {}, "POST")).toEqual([404, "InvalidResourceType"]);
  expect(await code(`${CLUSTER}/listClusterUserCredential`, {}, "POST")).toEqual([
    404,
    "ResourceNotFound",
  ]);
});

it("does not know a path that is not one of its own", async () => {
  expect(await code(`${GROUP}/nothing`)).toEqual([404, "NotFound"]);
});

it("names every request, and carries on the caller's correlation", async () => {
  const { headers } = await arm.get(GROUP);
  const request = headers.get("x-ms-request-id");
  expect(request).toMatch(/^[0-9a-f-]{36}$/);
  expect(headers.get("x-ms-correlation-request-id")).toBe(request);
  const response = await arm.server.fetch(
    new Request("https://localhost/subscriptions", {
      headers: { "x-ms-correlation-request-id": "mine" },
    }),
  );
  expect([response.status, response.headers.get("x-ms-correlation-request-id")]).toEqual([
    401,
    "mine",
  ]);
});
