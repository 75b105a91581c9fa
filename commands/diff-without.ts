import { basename } from "node:path";
import { runCdktf } from "./child";
import type { StackEngine } from "./stack-engine";
import { withStackWithout } from "./stack-without";

/**
 * `cdktf diff` of a stack against a copy of its state that lacks some resources.
 *
 * @returns cdktf's exit code.
 */
export async function diffWithout(
  engine: StackEngine,
  addresses: readonly string[],
  environment: NodeJS.ProcessEnv,
): Promise<number> {
  return withStackWithout(engine, addresses, environment, (copy, output) => {
    const args = [basename(copy.directory), "--skip-synth", "--output", output];
    return runCdktf("diff", args, environment);
  });
}
