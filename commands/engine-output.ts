import { StackEngine } from "./stack-engine";
import { synthesizedStack } from "./synthesized-stacks";

/**
 * The outputs of a deployed environment, as `output -json` prints them.
 *
 * @param name - The environment; not needed when there is one only.
 * @param output - cdktf's output folder.
 * @param environment - The process's, with what `prepareEngine` returned.
 */
export async function engineOutput(
  name: string | undefined,
  output: string,
  environment: NodeJS.ProcessEnv,
): Promise<string> {
  const stack = new StackEngine(synthesizedStack(output, name).directory, environment);
  await stack.init();
  return stack.output();
}
