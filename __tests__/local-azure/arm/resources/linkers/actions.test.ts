import type { ArmClient } from "../../arm-client";
import { ACCOUNT, CLUSTER, IDENTITY, LINKER, id } from "../../tutorial-resources";
import { beforeEachTest, type ServiceConnector } from "./service-connector";

let arm: ArmClient;
let connector: ServiceConnector;
beforeEachTest((started, itsArm) => {
  connector = started;
  arm = itsArm;
});

it("lists its configurations, without a credential's value", async () => {
  await connector.put();
  const { body } = await arm.ask("POST", `${LINKER}/listConfigurations`);
  // `SourceConfiguration`
  const entry = (name: string, value: string) => ({
    name,
    value,
    configType: "Default",
    keyVaultReferenceIdentity: null,
    description: expect.any(String) as string,
  });
  expect(body.configurations).toEqual([
    entry("AZURE_OPENAI_BASE", "https://localhost:4430/cognitiveservices/my-openai/"),
    entry("AZURE_OPENAI_CLIENTID", await connector.clientIdOf(IDENTITY)),
  ]);
});

it("is validated with success whatever has become of the chain", async () => {
  // Documented for AKS: the validation looks at nothing.
  await connector.put();
  for (const { id: credential } of await connector.credentials()) await arm.delete(credential);
  const started = await arm.ask("POST", `${LINKER}/validateLinker`);
  expect(started.status).toBe(202);
  const operation = await arm.operation(started);
  expect(operation).toMatchObject({
    status: "Succeeded",
    properties: {
      isConnectionAvailable: true,
      sourceId: id(CLUSTER),
      targetId: id(ACCOUNT),
      // The specification's example ValidateLinkerSuccess.json.
      validationDetail: [{ name: "TargetExistence", result: "success" }],
    },
  });
});
