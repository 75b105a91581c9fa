import { ArmClient, NAMESPACES, SUBSCRIPTION } from "../arm-client";
import {
  ACCOUNT,
  CLUSTER,
  GROUP,
  IDENTITY,
  LINKER,
  OPENAI_USER,
  REGISTRY,
  id,
} from "../tutorial-resources";

/**
 * What Service Connector does on AKS:
 * https://learn.microsoft.com/azure/service-connector/how-to-use-service-connector-in-aks. The names of service
 * account and secret are those that the official CLI derives (Azure/azure-cli pull request 28887).
 */
let start: () => Promise<ArmClient>;
let arm: ArmClient;
beforeAll(async () => {
  start = await ArmClient.prepare(CLUSTER, ACCOUNT, IDENTITY);
});
beforeEach(async () => {
  arm = await start();
});
afterEach(() => arm.close());

const OPENAI_CONTRIBUTOR = "a001fd3d-188f-4b5d-821b-7da978bf7442";
const CONTRIBUTOR = "b24988ac-6180-42a0-ab88-20f7382dd24c";
const OTHER_IDENTITY = IDENTITY.replace("MyIdentity", "OtherIdentity");
const ROLE_ASSIGNMENTS = `${ACCOUNT}/providers/Microsoft.Authorization/roleAssignments`;
const EXTENSIONS = `${CLUSTER}/providers/Microsoft.KubernetesConfiguration/extensions`;

const clientIdOf = async (path: string) => String((await arm.get(path)).body.properties.clientId);

interface Changes {
  readonly identity?: string;
  readonly authInfo?: object;
  readonly properties?: object;
}
const bodyOf = async ({ identity = IDENTITY, authInfo, properties }: Changes = {}) => ({
  properties: {
    clientType: "python",
    targetService: { type: "AzureResource", id: id(ACCOUNT) },
    authInfo: {
      authType: "userAssignedIdentity",
      clientId: await clientIdOf(identity),
      subscriptionId: SUBSCRIPTION,
      ...authInfo,
    },
    scope: "default",
    ...properties,
  },
});
const ask = async (changes?: Changes, path = LINKER) =>
  arm.ask("PUT", path, { body: await bodyOf(changes) });
const put = async (changes?: Changes, path = LINKER) => arm.put(path, await bodyOf(changes));

const issuer = async () => {
  const { properties } = (await arm.get(CLUSTER)).body;
  return (properties.oidcIssuerProfile as { issuerURL: string }).issuerURL;
};
const inCluster = async (kind: string, name: string, namespace?: string) => {
  const uid = (await issuer()).split("/").at(-2) ?? "";
  return arm.server.azure.kubernetes.get(uid, {
    kind,
    name,
    ...(namespace !== undefined && { namespace }),
  });
};
const secretData = async (name = "sc-openaiconn-secret") => {
  const data = (await inCluster("Secret", name, "default"))?.data as
    Record<string, string> | undefined;
  return (
    data &&
    Object.fromEntries(
      Object.entries(data).map(([key, value]) => [key, Buffer.from(value, "base64").toString()]),
    )
  );
};
const credentials = async (identity = IDENTITY) =>
  (await arm.get(`${identity}/federatedIdentityCredentials`)).body.value;
/** The roles that an identity has on the account. */
const roles = async (identity = IDENTITY) => {
  const { principalId } = (await arm.get(identity)).body.properties;
  const { value } = (await arm.get(ROLE_ASSIGNMENTS)).body;
  return value
    .filter(({ properties }) => properties.principalId === principalId)
    .map(({ properties }) => String(properties.roleDefinitionId).split("/").at(-1));
};

