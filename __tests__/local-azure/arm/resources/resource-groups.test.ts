import { ArmClient } from "../arm-client";
import {
  ACCOUNT,
  CLUSTER,
  DEPLOYMENT,
  GROUP,
  IDENTITY,
  LINKER,
  REGISTRY,
  id,
} from "../tutorial-resources";

let arm: ArmClient;
beforeEach(async () => {
  arm = await ArmClient.start();
});
afterEach(() => arm.close());

it("takes everything in it along, what the cluster made beside it included", async () => {
  await arm.make(LINKER, DEPLOYMENT, REGISTRY);
  const { body: cluster } = await arm.get(CLUSTER);
  const nodes = `resourceGroups/${String(cluster.properties.nodeResourceGroup)}`;
  expect((await arm.get(nodes)).body).toMatchObject({ managedBy: id(CLUSTER) });
  await arm.delete(GROUP);
  for (const path of [GROUP, CLUSTER, ACCOUNT, DEPLOYMENT, REGISTRY, IDENTITY, LINKER, nodes]) {
    expect([path, (await arm.get(path)).status]).toEqual([path, 404]);
  }
  expect((await arm.get("resources")).body.value).toEqual([]);
});

it("soft-deletes the accounts in it, so that their names stay taken", async () => {
  await arm.make(ACCOUNT);
  await arm.delete(GROUP);
  await arm.make(GROUP);
  const again = await arm.ask("PUT", ACCOUNT, { body: await arm.bodyOf(ACCOUNT) });
  expect([again.status, again.body.error.code]).toEqual([409, "FlagMustBeSetForRestore"]);
});

it("takes nothing in any more while it is deleted, and can be made again afterwards", async () => {
  await arm.make(IDENTITY);
  await arm.ask("DELETE", GROUP);
  const refused = await arm.ask("PUT", IDENTITY, { body: { location: "eastus" } });
  expect([refused.status, refused.body.error.code]).toEqual([409, "ResourceGroupBeingDeleted"]);
  await arm.settled(GROUP);
  await arm.make(GROUP);
  expect((await arm.get(IDENTITY)).status).toBe(404);
});

it("lists what is in it as azurerm asks before it deletes: nothing, then, is left", async () => {
  await arm.make(IDENTITY);
  const ask = () => arm.get(`${GROUP}/resources?$expand=provisioningState&$top=10`);
  expect((await ask()).body.value).toEqual([
    expect.objectContaining({ id: id(IDENTITY), provisioningState: "Succeeded" }),
  ]);
  await arm.delete(IDENTITY);
  expect((await ask()).body.value).toEqual([]);
});

it("lists at most $top resources, of the type that a filter names", async () => {
  await arm.make(IDENTITY, REGISTRY);
  const top = await arm.get(`${GROUP}/resources?$top=1`);
  expect(top.body.value).toHaveLength(1);
  const type = "Microsoft.ContainerRegistry/registries";
  const { body } = await arm.get(`${GROUP}/resources?$filter=resourceType eq '${type}'`);
  expect(body.value.map((item) => item.id)).toEqual([id(REGISTRY)]);
  const other = await arm.get(`${GROUP}/resources?$filter=colour eq 'x'`);
  expect([other.status, other.body.error.code]).toEqual([400, "InvalidFilterInQueryString"]);
});

it("answers HEAD with 204 where it is, and 404 where it is not", async () => {
  // ResourceGroups_CheckExistence
  expect((await arm.ask("HEAD", GROUP)).status).toBe(404);
  await arm.make(GROUP);
  expect((await arm.ask("HEAD", GROUP)).status).toBe(204);
});

it("stays in its region, and needs one that exists", async () => {
  const put = (location?: string) => arm.ask("PUT", GROUP, { body: { location } });
  expect((await put()).body.error.code).toBe("LocationRequired");
  expect((await put("atlantis")).body.error.code).toBe("LocationNotAvailableForResourceGroup");
  expect((await put("East US")).body.location).toBe("eastus");
  const moved = await put("westus");
  expect([moved.status, moved.body.error.code]).toEqual([409, "InvalidResourceGroupLocation"]);
});

// https://learn.microsoft.com/azure/azure-resource-manager/management/resource-name-rules
it.each([["a b"], ["ends."], ["x".repeat(91)], ["what?"]])("refuses the name %p", async (name) => {
  const path = `resourceGroups/${encodeURIComponent(name)}`;
  const { status, body } = await arm.ask("PUT", path, { body: { location: "eastus" } });
  expect([status, body.error.code]).toEqual([400, "InvalidResourceGroup"]);
});
