import { randomUUID } from "node:crypto";
import { ArmClient } from "../arm-client";
import { id, IDENTITY } from "../tutorial-resources";

/**
 * Source of limits and rules:
 * https://learn.microsoft.com/entra/workload-id/workload-identity-federation-considerations
 */
let arm: ArmClient;
beforeEach(async () => {
  arm = await ArmClient.start();
  await arm.make(IDENTITY);
});
afterEach(() => arm.close());

const OTHER = IDENTITY.replace("MyIdentity", "OtherIdentity");
const at = (name: string, identity = IDENTITY) =>
  `${identity}/federatedIdentityCredentials/${name}`;
const properties = {
  issuer: "https://oidc.example/",
  subject: "system:serviceaccount:default:mine",
  audiences: ["api://AzureADTokenExchange"],
};
const put = (path: string, changed: object = {}) =>
  arm.ask("PUT", path, { body: { properties: { ...properties, ...changed } } });

it("comes back as it was sent: issuer and subject compare with case", async () => {
  const issuer = "https://OIDC.example/Tenant";
  expect((await put(at("first"), { issuer })).body.properties).toEqual({ ...properties, issuer });
  expect((await put(at("second"), { issuer: issuer.toLowerCase() })).status).toBe(201);
});

it("has its issuer and subject once on an identity, and again on another", async () => {
  await put(at("first"));
  const second = await put(at("second"));
  expect([second.status, second.body.error]).toEqual([
    409,
    {
      code: "FederatedIdentityCredentialAlreadyExists",
      message: "Issuer and subject combination already exists for this Managed Identity.",
    },
  ]);
  expect((await put(at("second"), { subject: "system:serviceaccount:default:x" })).status).toBe(
    201,
  );
  await arm.put(OTHER, { location: "eastus" });
  expect((await put(at("first", OTHER))).status).toBe(201);
  await arm.delete(at("first"));
  expect((await put(at("third"))).status).toBe(201);
});

it("is one of twenty at most", async () => {
  for (let number = 1; number <= 20; number += 1) {
    expect((await put(at(`credential${number}`), { subject: `subject-${number}` })).status).toBe(
      201,
    );
  }
  const more = await put(at("credential21"), { subject: "subject-21" });
  expect([more.status, more.body.error.code]).toEqual([
    400,
    "FederatedIdentityCredentialLimitExceeded",
  ]);
  expect((await put(at("credential20"), { subject: "changed" })).status).toBe(200);
});

it("is written alone: two at once on one identity are refused", async () => {
  // terraform-provider-azurerm issues 19968 and 29242
  const held = await ArmClient.start({ hold: 1000 });
  try {
    for (const identity of [IDENTITY, OTHER]) {
      await held.make(identity.replace(/\/providers.*/, ""));
      await held.put(identity, { location: "eastus" });
    }
    const write = (path: string, subject: string) =>
      held.ask("PUT", path, { body: { properties: { ...properties, subject } } });
    const three = [
      write(at("first"), "first"),
      write(at("second"), "second"),
      write(at("first", OTHER), "first"),
    ];
    // The writes wait for the clock, the refusal does not.
    const refused = await Promise.race(three);
    expect([refused.status, refused.body.error.code]).toEqual([
      409,
      "ConcurrentFederatedIdentityCredentialsWritesForSingleManagedIdentity",
    ]);
    const statuses = (await held.whileTimePasses(Promise.all(three))).map(({ status }) => status);
    expect(statuses.sort()).toEqual([201, 201, 409]);
    const again = write(at("third"), "third");
    expect((await held.whileTimePasses(again)).status).toBe(201);
  } finally {
    await held.close();
  }
});

it.each([
  ["no audience", { audiences: [] }],
  ["two audiences", { audiences: ["one", "two"] }],
  ["an issuer that is no address", { issuer: "oidc" }],
  ["no subject", { subject: "" }],
  ["a subject of more than 600 characters", { subject: "x".repeat(601) }],
])("refuses %s", async (_, changed) => {
  expect((await put(at("first"), changed)).status).toBe(400);
});

it.each(["ab", "-abc", "a.bc", "x".repeat(121)])("refuses the name %p", async (name) => {
  const { status, body } = await put(at(name));
  expect([status, body.error.code]).toEqual([400, "InvalidResourceName"]);
});

it("goes with its identity", async () => {
  await put(at("first"));
  await arm.delete(IDENTITY);
  await arm.make(IDENTITY);
  expect((await arm.get(`${IDENTITY}/federatedIdentityCredentials`)).body.value).toEqual([]);
});

// Managed Identity Contributor since April 2024; the other one has the credentials only.
it.each([
  ["e40ec5ca-96e0-45a2-b4ff-59039f2c2b59", 201],
  ["7e559ce2-48d7-4b27-9128-fa1b247f1308", 201],
  ["f1a07417-d97a-45cb-824c-7a7467783830", 403],
])("is written by who has the role %s: %i", async (role, status) => {
  const token = await arm.token({ oid: "writer", appid: "writer" });
  await arm.put(`${IDENTITY}/providers/Microsoft.Authorization/roleAssignments/${randomUUID()}`, {
    properties: {
      roleDefinitionId: id(`providers/Microsoft.Authorization/roleDefinitions/${role}`),
      principalId: "writer",
      principalType: "ServicePrincipal",
    },
  });
  const answer = await arm.ask("PUT", at("first"), { token, body: { properties } });
  expect(answer.status).toBe(status);
});
