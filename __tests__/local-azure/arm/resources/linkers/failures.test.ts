import type { ArmClient } from "../../arm-client";
import { ACCOUNT, CLUSTER, LINKER, id } from "../../tutorial-resources";
import { beforeEachTest, type ServiceConnector, type Changes } from "./service-connector";

let arm: ArmClient;
let connector: ServiceConnector;
beforeEachTest((started, itsArm) => {
  connector = started;
  arm = itsArm;
});

describe("fails in its operation", () => {
  const failure = async (changes: Changes) => {
    const started = await connector.ask(changes);
    expect(started.status).toBe(201);
    const operation = await arm.operation(started);
    expect(operation.status).toBe("Failed");
    expect((await arm.get(LINKER)).body.properties.provisioningState).toBe("Failed");
    return operation.error.code;
  };

  it("when the identity does not exist", async () => {
    const authInfo = { clientId: "00000000-0000-4000-8000-000000000000" };
    expect(await failure({ authInfo })).toBe("UserAssignedIdentityNotFound");
  });

  it("when the target does not exist", async () => {
    const targetService = { type: "AzureResource", id: id(ACCOUNT.replace("MyOpenAI", "none")) };
    expect(await failure({ properties: { targetService } })).toBe("TargetResourceNotFound");
  });

  it("when the role does not exist", async () => {
    const authInfo = { roles: ["00000000-0000-4000-8000-000000000000"] };
    expect(await failure({ authInfo })).toBe("RoleDefinitionDoesNotExist");
  });

  it("when the cluster starts to update meanwhile, and can be repeated", async () => {
    const started = await connector.ask();
    const { body } = await arm.get(CLUSTER);
    await arm.ask("PUT", CLUSTER, { body });
    // The linker's operation takes less time than the cluster's.
    arm.clock.advance(500);
    expect((await arm.operation(started)).error).toMatchObject({ code: "Conflict" });
    await arm.settled(CLUSTER);
    expect((await connector.put()).properties.provisioningState).toBe("Succeeded");
  });
});