describe("a connection", () => {
  it("switches on issuer and workload identity on the cluster", async () => {
    expect((await arm.get(CLUSTER)).body.properties.oidcIssuerProfile).toEqual({ enabled: false });
    await put();
    expect((await arm.get(CLUSTER)).body.properties).toMatchObject({
      oidcIssuerProfile: { enabled: true, issuerURL: expect.stringMatching(/\/$/) as string },
      securityProfile: { workloadIdentity: { enabled: true } },
      provisioningState: "Succeeded",
    });
  });

  it("installs its extension, once for all connections", async () => {
    await put();
    await put({}, LINKER.replace("openai_conn", "second"));
    const { value } = (await arm.get(EXTENSIONS)).body;
    expect(value).toHaveLength(1);
    expect(value[0]).toMatchObject({
      name: "sc-extension",
      properties: {
        scope: { cluster: { releaseNamespace: "sc-system" } },
        provisioningState: "Succeeded",
      },
    });
  });

  it("lets the identity trust the service account", async () => {
    await put();
    const subject = `system:serviceaccount:default:sc-account-${await clientIdOf(IDENTITY)}`;
    expect((await credentials()).map(({ properties }) => properties)).toEqual([
      { issuer: await issuer(), subject, audiences: ["api://AzureADTokenExchange"] },
    ]);
  });

  it("gives the identity a role on the target: the default one, or those that are named", async () => {
    await put();
    expect(await roles()).toEqual([OPENAI_CONTRIBUTOR]);
    await arm.put(OTHER_IDENTITY, { location: "eastus" });
    const changes = { identity: OTHER_IDENTITY, authInfo: { roles: [OPENAI_USER] } };
    await put(changes, LINKER.replace("openai_conn", "second"));
    expect(await roles(OTHER_IDENTITY)).toEqual([OPENAI_USER]);
  });

  it("opens the target's firewall for the cluster, if there is one", async () => {
    const networkAcls = { defaultAction: "Deny" };
    await arm.put(ACCOUNT, { properties: { networkAcls } }, "PATCH");
    await put({ properties: { publicNetworkSolution: { action: "optOut" } } });
    expect((await arm.get(ACCOUNT)).body.properties.networkAcls).toMatchObject({ ipRules: [] });
    await put();
    await put();
    expect((await arm.get(ACCOUNT)).body.properties.networkAcls).toMatchObject({
      ipRules: [{ value: "127.0.0.1" }],
    });
  });

  it("makes the service account and the secret in the namespace", async () => {
    await put();
    const clientId = await clientIdOf(IDENTITY);
    const account = await inCluster("ServiceAccount", `sc-account-${clientId}`, "default");
    expect(account?.metadata.annotations).toEqual({
      "azure.workload.identity/client-id": clientId,
    });
    expect(await secretData()).toEqual({
      AZURE_OPENAI_BASE: "https://localhost:4430/cognitiveservices/my-openai/",
      AZURE_OPENAI_CLIENTID: clientId,
    });
  });

  it("makes the namespace, too, if it is not there", async () => {
    await put({ properties: { scope: "elsewhere" } });
    expect(await inCluster("Namespace", "elsewhere")).toBeDefined();
    expect(await inCluster("Secret", "sc-openaiconn-secret", "elsewhere")).toBeDefined();
    const [credential] = await credentials();
    expect(credential?.properties.subject).toMatch(/^system:serviceaccount:elsewhere:/);
  });

  it("names its settings as it is told, and adds others", async () => {
    await put({
      properties: {
        configurationInfo: {
          customizedKeys: { AZURE_OPENAI_BASE: "MY_BASE" },
          additionalConfigurations: { MY_MODEL: "mini" },
        },
      },
    });
    expect(await secretData()).toEqual({
      MY_BASE: expect.stringContaining("my-openai") as string,
      AZURE_OPENAI_CLIENTID: await clientIdOf(IDENTITY),
      MY_MODEL: "mini",
    });
  });

  it("leaves out what is opted out of", async () => {
    await put({
      authInfo: { authMode: "optOutAllAuth" },
      properties: { configurationInfo: { action: "optOut" } },
    });
    expect([await credentials(), await roles(), await secretData()]).toEqual([[], [], undefined]);
  });

  it("comes back as it was sent, casing included: azapi takes another casing for a change", async () => {
    const { properties } = await put({ properties: { clientType: "Python" } });
    expect(properties).toEqual({
      ...(await bodyOf({ properties: { clientType: "Python" } })).properties,
      provisioningState: "Succeeded",
    });
  });
});

