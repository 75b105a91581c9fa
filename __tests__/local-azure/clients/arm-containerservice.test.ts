import { ContainerServiceClient } from "@azure/arm-containerservice";
import { all, GROUP, POLLING, SignedIn } from "./signed-in";

const CLUSTER = "MyAKSCluster";

/** Source: azure-rest-api-specs, Microsoft.ContainerService/aks/stable/2026-04-01, of which the SDK is generated. */
describe("@azure/arm-containerservice", () => {
  let signedIn: SignedIn;
  let client: ContainerServiceClient;

  beforeAll(async () => {
    signedIn = await SignedIn.start("Microsoft.ContainerService");
    client = new ContainerServiceClient(
      signedIn.credential,
      signedIn.subscriptionId,
      signedIn.options,
    );
  });
  afterAll(() => signedIn.close());

  test("a cluster that is not there is a RestError with Azure's code", async () => {
    await expect(client.managedClusters.get(GROUP, CLUSTER)).rejects.toMatchObject({
      name: "RestError",
      statusCode: 404,
      code: "ResourceNotFound",
    });
  });

  test("a region's versions: each can be upgraded to the next minor one", async () => {
    const { values = [] } = await client.managedClusters.listKubernetesVersions("eastus");
    const minors = values.map(({ version }) => version);
    const upgrades = values.map(({ patchVersions = {} }) =>
      Object.values(patchVersions)
        .flatMap((patch) => patch.upgrades ?? [])
        .map((version) => version.split(".").slice(0, 2).join(".")),
    );
    expect(upgrades).toEqual([...minors.slice(1).map((minor) => [minor]), []]);
    expect(values.filter(({ isDefault }) => isDefault)).toHaveLength(1);
  });

  test("a cluster and a pool are created, read, changed and deleted", async () => {
    const { managedClusters, agentPools } = client;
    const created = await managedClusters.createOrUpdate(
      GROUP,
      CLUSTER,
      {
        location: "eastus",
        dnsPrefix: "my",
        identity: { type: "SystemAssigned" },
        agentPoolProfiles: [{ name: "nodepool1", count: 1, mode: "System" }],
      },
      POLLING,
    );
    expect(created.provisioningState).toBe("Succeeded");

    const { kubeconfigs = [] } = await managedClusters.listClusterUserCredentials(GROUP, CLUSTER);
    expect(Buffer.from(kubeconfigs[0]?.value ?? "").toString()).toContain("apiVersion: v1");

    const pool = { count: 2, mode: "User" };
    await agentPools.createOrUpdate(GROUP, CLUSTER, "user1", pool, POLLING);
    const pools = await all(agentPools.list(GROUP, CLUSTER));
    expect(pools.map(({ name, count }) => [name, count])).toEqual([
      ["nodepool1", 1],
      ["user1", 2],
    ]);
    const { controlPlaneProfile } = await managedClusters.getUpgradeProfile(GROUP, CLUSTER);
    expect(controlPlaneProfile.kubernetesVersion).toBe(created.currentKubernetesVersion);
    const available = await agentPools.getAvailableAgentPoolVersions(GROUP, CLUSTER);
    expect(available.agentPoolVersions?.find((each) => each.default)?.kubernetesVersion).toBe(
      created.currentKubernetesVersion,
    );
    await agentPools.delete(GROUP, CLUSTER, "user1", POLLING);
    await expect(agentPools.get(GROUP, CLUSTER, "user1")).rejects.toMatchObject({
      statusCode: 404,
    });

    const tagged = await managedClusters.updateTags(
      GROUP,
      CLUSTER,
      { tags: { team: "one" } },
      POLLING,
    );
    expect(tagged).toMatchObject({ provisioningState: "Succeeded", tags: { team: "one" } });
    expect(await all(managedClusters.listByResourceGroup(GROUP))).toHaveLength(1);

    await managedClusters.delete(GROUP, CLUSTER, POLLING);
    expect(await all(managedClusters.list())).toEqual([]);
  });
});
