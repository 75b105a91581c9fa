import { parse } from "yaml";
import { ArmClient } from "../arm-client";
import { CLUSTER, GROUP, id } from "../tutorial-resources";

let start: () => Promise<ArmClient>;
let arm: ArmClient;
beforeAll(async () => {
  start = await ArmClient.prepare(CLUSTER);
});
beforeEach(async () => {
  arm = await start();
});
afterEach(() => arm.close());

const BODY = {
  location: "eastus",
  identity: { type: "SystemAssigned" },
  properties: {
    dnsPrefix: "myakscluster",
    agentPoolProfiles: [{ name: "system", mode: "System", count: 1 }],
  },
};
const put = (properties: object, rest: object = {}) =>
  arm.ask("PUT", CLUSTER, {
    body: { ...BODY, ...rest, properties: { ...BODY.properties, ...properties } },
  });
const other = CLUSTER.replace("MyAKSCluster", "Other");

it("has everything without which azurerm crashes, replaces the cluster or changes it", async () => {
  const keyData = "ssh-rsa AAAAB3NzaC1yc2EAAAADAQABAAAAgQC7 azure";
  const linuxProfile = { adminUsername: "azureuser", ssh: { publicKeys: [{ keyData }] } };
  await put(
    {
      linuxProfile,
      oidcIssuerProfile: { enabled: true },
      securityProfile: { workloadIdentity: { enabled: true } },
    },
    { tags: { made: "here" } },
  );
  expect(await arm.settled(CLUSTER)).toMatchObject({
    location: "eastus",
    tags: { made: "here" },
    sku: { name: "Base", tier: "Free" },
    identity: { type: "SystemAssigned", principalId: expect.any(String) as string },
    properties: {
      dnsPrefix: "myakscluster",
      linuxProfile,
      networkProfile: { loadBalancerSku: "standard", networkPlugin: "azure" },
      agentPoolProfiles: [{ name: "system", type: "VirtualMachineScaleSets", count: 1 }],
      oidcIssuerProfile: { enabled: true },
      securityProfile: { workloadIdentity: { enabled: true } },
      nodeProvisioningProfile: { mode: "Manual" },
      autoUpgradeProfile: { nodeOSUpgradeChannel: "NodeImage" },
      supportPlan: "KubernetesOfficial",
    },
  });
});

it("fills in what azurerm leaves out, and what it sends as an empty text", async () => {
  await arm.put(other, {
    ...BODY,
    properties: {
      dnsPrefix: "other",
      kubernetesVersion: "",
      nodeResourceGroup: "",
      supportPlan: "",
      agentPoolProfiles: [
        { name: "system", mode: "System", count: 2, vmSize: "", kubeletDiskType: "", osSKU: "" },
      ],
    },
  });
  expect((await arm.get(other)).body.properties).toMatchObject({
    kubernetesVersion: expect.stringMatching(/^1\.\d+$/) as string,
    currentKubernetesVersion: expect.stringMatching(/^1\.\d+\.\d+$/) as string,
    nodeResourceGroup: "MC_MyResourceGroup_Other_eastus",
    supportPlan: "KubernetesOfficial",
    agentPoolProfiles: [
      {
        vmSize: expect.stringMatching(/^Standard_/) as string,
        kubeletDiskType: "OS",
        osSKU: "Ubuntu",
        upgradeSettings: { maxSurge: "10%" },
        count: 2,
      },
    ],
  });
});

it("changes its tags by a PUT of the whole model, and keeps the rest", async () => {
  const { body } = await arm.get(CLUSTER);
  const after = await arm.put(CLUSTER, { ...body, tags: { changed: "yes" } });
  expect(after.tags).toEqual({ changed: "yes" });
  // The cluster's pools are written with it, and have another eTag each.
  const [{ eTag, ...pool } = {}] = body.properties.agentPoolProfiles as Record<string, unknown>[];
  expect(after.properties).toEqual({
    ...body.properties,
    agentPoolProfiles: [{ ...pool, eTag: expect.not.stringMatching(String(eTag)) as string }],
  });
});

