import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { choose, compareStacks, keepsStateHere, readEnvironments } from "../../review/synthesized";

let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "synthesized-"));
});
afterEach(() => {
  rmSync(folder, { recursive: true });
});

/** As cdktf 0.21 writes them: one manifest, and one folder for each stack. */
function write(output: string, stacks: Record<string, object>): void {
  const manifest = Object.keys(stacks).map((name) => [
    name,
    { name, workingDirectory: `stacks/${name}` },
  ]);
  for (const [name, stack] of Object.entries(stacks)) {
    const directory = join(folder, output, "stacks", name);
    mkdirSync(directory, { recursive: true });
    writeFileSync(join(directory, "cdk.tf.json"), JSON.stringify(stack));
  }
  writeFileSync(
    join(folder, output, "manifest.json"),
    JSON.stringify({ version: "0.21.0", stacks: Object.fromEntries(manifest) as unknown }),
  );
}

const directory = (output: string, name: string) => join(folder, output, "stacks", name);

test("the environments are the manifest's stacks", async () => {
  write("out", { dev: {}, prod: {} });
  const environments = await readEnvironments(join(folder, "out"));
  expect([...environments]).toEqual([
    ["dev", directory("out", "dev")],
    ["prod", directory("out", "prod")],
  ]);
  expect(choose(environments, [])).toEqual(["dev", "prod"]);
  expect(choose(environments, ["prod"])).toEqual(["prod"]);
});

test("unknown environments are named, with those that there are", async () => {
  write("out", { dev: {}, prod: {} });
  const environments = await readEnvironments(join(folder, "out"));
  expect(() => choose(environments, ["dev", "tset", "x"])).toThrow(
    "Unknown environment tset, x. There is: dev, prod.",
  );
});

test("a folder where nothing is synthesized says what to run", async () => {
  await expect(readEnvironments(join(folder, "no"))).rejects.toThrow(/npm run synth/);
});

test("a stack is compared resource by resource", async () => {
  const kept = { input: 1 };
  write("before", { dev: { resource: { a: { kept, changed: { x: 1 }, gone: {} } } } });
  write("after", { dev: { resource: { a: { kept, changed: { x: 2 } }, b: { young: {} } } } });
  await expect(
    compareStacks(directory("before", "dev"), directory("after", "dev")),
  ).resolves.toEqual({
    added: ["b.young"],
    changed: ["a.changed"],
    removed: ["a.gone"],
    other: false,
  });
});

test("the same stack does not differ, and a new environment is all new", async () => {
  write("before", { dev: { resource: { a: { one: {} } } } });
  write("after", { dev: { resource: { a: { one: {} } } } });
  const after = directory("after", "dev");
  await expect(compareStacks(directory("before", "dev"), after)).resolves.toBeUndefined();
  await expect(compareStacks(undefined, after)).resolves.toMatchObject({ added: ["a.one"] });
});

test("a change outside the resources counts too", async () => {
  write("before", { dev: { output: { a: 1 } } });
  write("after", { dev: { output: { a: 2 } } });
  await expect(
    compareStacks(directory("before", "dev"), directory("after", "dev")),
  ).resolves.toMatchObject({ added: [], other: true });
});

test.each([
  [{ terraform: { backend: { local: { path: "x" } } } }, true],
  [{ terraform: { backend: { azurerm: {} } } }, false],
  [{ terraform: { cloud: {} } }, false],
])("%j: state in a local file: %s", async (stack, expected) => {
  write("out", { dev: stack });
  await expect(keepsStateHere(directory("out", "dev"))).resolves.toBe(expected);
});
