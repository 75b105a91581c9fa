import { type ArmClient, NAMESPACES } from "../../arm-client";
import { CLUSTER, LINKER, REGISTRY } from "../../tutorial-resources";
import { beforeEachTest, type ServiceConnector } from "./service-connector";

let arm: ArmClient;
let connector: ServiceConnector;
beforeEachTest((started, itsArm) => {
  connector = started;
  arm = itsArm;
});

describe("is refused", () => {
  it("while the cluster is updating, and accepted afterwards", async () => {
    // Azure/azure-cli issue 30296
    const { body } = await arm.get(CLUSTER);
    await arm.ask("PUT", CLUSTER, { body });
    const refused = await connector.ask();
    expect([refused.status, refused.body.error.code]).toEqual([409, "Conflict"]);
    await arm.settled(CLUSTER);
    expect((await connector.ask()).status).toBe(201);
  });

  it("while an agent pool of the cluster is updating", async () => {
    await arm.ask("PUT", `${CLUSTER}/agentPools/system`, { body: { properties: { count: 2 } } });
    expect((await connector.ask()).body.error.code).toBe("Conflict");
  });

  it("without Microsoft.KubernetesConfiguration registered", async () => {
    const namespace = "Microsoft.KubernetesConfiguration";
    await arm.ask("POST", `providers/${namespace}/unregister`);
    arm.clock.advance(1000);
    const refused = await connector.ask();
    expect([refused.status, refused.body.error]).toEqual([
      409,
      {
        code: "Conflict",
        message: `The subscription is not registered to use namespace '${namespace}'.`,
      },
    ]);
    await arm.register(...NAMESPACES);
    expect((await connector.ask()).status).toBe(201);
  });

  it.each([
    ["another way to sign in", { authInfo: { authType: "secret" } }],
    ["another kind of target", { properties: { targetService: { type: "SelfHostedServer" } } }],
    ["a client that Service Connector does not know", { properties: { clientType: "cobol" } }],
  ])("with %s", async (_, changes) => {
    const refused = await connector.ask(changes);
    expect([refused.status, refused.body.error.code]).toEqual([400, "InvalidRequestContent"]);
  });

  it.each(["with-dash", "a b", "x".repeat(61)])("with the name %p", async (name) => {
    const path = LINKER.replace("openai_conn", encodeURIComponent(name));
    expect((await connector.ask({}, path)).body.error.code).toBe("InvalidResourceName");
  });

  it("on anything but a cluster", async () => {
    await arm.make(REGISTRY);
    const refused = await connector.ask({}, LINKER.replace(CLUSTER, REGISTRY));
    expect([refused.status, refused.body.error.code]).toEqual([400, "SourceResourceNotSupported"]);
  });
});
