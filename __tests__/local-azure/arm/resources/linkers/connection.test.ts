import type { ArmClient } from "../../arm-client";
import { ACCOUNT, CLUSTER, IDENTITY, LINKER, OPENAI_USER } from "../../tutorial-resources";
import {
  beforeEachTest,
  EXTENSIONS,
  OPENAI_CONTRIBUTOR,
  OTHER_IDENTITY,
  type ServiceConnector,
} from "./service-connector";

/**
 * What Service Connector does on AKS:
 * https://learn.microsoft.com/azure/service-connector/how-to-use-service-connector-in-aks. The names of service
 * account and secret are those that the official CLI derives (Azure/azure-cli pull request 28887).
 */
let arm: ArmClient;
let connector: ServiceConnector;
beforeEachTest((started, itsArm) => {
  connector = started;
  arm = itsArm;
});

describe("a connection", () => {
  it("switches on issuer and workload identity on the cluster", async () => {
    expect((await arm.get(CLUSTER)).body.properties.oidcIssuerProfile).toEqual({ enabled: false });
    await connector.put();
    expect((await arm.get(CLUSTER)).body.properties).toMatchObject({
      oidcIssuerProfile: { enabled: true, issuerURL: expect.stringMatching(/\/$/) as string },
      securityProfile: { workloadIdentity: { enabled: true } },
      provisioningState: "Succeeded",
    });
  });

  it("installs its extension, once for all connections", async () => {
    await connector.put();
    await connector.put({}, LINKER.replace("openai_conn", "second"));
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
    await connector.put();
    const subject = `system:serviceaccount:default:sc-account-${await connector.clientIdOf(IDENTITY)}`;
    expect((await connector.credentials()).map(({ properties }) => properties)).toEqual([
      { issuer: await connector.issuer(), subject, audiences: ["api://AzureADTokenExchange"] },
    ]);
  });

  it("gives the identity a role on the target: the default one, or those that are named", async () => {
    await connector.put();
    expect(await connector.roles()).toEqual([OPENAI_CONTRIBUTOR]);
    await arm.put(OTHER_IDENTITY, { location: "eastus" });
    const changes = { identity: OTHER_IDENTITY, authInfo: { roles: [OPENAI_USER] } };
    await connector.put(changes, LINKER.replace("openai_conn", "second"));
    expect(await connector.roles(OTHER_IDENTITY)).toEqual([OPENAI_USER]);
  });

  it("opens the target's firewall for the cluster, if there is one", async () => {
    const networkAcls = { defaultAction: "Deny" };
    await arm.put(ACCOUNT, { properties: { networkAcls } }, "PATCH");
    await connector.put({ properties: { publicNetworkSolution: { action: "optOut" } } });
    expect((await arm.get(ACCOUNT)).body.properties.networkAcls).toMatchObject({ ipRules: [] });
    await connector.put();
    await connector.put();
    expect((await arm.get(ACCOUNT)).body.properties.networkAcls).toMatchObject({
      ipRules: [{ value: "127.0.0.1" }],
    });
  });

  it("makes the service account and the secret in the namespace", async () => {
    await connector.put();
    const clientId = await connector.clientIdOf(IDENTITY);
    const account = await connector.inCluster(
      "ServiceAccount",
      `sc-account-${clientId}`,
      "default",
    );
    expect(account?.metadata.annotations).toEqual({
      "azure.workload.identity/client-id": clientId,
    });
    expect(await connector.secretData()).toEqual({
      AZURE_OPENAI_BASE: "https://localhost:4430/cognitiveservices/my-openai/",
      AZURE_OPENAI_CLIENTID: clientId,
    });
  });

  it("makes the namespace, too, if it is not there", async () => {
    await connector.put({ properties: { scope: "elsewhere" } });
    expect(await connector.inCluster("Namespace", "elsewhere")).toBeDefined();
    expect(await connector.inCluster("Secret", "sc-openaiconn-secret", "elsewhere")).toBeDefined();
    const [credential] = await connector.credentials();
    expect(credential?.properties.subject).toMatch(/^system:serviceaccount:elsewhere:/);
  });

  it("names its settings as it is told, and adds others", async () => {
    await connector.put({
      properties: {
        configurationInfo: {
          customizedKeys: { AZURE_OPENAI_BASE: "MY_BASE" },
          additionalConfigurations: { MY_MODEL: "mini" },
        },
      },
    });
    expect(await connector.secretData()).toEqual({
      MY_BASE: expect.stringContaining("my-openai") as string,
      AZURE_OPENAI_CLIENTID: await connector.clientIdOf(IDENTITY),
      MY_MODEL: "mini",
    });
  });

  it("leaves out what is opted out of", async () => {
    await connector.put({
      authInfo: { authMode: "optOutAllAuth" },
      properties: { configurationInfo: { action: "optOut" } },
    });
    expect([
      await connector.credentials(),
      await connector.roles(),
      await connector.secretData(),
    ]).toEqual([[], [], undefined]);
  });

  it("comes back as it was sent, casing included: azapi takes another casing for a change", async () => {
    const { properties } = await connector.put({ properties: { clientType: "Python" } });
    expect(properties).toEqual({
      ...(await connector.bodyOf({ properties: { clientType: "Python" } })).properties,
      provisioningState: "Succeeded",
    });
  });
});
