import { existsSync, readFileSync } from "node:fs";
import { join, resolve } from "node:path";

/** A stack in cdktf's output folder. */
export interface SynthesizedStack {
  readonly name: string;
  /** Where the engine runs. */
  readonly directory: string;
}

/** @returns The stacks of the last synthesis; none when there was none. */
export function synthesizedStacks(output: string): SynthesizedStack[] {
  const manifest = join(resolve(output), "manifest.json");
  if (!existsSync(manifest)) return [];
  const { stacks } = JSON.parse(readFileSync(manifest, "utf8")) as {
    stacks: Record<string, { workingDirectory: string }>;
  };
  return Object.entries(stacks).map(([name, { workingDirectory }]) => ({
    name,
    directory: join(resolve(output), workingDirectory),
  }));
}

/**
 * The stack with a name, or the only one.
 *
 * @throws Error that lists the stacks when there is no such one, or when the name is missing.
 */
export function synthesizedStack(output: string, name: string | undefined): SynthesizedStack {
  const stacks = synthesizedStacks(output);
  const names = stacks.map((stack) => stack.name).join(", ");
  if (stacks.length === 0) {
    throw new Error(`${output} holds no synthesized stack. Run \`npm run synth\` first.`);
  }
  if (name === undefined && stacks.length > 1) {
    throw new Error(`There are several environments: name one of ${names}.`);
  }
  const [stack] = name === undefined ? stacks : stacks.filter((other) => other.name === name);
  if (!stack) throw new Error(`There is no environment "${name ?? ""}": name one of ${names}.`);
  return stack;
}
