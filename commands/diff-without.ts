import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, dirname, join, relative } from "node:path";
import { runCdktf } from "./child";
import { StackEngine } from "./stack-engine";

/**
 * `cdktf diff` of a stack against a copy of its state that lacks some resources. The stack's own state and
 * backend are only read.
 *
 * @returns cdktf's exit code.
 */
export async function diffWithout(
  engine: StackEngine,
  addresses: readonly string[],
  environment: NodeJS.ProcessEnv,
): Promise<number> {
  const name = basename(engine.directory);
  const output = mkdtempSync(join(tmpdir(), "diff-"));
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
    const args = [name, "--skip-synth", "--output", output];
    return await runCdktf("diff", args, environment);
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