it("lists its configurations, without a credential's value", async () => {
  await put();
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
    entry("AZURE_OPENAI_CLIENTID", await clientIdOf(IDENTITY)),
  ]);
});

it("is validated with success whatever has become of the chain", async () => {
  // Documented for AKS: the validation looks at nothing.
  await put();
  for (const { id: credential } of await credentials()) await arm.delete(credential);
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

describe("when it is deleted", () => {
  it("takes credential and role back, and leaves service account, secret and extension behind", async () => {
    await put();
    await arm.delete(LINKER);
    expect([await credentials(), await roles()]).toEqual([[], []]);
    const serviceAccount = `sc-account-${await clientIdOf(IDENTITY)}`;
    expect(await inCluster("ServiceAccount", serviceAccount, "default")).toBeDefined();
    expect(await secretData()).toBeDefined();
    expect((await arm.get(`${EXTENSIONS}/sc-extension`)).status).toBe(200);
    expect((await arm.get(CLUSTER)).body.properties).toMatchObject({
      oidcIssuerProfile: { enabled: true },
    });
  });

  it("leaves what another connection counts on", async () => {
    const second = LINKER.replace("openai_conn", "second");
    await put();
    await put({}, second);
    expect([await credentials(), await roles()]).toEqual([
      [expect.anything()],
      [OPENAI_CONTRIBUTOR],
    ]);
    await arm.delete(LINKER);
    expect([await credentials(), await roles()]).toEqual([
      [expect.anything()],
      [OPENAI_CONTRIBUTOR],
    ]);
    await arm.delete(second);
    expect([await credentials(), await roles()]).toEqual([[], []]);
  });

  it("leaves a role that somebody else has given", async () => {
    const name = "3a3a3a3a-0000-4000-8000-000000000002";
    const { principalId } = (await arm.get(IDENTITY)).body.properties;
    const roleDefinitionId = `/providers/Microsoft.Authorization/roleDefinitions/${OPENAI_CONTRIBUTOR}`;
    const properties = { roleDefinitionId, principalId, principalType: "ServicePrincipal" };
    await arm.put(`${ROLE_ASSIGNMENTS}/${name}`, { properties });
    await put();
    expect(await roles()).toEqual([OPENAI_CONTRIBUTOR]);
    await arm.delete(LINKER);
    expect((await arm.get(`${ROLE_ASSIGNMENTS}/${name}`)).status).toBe(200);
  });
});

describe("when it moves to another identity", () => {
  beforeEach(async () => {
    await arm.put(OTHER_IDENTITY, { location: "eastus" });
    await put();
  });

  it("keeps what it had made for the first by default", async () => {
    await put({ identity: OTHER_IDENTITY });
    expect([await roles(), await roles(OTHER_IDENTITY)]).toEqual([
      [OPENAI_CONTRIBUTOR],
      [OPENAI_CONTRIBUTOR],
    ]);
    expect(await credentials()).toHaveLength(1);
  });

  it("takes it back with ForcedCleanup", async () => {
    const authInfo = { deleteOrUpdateBehavior: "ForcedCleanup" };
    await put({ identity: OTHER_IDENTITY, authInfo });
    expect([await roles(), await roles(OTHER_IDENTITY)]).toEqual([[], [OPENAI_CONTRIBUTOR]]);
    expect([await credentials(), (await credentials(OTHER_IDENTITY)).length]).toEqual([[], 1]);
  });
});

describe("is refused", () => {
  it("while the cluster is updating, and accepted afterwards", async () => {
    // Azure/azure-cli issue 30296
    const { body } = await arm.get(CLUSTER);
    await arm.ask("PUT", CLUSTER, { body });
    const refused = await ask();
    expect([refused.status, refused.body.error.code]).toEqual([409, "Conflict"]);
    await arm.settled(CLUSTER);
    expect((await ask()).status).toBe(201);
  });

  it("while an agent pool of the cluster is updating", async () => {
    await arm.ask("PUT", `${CLUSTER}/agentPools/system`, { body: { properties: { count: 2 } } });
    expect((await ask()).body.error.code).toBe("Conflict");
  });

  it("without Microsoft.KubernetesConfiguration registered", async () => {
    const namespace = "Microsoft.KubernetesConfiguration";
    await arm.ask("POST", `providers/${namespace}/unregister`);
    arm.clock.advance(1000);
    const refused = await ask();
    expect([refused.status, refused.body.error]).toEqual([
      409,
      {
        code: "Conflict",
        message: `The subscription is not registered to use namespace '${namespace}'.`,
      },
    ]);
    await arm.register(...NAMESPACES);
    expect((await ask()).status).toBe(201);
  });

  it("to whoever may not assign roles on the target", async () => {
    await arm.put(
      "providers/Microsoft.Authorization/roleAssignments/3a3a3a3a-0000-4000-8000-000000000003",
      {
        properties: {
          roleDefinitionId: `/providers/Microsoft.Authorization/roleDefinitions/${CONTRIBUTOR}`,
          principalId: "contributor",
          principalType: "ServicePrincipal",
        },
      },
    );
    const token = await arm.token({ oid: "contributor", appid: "contributor" });
    const refused = await arm.ask("PUT", LINKER, { token, body: await bodyOf() });
    expect([refused.status, refused.body.error.code]).toEqual([403, "Forbidden"]);
    expect(refused.body.error.message).toMatch(/^You do not have permission to perform/);
  });

  it.each([
    ["another way to sign in", { authInfo: { authType: "secret" } }],
    ["another kind of target", { properties: { targetService: { type: "SelfHostedServer" } } }],
    ["a client that Service Connector does not know", { properties: { clientType: "cobol" } }],
  ])("with %s", async (_, changes) => {
    const refused = await ask(changes);
    expect([refused.status, refused.body.error.code]).toEqual([400, "InvalidRequestContent"]);
  });

  it.each(["with-dash", "a b", "x".repeat(61)])("with the name %p", async (name) => {
    const path = LINKER.replace("openai_conn", encodeURIComponent(name));
    expect((await ask({}, path)).body.error.code).toBe("InvalidResourceName");
  });

  it("on anything but a cluster", async () => {
    await arm.make(REGISTRY);
    const refused = await ask({}, LINKER.replace(CLUSTER, REGISTRY));
    expect([refused.status, refused.body.error.code]).toEqual([400, "SourceResourceNotSupported"]);
  });
});

describe("fails in its operation", () => {
  const failure = async (changes: Changes) => {
    const started = await ask(changes);
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
    const started = await ask();
    const { body } = await arm.get(CLUSTER);
    await arm.ask("PUT", CLUSTER, { body });
    // The linker's operation takes less time than the cluster's.
    arm.clock.advance(500);
    expect((await arm.operation(started)).error).toMatchObject({ code: "Conflict" });
    await arm.settled(CLUSTER);
    expect((await put()).properties.provisioningState).toBe("Succeeded");
  });
});

it("goes with its cluster, and leaves credential and role to whoever cleans up", async () => {
  await put();
  await arm.delete(CLUSTER);
  expect((await arm.get(LINKER)).status).toBe(404);
  expect(await roles()).toEqual([OPENAI_CONTRIBUTOR]);
  expect((await arm.get(GROUP)).status).toBe(200);
});
