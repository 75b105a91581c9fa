import { AzureClient } from "./azure-client";
import { Checkout, type Ended } from "./checkout";

// Two environments from one code base, with plain cdktf: each command touches only what it names.

let checkout: Checkout;
let azure: AzureClient;

beforeAll(async () => {
  checkout = await Checkout.create();
  azure = new AzureClient(checkout.azure.environment);
  checkout.edit("config/environments.ts", (text) =>
    text.replace("dev: {},", "dev: {},\n  prod: { cluster: { nodeCount: 2 } },"),
  );
});

afterAll(async () => {
  await checkout.close();
});

const cdktf = (...args: string[]): Promise<Ended> => checkout.run("npx", ["cdktf", ...args]);

async function succeed(ended: Promise<Ended>): Promise<string> {
  const { code, output } = await ended;
  if (code !== 0) throw new Error(output);
  return output;
}

/** Everything that Azure has in an environment's group, as it answers it; nothing when there is no group. */
async function inAzure(environment: string): Promise<string> {
  const { ARM_SUBSCRIPTION_ID: subscription = "" } = checkout.azure.environment;
  const group = `/subscriptions/${subscription}/resourceGroups/rg-openai-aks-${environment}`;
  const { status, text } = await azure.arm("GET", `${group}/resources`, "2021-04-01");
  return status === 404 ? "" : text;
}

test("deploying and destroying prod touches nothing of dev", async () => {
  await succeed(cdktf("deploy", "dev", "--auto-approve"));
  const dev = { state: checkout.stateFile("dev"), azure: await inAzure("dev") };
  expect(dev.azure).toContain("aks-openai-dev");
  expect(await inAzure("prod")).toBe("");

  await succeed(cdktf("deploy", "prod", "--auto-approve"));
  expect(await inAzure("prod")).toContain("aks-openai-prod");
  expect(await checkout.outputs("prod")).toMatchObject({ cluster_name: "aks-openai-prod" });
  expect(await succeed(checkout.npm("verify", "prod"))).toContain("The connection works.");
  expect({ state: checkout.stateFile("dev"), azure: await inAzure("dev") }).toEqual(dev);

  expect(await succeed(cdktf("diff", "prod"))).toContain("No changes.");
  await succeed(cdktf("destroy", "prod", "--auto-approve"));
  expect(await inAzure("prod")).toBe("");
  expect({ state: checkout.stateFile("dev"), azure: await inAzure("dev") }).toEqual(dev);
  expect(await succeed(cdktf("diff", "dev"))).toContain("No changes.");
});

test("with several environments a command without a name says what there is", async () => {
  const { code, output } = await cdktf("deploy", "--auto-approve");
  expect(output).toMatch(/dev[^]*prod/);
  expect(code).not.toBe(0);
});

test("an unknown environment is one clear error, and nothing is deployed", async () => {
  const { code, output } = await cdktf("deploy", "tset", "--auto-approve");
  expect(output).toContain("tset");
  expect(code).not.toBe(0);
  expect(await inAzure("tset")).toBe("");
});
