import { ArmClient } from "../arm-client";
import { ACCOUNT, GROUP, IDENTITY, OPENAI_USER, ROLE_ASSIGNMENT, id } from "../tutorial-resources";

let arm: ArmClient;
beforeEach(async () => {
  arm = await ArmClient.start();
  await arm.make(ACCOUNT, IDENTITY);
});
afterEach(() => arm.close());

const READER = "acdd72a7-3385-48ef-bd42-f606fba81ae7";
const at = (scope: string, last: number) =>
  `${scope}/providers/Microsoft.Authorization/roleAssignments/3a3a3a3a-0000-4000-8000-00000000000${last}`;
const role = (name: string) => id(`providers/Microsoft.Authorization/roleDefinitions/${name}`);
const put = async (path: string, changed: object = {}) =>
  arm.ask("PUT", path, {
    body: {
      properties: {
        roleDefinitionId: role(OPENAI_USER),
        principalId: (await arm.get(IDENTITY)).body.properties.principalId,
        principalType: "ServicePrincipal",
        ...changed,
      },
    },
  });

it("has the scope that azurerm replaces it by, and the role at the subscription", async () => {
  const tenantWide = `/providers/Microsoft.Authorization/roleDefinitions/${OPENAI_USER.toUpperCase()}`;
  const { status, body } = await put(at(ACCOUNT, 1), { roleDefinitionId: tenantWide });
  expect([status, body.properties]).toEqual([
    201,
    expect.objectContaining({
      scope: id(ACCOUNT),
      roleDefinitionId: role(OPENAI_USER),
      principalType: "ServicePrincipal",
    }),
  ]);
});

it("exists once for principal, role and scope, under whatever name", async () => {
  await put(at(ACCOUNT, 1));
  const again = await put(at(ACCOUNT, 2));
  expect([again.status, again.body.error]).toEqual([
    409,
    {
      code: "RoleAssignmentExists",
      message:
        "The role assignment already exists. The ID of the existing role assignment is 3a3a3a3a000040008000000000000001.",
    },
  ]);
  expect((await put(at(GROUP, 2))).status).toBe(201);
  expect((await put(at(ACCOUNT, 3), { roleDefinitionId: role(READER) })).status).toBe(201);
});

it("is not changed, only repeated: it keeps when and by whom it was created", async () => {
  const first = await put(at(ACCOUNT, 1));
  arm.clock.advance(60_000);
  const again = await put(at(ACCOUNT, 1));
  const { createdOn, createdBy } = first.body.properties;
  expect([again.status, again.body.properties]).toEqual([
    200,
    expect.objectContaining({ createdOn, createdBy }),
  ]);
  const changed = await put(at(ACCOUNT, 1), { roleDefinitionId: role(READER) });
  expect([changed.status, changed.body.error.code]).toEqual([
    409,
    "RoleAssignmentUpdateNotPermitted",
  ]);
});

it("answers its deletion with what it was (200), and with 204 when there is none", async () => {
  const { body } = await put(at(ACCOUNT, 1));
  const deleted = await arm.ask("DELETE", at(ACCOUNT, 1));
  expect([deleted.status, deleted.body]).toEqual([200, body]);
  expect((await arm.ask("DELETE", at(ACCOUNT, 1))).status).toBe(204);
});

it.each([
  ["a name that is no GUID", "name", {}, "InvalidRoleAssignmentId"],
  [
    "a role that does not exist",
    "3a3a3a3a-0000-4000-8000-000000000001",
    { roleDefinitionId: role("00000000-0000-4000-8000-000000000000") },
    "RoleDefinitionDoesNotExist",
  ],
  [
    "a principal that nobody knows, and of which nobody says what it is",
    "3a3a3a3a-0000-4000-8000-000000000001",
    { principalId: "00000000-0000-4000-8000-000000000000", principalType: null },
    "PrincipalNotFound",
  ],
])("refuses %s", async (_, name, changed, code) => {
  const path = `${ACCOUNT}/providers/Microsoft.Authorization/roleAssignments/${name}`;
  const { status, body } = await put(path, changed);
  expect([status, body.error.code]).toEqual([400, code]);
});

