import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join, relative } from "node:path";
import { StackEngine } from "./stack-engine";

/**
 * Works with a copy of a stack whose state, a copy too, lacks some resources. The stack's own state and
 * backend are only read.
 *
 * @param use - Gets the copy, initialized, and cdktf's output folder that it is in.
 * @returns What `use` returns.
 */
export async function withStackWithout<T>(
  engine: StackEngine,
  addresses: readonly string[],
  environment: NodeJS.ProcessEnv,
  use: (copy: StackEngine, output: string) => Promise<T>,
): Promise<T> {
  const output = mkdtempSync(join(tmpdir(), "without-"));
  try {
    const stacks = dirname(engine.directory);
    const directory = join(output, relative(dirname(stacks), engine.directory));
    cpSync(engine.directory, directory, { recursive: true });
    cpSync(join(dirname(stacks), "manifest.json"), join(output, "manifest.json"));
    rmSync(join(directory, ".terraform", "terraform.tfstate"), { force: true });
    keepStateBeside(join(directory, "cdk.tf.json"));
    writeFileSync(join(directory, "terraform.tfstate"), await engine.pullState(), { mode: 0o600 });

    const copy = new StackEngine(directory, environment);
    await copy.init();
    await copy.forget(addresses);
    return await use(copy, output);
  } finally {
    rmSync(output, { recursive: true });
  }
}

function keepStateBeside(stackFile: string): void {
  const stack = JSON.parse(readFileSync(stackFile, "utf8")) as {
    terraform: { backend?: unknown; cloud?: unknown };
  };
  delete stack.terraform.cloud;
  stack.terraform.backend = { local: { path: "terraform.tfstate" } };
  writeFileSync(stackFile, JSON.stringify(stack));
}
