import { FakeGitHub } from "../review/fake-git-hub";
import { AzureClient } from "./azure-client";
import { Checkout, type Ended } from "./checkout";

const gitHub = new FakeGitHub();
let checkout: Checkout;
let azure: AzureClient;

beforeAll(async () => {
  Object.assign(process.env, {
    GITHUB_API_URL: await gitHub.listen(),
    GITHUB_REPOSITORY: "owner/name",
    GITHUB_TOKEN: "a token",
    GITHUB_REF: "refs/pull/7/merge",
  });
  checkout = await Checkout.create();
  azure = new AzureClient(checkout.azure.environment);
});

afterAll(async () => {
  await checkout.close();
  await gitHub.close();
});

const review = (...args: string[]): Promise<Ended> => checkout.npm("review", ...args);
const comment = (): string => gitHub.comments[0]?.body ?? "";

/** The pull request of the comment is merged, and its commit deployed. */
async function deploy(): Promise<Ended> {
  gitHub.pulls = [{ number: 7, merged_at: "2026-01-01T00:00:00Z" }];
  return review("dev", "--apply", "--commit", "abc");
}

async function expectCode(ended: Promise<Ended>, code: number): Promise<string> {
  const { code: actual, output } = await ended;
  if (actual !== code) throw new Error(`Exit code ${actual ?? "none"}:\n${output}`);
  return output;
}

async function group(): Promise<string> {
  const { subscription_id: subscription = "", resource_group_name: name = "" } =
    await checkout.outputs();
  return `/subscriptions/${subscription}/resourceGroups/${name}`;
}

test("a new environment is reviewed, and deployed as reviewed", async () => {
  await expectCode(review("--comment"), 2);
  expect(comment()).toMatch(/### dev: \d+ to create/);
  expect(await expectCode(deploy(), 0)).toContain("Apply complete!");
  await expectCode(review("--comment"), 0);
  expect(gitHub.comments).toHaveLength(1);
  expect(comment()).toContain("**dev**: no changes.");
});

test("what a hand changes in Azure is drift, and keeps an older review from being applied", async () => {
  const putBack = checkout.edit("sample-app/src/main.ts", (text) => `${text}\n// another image\n`);
  await expectCode(review("--comment"), 2);
  expect(comment()).toContain("azurerm_container_registry_task.");

  await azure.arm("PATCH", await group(), "2023-07-01", { tags: { owner: "somebody" } });
  expect(await expectCode(review("--drift"), 2)).toMatch(
    /### dev: 1 changed outside[^]*`tags\.owner`: _none_ → `"somebody"`/,
  );
  // Only the group's tags differ, and the image's change alone was reviewed.
  expect(await expectCode(deploy(), 1)).toContain("dev: the world has moved since the review");

  putBack();
  expect(await expectCode(deploy(), 1)).toContain(
    "dev: the stack is not the one that was reviewed",
  );
});

test("a change that replaces the cluster is called out, and deployed as reviewed", async () => {
  const putBack = checkout.edit("config/environments.ts", (text) =>
    text.replace("dev: {}", 'dev: { location: "swedencentral" }'),
  );
  await expectCode(review("--comment"), 2);
  expect(comment()).toMatch(
    /> \[!CAUTION\]\n[^]*`azurerm_kubernetes_cluster\.\w+` is replaced\*\* \(forced by `location`/,
  );
  expect(comment()).toMatch(
    /is going to be replaced, and with it goes what runs in it: .*kubernetes_pod/,
  );
  expect(await expectCode(deploy(), 0)).toContain("Apply complete!");
  await expectCode(review(), 0);
  putBack();
});

test("only environments that the change touches are reviewed", async () => {
  for (const args of [
    ["init", "-q"],
    ["add", "-A", "--", ".", ":!node_modules"],
    ["commit", "-qm", "base"],
  ]) {
    const identity = ["-c", "user.name=t", "-c", "user.email=t@localhost"];
    await expectCode(checkout.run("git", [...identity, ...args]), 0);
  }
  const putBack = checkout.edit("config/environments.ts", (text) =>
    text.replace("dev: {},", 'dev: {},\n  prod: { location: "swedencentral" },'),
  );
  const text = await expectCode(review("--synth-only", "--base", "HEAD"), 0);
  expect(text).toContain("**dev**: not touched by this change.");
  expect(text).toMatch(/\*\*prod\*\*: synthesized, and not planned\. The stack adds `/);
  const both = await expectCode(review("prod", "--base", "HEAD"), 2);
  expect(both).toMatch(/### prod: \d+ to create/);
  putBack();
});
