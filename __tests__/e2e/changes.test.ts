import { AzureClient } from "./azure-client";
import { Checkout, type PlannedChange } from "./checkout";

let checkout: Checkout;
let azure: AzureClient;
let outputs: Record<string, string>;

beforeAll(async () => {
  checkout = await Checkout.create();
  azure = new AzureClient(checkout.azure.environment);
  await deploy();
  outputs = await checkout.outputs();
});

afterAll(async () => {
  await checkout.close();
});

async function deploy(): Promise<void> {
  const { code, output } = await checkout.npm("deploy", "--auto-approve");
  if (code !== 0) throw new Error(output);
}

async function podUid(): Promise<string> {
  const clusterId = (outputs.connection_id ?? "").replace(
    /\/providers\/Microsoft.ServiceLinker.*/,
    "",
  );
  const path = `/api/v1/namespaces/${outputs.pod_namespace ?? ""}/pods/${outputs.pod_name ?? ""}`;
  const answer = await azure.kubernetes(clusterId, "GET", path);
  const { metadata } = answer.json() as { metadata: { uid: string } };
  return metadata.uid;
}

/** By type, since the names in an address are the constructs' own. */
function byType(changes: readonly PlannedChange[]): Record<string, string> {
  return Object.fromEntries(
    changes.map(({ address, actions }) => [address.replace(/\..*/, ""), actions.join("/")]),
  );
}

test("one changed file: a new image and a new pod, and nothing else", async () => {
  const restore = checkout.edit("sample-app/src/main.ts", (text) => `${text}// Changed.\n`);
  try {
    expect(byType(await checkout.plan())).toEqual({
      azurerm_container_registry_task: "update",
      azurerm_container_registry_task_schedule_run_now: "delete/create",
      kubernetes_pod_v1: "delete/create",
    });
    const before = await podUid();
    await deploy();
    expect((await checkout.outputs()).image).not.toBe(outputs.image);
    expect(await podUid()).not.toBe(before);
    expect((await checkout.npm("verify")).code).toBe(0);
    expect(await checkout.plan()).toEqual([]);
  } finally {
    restore();
    await deploy();
  }
});

test("a changed setting of the application reaches the pod", async () => {
  const restore = checkout.edit("config/defaults.ts", (text) =>
    text.replace(/podName: "[^"]+",/, `$& question: "What is Terraform?",`),
  );
  try {
    expect(byType(await checkout.plan())).toEqual({
      kubernetes_config_map_v1: "delete/create",
      kubernetes_pod_v1: "delete/create",
    });
    await deploy();
    const { code, output } = await checkout.npm("verify");
    expect(output).toContain("What is Terraform?");
    expect(code).toBe(0);
  } finally {
    restore();
    await deploy();
  }
});

test("a changed connection reaches the pod", async () => {
  const restore = checkout.edit("config/defaults.ts", (text) =>
    text.replace(/clientType: "[^"]+"/, `clientType: "none"`),
  );
  try {
    expect(byType(await checkout.plan())).toEqual({
      azapi_resource: "update",
      kubernetes_pod_v1: "delete/create",
    });
    await deploy();
    expect((await checkout.npm("verify")).code).toBe(0);
  } finally {
    restore();
    await deploy();
  }
});

test("a failed build leaves the running pod alone, and the next deploy carries on", async () => {
  const before = await podUid();
  const restore = checkout.edit("sample-app/Dockerfile", (text) =>
    text.replace(/^RUN .*$/m, "RUN exit 3"),
  );
  const failed = await checkout.npm("deploy", "--auto-approve");
  expect(failed.code).toBe(1);
  expect(await podUid()).toBe(before);

  restore();
  await deploy();
  expect((await checkout.npm("verify")).code).toBe(0);
  expect(await checkout.plan()).toEqual([]);
});
