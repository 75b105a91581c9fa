import { existsSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { join } from "node:path";

import { z } from "zod";

/** The environments that a synthesis wrote, by name, with the folder of each one's stack. */
export type Environments = ReadonlyMap<string, string>;

const manifest = z.object({
  stacks: z.record(z.string(), z.object({ workingDirectory: z.string() })),
});

/**
 * Reads which environments are synthesized.
 *
 * @param output - cdktf's output folder.
 * @throws Error when nothing is synthesized there.
 */
export async function readEnvironments(output: string): Promise<Environments> {
  const file = join(output, "manifest.json");
  if (!existsSync(file))
    throw new Error(`${output} holds nothing synthesized: run \`npm run synth\`.`);
  const { stacks } = manifest.parse(JSON.parse(await readFile(file, "utf8")));
  return new Map(
    Object.entries(stacks).map(([name, { workingDirectory }]) => [
      name,
      join(output, workingDirectory),
    ]),
  );
}

/**
 * The chosen environments, or all.
 *
 * @throws Error that names every unknown one, and those that there are.
 */
export function choose(environments: Environments, names: readonly string[]): string[] {
  const known = [...environments.keys()];
  const unknown = names.filter((name) => !environments.has(name));
  if (unknown.length > 0) {
    throw new Error(`Unknown environment ${unknown.join(", ")}. There is: ${known.join(", ")}.`);
  }
  return names.length > 0 ? [...names] : known;
}

/** Whether a stack keeps its state in a file on this machine, which a workflow's machine throws away. */
export async function keepsStateHere(directory: string): Promise<boolean> {
  return (await readStack(directory)).terraform?.backend?.local !== undefined;
}

/** Which resources two versions of a stack differ in. */
export interface StackDifference {
  readonly added: readonly string[];
  readonly changed: readonly string[];
  readonly removed: readonly string[];
  /** Something else differs: a provider, an output, a variable. */
  readonly other: boolean;
}

/**
 * Compares two versions of a synthesized stack.
 *
 * @param before - The folder of the stack before, or undefined when there was none.
 * @returns Undefined when they are the same.
 */
export async function compareStacks(
  before: string | undefined,
  after: string,
): Promise<StackDifference | undefined> {
  const old = before === undefined ? {} : await readStack(before);
  const young = await readStack(after);
  if (JSON.stringify(old) === JSON.stringify(young)) return undefined;
  const was = resources(old);
  const is = resources(young);
  const added = [...is.keys()].filter((address) => !was.has(address));
  const removed = [...was.keys()].filter((address) => !is.has(address));
  const changed = [...is.keys()].filter(
    (address) => was.has(address) && was.get(address) !== is.get(address),
  );
  return { added, changed, removed, other: added.length + removed.length + changed.length === 0 };
}

const stackFormat = z.looseObject({
  resource: z.record(z.string(), z.record(z.string(), z.unknown())).default({}),
  terraform: z.looseObject({ backend: z.record(z.string(), z.unknown()).optional() }).optional(),
});
type Stack = Partial<z.infer<typeof stackFormat>>;

async function readStack(directory: string): Promise<Stack> {
  return stackFormat.parse(JSON.parse(await readFile(join(directory, "cdk.tf.json"), "utf8")));
}

function resources({ resource = {} }: Stack): Map<string, string> {
  return new Map(
    Object.entries(resource).flatMap(([type, named]) =>
      Object.entries(named).map(([name, body]) => [`${type}.${name}`, JSON.stringify(body)]),
    ),
  );
}
