import { ArmClient } from "../../arm-client";
import { ACCOUNT, CLUSTER, IDENTITY, LINKER, id } from "../../tutorial-resources";
import { ServiceConnector, type Changes } from "./service-connector";

const CONTRIBUTOR = "b24988ac-6180-42a0-ab88-20f7382dd24c";
const ROLE_ADMINISTRATOR = "f58310d9-a9f6-439a-9e8d-f62e7b41a168";

let start: () => Promise<ArmClient>;
let arm: ArmClient;
let connector: ServiceConnector;
let token: string;
let count: number;
beforeAll(async () => {
  start = await ArmClient.prepare(CLUSTER, ACCOUNT, IDENTITY);
});
beforeEach(async () => {
  arm = await start();
  connector = new ServiceConnector(arm);
  count = 2;
  token = await arm.token({ oid: "someone", appid: "someone" });
  await grant(CLUSTER, CONTRIBUTOR);
});
afterEach(() => arm.close());

const grant = (scope: string, role: string) =>
  arm.put(
    `${scope}/providers/Microsoft.Authorization/roleAssignments/3a3a3a3a-0000-4000-8000-00000000000${++count}`,
    {
      properties: {
        roleDefinitionId: `/providers/Microsoft.Authorization/roleDefinitions/${role}`,
        principalId: "someone",
        principalType: "ServicePrincipal",
      },
    },
  );

const ask = async (changes?: Changes) => {
  const asked = { token, body: await connector.bodyOf(changes) };
  const { status, body } = await arm.ask("PUT", LINKER, asked);
  return status === 201 ? status : [status, body.error];
};

const forbidden = (action: string, scope: string) => [
  403,
  {
    code: "Forbidden",
    message: `You do not have permission to perform action '${action}' over scope '${id(scope)}'.`,
  },
];

/** Service Connector acts on behalf of the caller: https://learn.microsoft.com/azure/service-connector/concept-permission */
describe("needs of the caller", () => {
  it("the permission to look at the target, to give roles on it, and to let the identity trust", async () => {
    expect(await ask()).toEqual(forbidden("Microsoft.CognitiveServices/accounts/read", ACCOUNT));
    await grant(ACCOUNT, CONTRIBUTOR);
    expect(await ask()).toEqual(
      forbidden("Microsoft.Authorization/roleAssignments/write", ACCOUNT),
    );
    await grant(ACCOUNT, ROLE_ADMINISTRATOR);
    expect(await ask()).toEqual(
      forbidden(
        "Microsoft.ManagedIdentity/userAssignedIdentities/federatedIdentityCredentials/write",
        IDENTITY,
      ),
    );
    await grant(IDENTITY, CONTRIBUTOR);
    expect(await ask()).toBe(201);
  });

  it("none for what is opted out of", async () => {
    await grant(ACCOUNT, CONTRIBUTOR);
    expect(await ask({ authInfo: { authMode: "optOutAllAuth" } })).toBe(201);
  });
});
