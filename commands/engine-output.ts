import { join, resolve } from "node:path";
import { StackEngine } from "./stack-engine";

/**
 * The outputs of a deployed environment, as `output -json` prints them.
 *
 * @param output - cdktf's output folder.
 * @param processEnvironment - With what `prepareEngine` returned.
 */
export async function engineOutput(
  environment: string,
  output: string,
  processEnvironment: NodeJS.ProcessEnv,
): Promise<string> {
  const stack = new StackEngine(join(resolve(output), "stacks", environment), processEnvironment);
  await stack.init();
  return stack.output();
}