it("takes nothing but tags from a PATCH", async () => {
  // ManagedClusters_UpdateTags: its body is a TagsObject.
  const body = { tags: { changed: "yes" }, properties: { disableLocalAccounts: true } };
  const after = await arm.put(CLUSTER, body, "PATCH");
  expect(after).toMatchObject({
    tags: { changed: "yes" },
    properties: { disableLocalAccounts: false },
  });
});

it.each([
  ["no pool", { agentPoolProfiles: [] }, "InvalidParameter"],
  ["no DNS prefix", { dnsPrefix: "" }, "InvalidParameter"],
  ["a DNS prefix that no name can have", { dnsPrefix: "-x" }, "InvalidParameter"],
  ["a version that is gone", { kubernetesVersion: "1.19" }, "K8sVersionNotSupported"],
  [
    "workload identity without an issuer",
    { securityProfile: { workloadIdentity: { enabled: true } } },
    "WorkloadIdentityNotAllowedWithoutOIDCIssuer",
  ],
])("refuses %s", async (_, properties, code) => {
  const body = { ...BODY, properties: { ...BODY.properties, ...properties } };
  const answer = await arm.ask("PUT", other, { body });
  expect([answer.status, answer.body.error.code]).toEqual([400, code]);
  expect((await arm.get(other)).status).toBe(404);
});

it("refuses a cluster without an identity, and a name that AKS does not take", async () => {
  const { identity, ...without } = BODY;
  expect(identity).toBeDefined();
  expect((await arm.ask("PUT", other, { body: without })).body.error.code).toBe("InvalidParameter");
  const named = await arm.ask("PUT", other.replace("Other", "-x"), { body: BODY });
  expect([named.status, named.body.error.code]).toEqual([400, "InvalidResourceName"]);
});

it.each([
  ["its DNS prefix", { dnsPrefix: "another" }, "PropertyChangeNotAllowed"],
  ["its node resource group", { nodeResourceGroup: "another" }, "PropertyChangeNotAllowed"],
  ["its version downwards", { kubernetesVersion: "1.32" }, "OperationNotAllowed"],
])("does not change %s", async (_, properties, code) => {
  const answer = await put(properties);
  expect([answer.status, answer.body.error.code]).toEqual([400, code]);
});

it("does not take a new pool through a PUT of the cluster", async () => {
  // pulumi-azure-native issue 579
  const answer = await put({
    agentPoolProfiles: [...BODY.properties.agentPoolProfiles, { name: "user1", mode: "User" }],
  });
  expect([answer.status, answer.body.error]).toEqual([
    400,
    expect.objectContaining({ code: "BadRequest", target: "agentPoolProfiles" }),
  ]);
  expect(answer.body.error.message).toMatch(/^A new agent pool was introduced\./);
});

describe("OIDC issuer", () => {
  it("is off, without an address, until it is asked for", async () => {
    expect((await arm.get(CLUSTER)).body.properties.oidcIssuerProfile).toEqual({ enabled: false });
  });

  it("has an address that serves discovery, and keeps it", async () => {
    await put({ oidcIssuerProfile: { enabled: true } });
    const { issuerURL } = (await arm.settled(CLUSTER)).properties.oidcIssuerProfile as {
      issuerURL: string;
    };
    const discovery = await arm.ask("GET", `${issuerURL}.well-known/openid-configuration`, {
      token: null,
      apiVersion: null,
    });
    expect(discovery.body).toMatchObject({ issuer: issuerURL });
    await put({});
    expect((await arm.settled(CLUSTER)).properties.oidcIssuerProfile).toEqual({
      enabled: true,
      issuerURL,
    });
  });

  it("cannot be switched off again", async () => {
    // https://learn.microsoft.com/azure/aks/use-oidc-issuer
    await put({ oidcIssuerProfile: { enabled: true } });
    await arm.settled(CLUSTER);
    const off = await put({ oidcIssuerProfile: { enabled: false } });
    expect([off.status, off.body.error.code]).toEqual([400, "OIDCIssuerFeatureCannotBeDisabled"]);
  });
});

