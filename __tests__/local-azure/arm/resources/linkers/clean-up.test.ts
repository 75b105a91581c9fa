import type { ArmClient } from "../../arm-client";
import { CLUSTER, GROUP, IDENTITY, LINKER } from "../../tutorial-resources";
import {
  beforeEachTest,
  EXTENSIONS,
  OPENAI_CONTRIBUTOR,
  OTHER_IDENTITY,
  ROLE_ASSIGNMENTS,
  type ServiceConnector,
} from "./service-connector";

let arm: ArmClient;
let connector: ServiceConnector;
beforeEachTest((started, itsArm) => {
  connector = started;
  arm = itsArm;
});

describe("when it is deleted", () => {
  it("takes credential and role back, and leaves service account, secret and extension behind", async () => {
    await connector.put();
    await arm.delete(LINKER);
    expect([await connector.credentials(), await connector.roles()]).toEqual([[], []]);
    const serviceAccount = `sc-account-${await connector.clientIdOf(IDENTITY)}`;
    expect(await connector.inCluster("ServiceAccount", serviceAccount, "default")).toBeDefined();
    expect(await connector.secretData()).toBeDefined();
    expect((await arm.get(`${EXTENSIONS}/sc-extension`)).status).toBe(200);
    expect((await arm.get(CLUSTER)).body.properties).toMatchObject({
      oidcIssuerProfile: { enabled: true },
    });
  });

  it("leaves what another connection counts on", async () => {
    const second = LINKER.replace("openai_conn", "second");
    await connector.put();
    await connector.put({}, second);
    expect([await connector.credentials(), await connector.roles()]).toEqual([
      [expect.anything()],
      [OPENAI_CONTRIBUTOR],
    ]);
    await arm.delete(LINKER);
    expect([await connector.credentials(), await connector.roles()]).toEqual([
      [expect.anything()],
      [OPENAI_CONTRIBUTOR],
    ]);
    await arm.delete(second);
    expect([await connector.credentials(), await connector.roles()]).toEqual([[], []]);
  });

  it("leaves a role that somebody else has given", async () => {
    const name = "3a3a3a3a-0000-4000-8000-000000000002";
    const { principalId } = (await arm.get(IDENTITY)).body.properties;
    const roleDefinitionId = `/providers/Microsoft.Authorization/roleDefinitions/${OPENAI_CONTRIBUTOR}`;
    const properties = { roleDefinitionId, principalId, principalType: "ServicePrincipal" };
    await arm.put(`${ROLE_ASSIGNMENTS}/${name}`, { properties });
    await connector.put();
    expect(await connector.roles()).toEqual([OPENAI_CONTRIBUTOR]);
    await arm.delete(LINKER);
    expect((await arm.get(`${ROLE_ASSIGNMENTS}/${name}`)).status).toBe(200);
  });
});

describe("when it moves to another identity", () => {
  beforeEach(async () => {
    await arm.put(OTHER_IDENTITY, { location: "eastus" });
    await connector.put();
  });

  it("keeps what it had made for the first by default", async () => {
    await connector.put({ identity: OTHER_IDENTITY });
    expect([await connector.roles(), await connector.roles(OTHER_IDENTITY)]).toEqual([
      [OPENAI_CONTRIBUTOR],
      [OPENAI_CONTRIBUTOR],
    ]);
    expect(await connector.credentials()).toHaveLength(1);
  });

  it("takes it back with ForcedCleanup", async () => {
    const authInfo = { deleteOrUpdateBehavior: "ForcedCleanup" };
    await connector.put({ identity: OTHER_IDENTITY, authInfo });
    expect([await connector.roles(), await connector.roles(OTHER_IDENTITY)]).toEqual([
      [],
      [OPENAI_CONTRIBUTOR],
    ]);
    expect([
      await connector.credentials(),
      (await connector.credentials(OTHER_IDENTITY)).length,
    ]).toEqual([[], 1]);
  });
});

it("goes with its cluster, and leaves credential and role to whoever cleans up", async () => {
  await connector.put();
  await arm.delete(CLUSTER);
  expect((await arm.get(LINKER)).status).toBe(404);
  expect(await connector.roles()).toEqual([OPENAI_CONTRIBUTOR]);
  expect((await arm.get(GROUP)).status).toBe(200);
});
