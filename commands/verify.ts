import { setTimeout as sleep } from "node:timers/promises";
import { Command, InvalidArgumentError } from "commander";
import { prepareEngine } from "../engine";
import { credentialFrom } from "../verify/credential";
import { parseOutputs } from "../verify/outputs";
import { readFacts } from "../verify/read-facts";
import { report } from "../verify/report";
import { settledChain } from "../verify/settled-chain";
import { engineOutput } from "./engine-output";
import { synthesizedStack } from "./synthesized-stacks";

interface Options {
  readonly output: string;
  /** Seconds. */
  readonly wait: number;
}

async function verify(name: string | undefined, { output, wait }: Options): Promise<void> {
  // Without a stack there is nothing to verify, and no reason to build an engine.
  synthesizedStack(output, name);
  const engine = await prepareEngine();
  const processEnvironment = { ...process.env, ...engine.environment };
  const outputs = parseOutputs(await engineOutput(name, output, processEnvironment));
  const credential = credentialFrom(process.env);
  const { facts, checks } = await settledChain(() => readFacts(credential, process.env, outputs), {
    seconds: wait,
    now: () => performance.now(),
    sleep,
    onWait: ({ pod }) => {
      console.error(
        `The pod ${pod.name} (${pod.phase ?? ""}) has no reply yet; waiting for up to ${wait} s.`,
      );
    },
  });
  console.log(report(facts, checks));
  process.exitCode = checks.every(({ holds }) => holds) ? 0 : 1;
}

function seconds(given: string): number {
  if (!/^\d{1,5}$/.test(given)) throw new InvalidArgumentError("Whole seconds are needed.");
  return Number(given);
}

new Command("verify")
  .description(
    "Checks a deployed environment link by link, from the connection to the model's reply in the pod's log.\n" +
      "Reads Azure with the credentials in the environment (ARM_*), or those of the Azure CLI.\n" +
      "Exit code: 0 when every link holds, 1 when one is broken or could not be read.",
  )
  .argument("[environment]", "the environment, needed when there are several")
  .option("-o, --output <folder>", "cdktf's output folder", "cdktf.out")
  .option(
    "--wait <seconds>",
    "how long a pod that still tries is waited for; new permissions take up to ten minutes",
    seconds,
    600,
  )
  .action(verify)
  .parseAsync()
  .catch((error: unknown) => {
    console.error(`verify: ${error instanceof Error ? error.message : String(error)}`);
    process.exitCode = 1;
  });