it("refuses a condition rather than permit what Azure would not", async () => {
  const condition =
    "@Request[Microsoft.Authorization/roleAssignments:PrincipalType] StringEqualsIgnoreCase 'User'";
  const { status, body } = await put(at(ACCOUNT, 1), { condition, conditionVersion: "2.0" });
  expect([status, body.error.code]).toEqual([400, "InvalidRequestContent"]);
  expect(body.error.message).toContain("does not evaluate conditions of role assignments");
  expect((await put(at(ACCOUNT, 1), { condition: "", conditionVersion: "" })).status).toBe(201);
});

it("believes who says what kind a new principal is", async () => {
  // https://learn.microsoft.com/azure/role-based-access-control/troubleshooting
  const principalId = "00000000-0000-4000-8000-000000000000";
  expect((await put(at(ACCOUNT, 1), { principalId })).status).toBe(201);
});

/** Azure/modern-web-app-pattern-dotnet pull request 129, Azure's spelling included. */
it("refuses another kind than the principal is of", async () => {
  const { principalId } = (await arm.get(IDENTITY)).body.properties;
  const { status, body } = await put(at(ACCOUNT, 1), { principalType: "User" });
  expect([status, body.error]).toEqual([
    400,
    {
      code: "UnmatchedPrincipalType",
      message: `The PrincipalId '${String(principalId).replaceAll("-", "")}' has type 'ServicePrincipal' , which is different from specified PrinciaplType 'User'.`,
    },
  ]);
});

it("is listed at its scope, above and below it; atScope() leaves out what is below", async () => {
  await put(at(ACCOUNT, 1));
  await put(at(GROUP, 2));
  const { principalId } = (await arm.get(IDENTITY)).body.properties;
  const names = async (scope: string, filter: string) => {
    const path = `${scope}/providers/Microsoft.Authorization/roleAssignments?$filter=${filter}`;
    return (await arm.get(path)).body.value.map(({ name }) => name.slice(-1));
  };
  const own = `principalId eq '${String(principalId)}'`;
  expect(await names(GROUP, own)).toEqual(["1", "2"]);
  expect(await names(ACCOUNT, own)).toEqual(["1", "2"]);
  expect(await names(GROUP, `atScope() and assignedTo('${String(principalId)}')`)).toEqual(["2"]);
  expect(await names(GROUP, "principalId eq 'another'")).toEqual([]);
  const unknown = await arm.get(
    `${GROUP}/providers/Microsoft.Authorization/roleAssignments?$filter=color eq 'red'`,
  );
  expect([unknown.status, unknown.body.error.code]).toEqual([400, "UnsupportedQuery"]);
});

it("permits at its scope and below, and nowhere else", async () => {
  const token = await arm.token({ oid: "reader", appid: "reader" });
  const read = async (path: string) => (await arm.ask("GET", path, { token })).status;
  await put(at(GROUP, 1), { principalId: "reader", roleDefinitionId: role(READER) });
  await arm.put("resourceGroups/other", { location: "eastus" });
  expect([await read(GROUP), await read(ACCOUNT), await read("resourceGroups/other")]).toEqual([
    200, 200, 403,
  ]);
  // `listKeys` is an action: reading alone does not permit it.
  const keys = await arm.ask("POST", `${ACCOUNT}/listKeys`, { token });
  expect([keys.status, keys.body.error.code]).toEqual([403, "AuthorizationFailed"]);
  await arm.delete(at(GROUP, 1));
  expect(await read(ACCOUNT)).toBe(403);
});

it("goes with the resource that it is on", async () => {
  await arm.make(ROLE_ASSIGNMENT);
  await arm.delete(ACCOUNT);
  const { body } = await arm.get("providers/Microsoft.Authorization/roleAssignments");
  expect(body.value.map((item) => item.id)).not.toContain(id(ROLE_ASSIGNMENT));
});
