import { AzureClient } from "./azure-client";
import { Checkout } from "./checkout";

// The trap: hashicorp/terraform-provider-kubernetes issues 1307, 2017, 2127 (decisions/lost-cluster.md).

let checkout: Checkout;

beforeEach(async () => {
  checkout = await Checkout.create();
  const { code, output } = await checkout.npm("deploy", "--auto-approve");
  if (code !== 0) throw new Error(output);
});

afterEach(async () => {
  await checkout.close();
});

async function deleteGroup(): Promise<void> {
  const { resource_group_name: name = "", subscription_id: subscription = "" } =
    await checkout.outputs();
  const azure = new AzureClient(checkout.azure.environment);
  const path = `/subscriptions/${subscription}/resourcegroups/${name}`;
  await azure.arm("DELETE", path, "2023-07-01");
  for (;;) {
    if ((await azure.arm("GET", path, "2023-07-01")).status === 404) break;
  }
  // A deleted account keeps its name until it is purged; azurerm purges only what it deletes itself.
  const deleted = (
    await azure.arm(
      "GET",
      `/subscriptions/${subscription}/providers/Microsoft.CognitiveServices/deletedAccounts`,
      "2024-10-01",
    )
  ).json() as { value: { id: string }[] };
  for (const { id } of deleted.value) await azure.arm("DELETE", id, "2024-10-01");
}

/** Another region is another cluster: `location` forces a replacement. */
function moveAway(): void {
  checkout.edit("config/defaults.ts", (text) =>
    text.replace('location: "eastus"', 'location: "eastus2"'),
  );
}

test("a replaced cluster: diff shows it, deploy replaces it, and the pod runs in the new one", async () => {
  moveAway();
  const before = checkout.stateFile();
  const diff = await checkout.npm("diff");
  expect(diff.output).toContain("is going to be replaced");
  expect(diff.output).toMatch(/azurerm_kubernetes_cluster\.\S+.* must be replaced/);
  expect(diff.code).toBe(0);
  expect(checkout.stateFile()).toBe(before);

  const deploy = await checkout.npm("deploy", "--auto-approve");
  expect(deploy.output).toContain("Taking them out of the state");
  expect(deploy.code).toBe(0);
  const verify = await checkout.npm("verify");
  expect(verify.output).toContain("The connection works.");
  expect(await checkout.plan()).toEqual([]);
});

test("a replaced cluster: destroy removes what is there", async () => {
  moveAway();
  const { code, output } = await checkout.npm("destroy", "--auto-approve");
  if (code !== 0) throw new Error(output);
  expect(JSON.parse(checkout.stateFile())).toMatchObject({ resources: [] });
});

test("a group deleted by hand: diff shows what is missing, deploy makes everything again", async () => {
  await deleteGroup();
  const diff = await checkout.npm("diff");
  expect(diff.output).toContain("no longer exists");
  expect(diff.output).toMatch(/azurerm_kubernetes_cluster\.\S+.* will be created/);
  expect(diff.code).toBe(0);

  const deploy = await checkout.npm("deploy", "--auto-approve");
  if (deploy.code !== 0) throw new Error(deploy.output);
  expect((await checkout.npm("verify")).output).toContain("The connection works.");
});

test("a group deleted by hand: destroy ends with nothing in the state", async () => {
  await deleteGroup();
  const { code, output } = await checkout.npm("destroy", "--auto-approve");
  if (code !== 0) throw new Error(output);
  expect(JSON.parse(checkout.stateFile())).toMatchObject({ resources: [] });
});