describe("credentials", () => {
  const kubeconfigs = async (action: string) => {
    const { body } = await arm.ask("POST", `${CLUSTER}/${action}`);
    return body.kubeconfigs as { name: string; value: string }[];
  };

  it.each([
    ["listClusterUserCredential", "clusterUser"],
    ["listClusterAdminCredential", "clusterAdmin"],
  ])("%s is a kubeconfig with a client certificate", async (action, name) => {
    const [entry, ...more] = await kubeconfigs(action);
    expect([entry?.name, more]).toEqual([name, []]);
    const config = parse(Buffer.from(entry?.value ?? "", "base64").toString()) as {
      clusters: { cluster: { server: string } }[];
      users: { user: object }[];
    };
    expect(config.clusters[0]?.cluster.server).toMatch(/^https:\/\/localhost:4430\//);
    expect(config.users[0]?.user).toMatchObject({
      "client-certificate-data": expect.any(String) as string,
      "client-key-data": expect.any(String) as string,
    });
  });

  it("never have the letters exec in them: azurerm would take them for an Entra configuration", async () => {
    for (let count = 0; count < 5; count += 1) {
      const [entry] = await kubeconfigs("listClusterUserCredential");
      expect(Buffer.from(entry?.value ?? "", "base64").toString()).not.toContain("exec");
    }
  });

  it("for an admin are refused where local accounts are switched off", async () => {
    await put({ disableLocalAccounts: true });
    await arm.settled(CLUSTER);
    const answer = await arm.ask("POST", `${CLUSTER}/listClusterAdminCredential`);
    expect([answer.status, answer.body.error.code]).toEqual([400, "BadRequest"]);
  });
});

it("makes a group for its nodes with the kubelets' identity, and takes it along", async () => {
  const { properties } = (await arm.get(CLUSTER)).body;
  const nodes = `resourceGroups/${String(properties.nodeResourceGroup)}`;
  const { kubeletidentity } = properties.identityProfile as {
    kubeletidentity: { resourceId: string; clientId: string; objectId: string };
  };
  const kubelet = await arm.get(kubeletidentity.resourceId);
  expect(kubelet.body.properties).toMatchObject({
    clientId: kubeletidentity.clientId,
    principalId: kubeletidentity.objectId,
  });
  expect(kubelet.body.id.startsWith(id(nodes))).toBe(true);
  await arm.delete(CLUSTER);
  expect((await arm.get(nodes)).status).toBe(404);
  expect((await arm.get(GROUP)).status).toBe(200);
});

it("does not know a user-assigned identity that is not there", async () => {
  const missing = id(`${GROUP}/providers/Microsoft.ManagedIdentity/userAssignedIdentities/none`);
  const identity = { type: "UserAssigned", userAssignedIdentities: { [missing]: {} } };
  const answer = await put({}, { identity });
  expect([answer.status, answer.body.error.code]).toEqual([400, "FailedIdentityOperation"]);
});

it("says in AKS's own words that an operation is under way", async () => {
  await put({});
  const again = await put({});
  // terraform-provider-azurerm issue 28878
  expect([again.status, again.body.error.code]).toEqual([409, "OperationNotAllowed"]);
  expect(again.body.error.message).toMatch(
    /in progress put managed cluster operation \(operation ID/,
  );
});

it("shows its pools as Failed when its own operation fails", async () => {
  await arm.ask("POST", "/local-azure/faults", {
    body: {
      type: "Microsoft.ContainerService/managedClusters",
      during: "operation",
      code: "QuotaExceeded",
      message: "No cores are left.",
    },
  });
  await put({});
  expect((await arm.settled(CLUSTER)).properties).toMatchObject({
    provisioningState: "Failed",
    agentPoolProfiles: [{ provisioningState: "Failed" }],
  });
});
