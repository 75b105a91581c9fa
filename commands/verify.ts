import { Command } from "commander";
import { prepareEngine } from "../engine";
import { checkChain } from "../verify/chain";
import { credentialFrom } from "../verify/credential";
import { parseOutputs } from "../verify/outputs";
import { readFacts } from "../verify/read-facts";
import { report } from "../verify/report";
import { engineOutput } from "./engine-output";

async function verify(
  name: string | undefined,
  { output }: { readonly output: string },
): Promise<void> {
  const engine = await prepareEngine();
  const processEnvironment = { ...process.env, ...engine.environment };
  const outputs = parseOutputs(await engineOutput(name, output, processEnvironment));
  const facts = await readFacts(credentialFrom(process.env), process.env, outputs);
  const checks = checkChain(facts);
  console.log(report(facts, checks));
  process.exitCode = checks.every(({ holds }) => holds) ? 0 : 1;
}

new Command("verify")
  .description(
    "Checks a deployed environment link by link, from the connection to the model's reply in the pod's log.\n" +
      "Reads Azure with the credentials in the environment (ARM_*), or those of the Azure CLI.\n" +
      "Exit code: 0 when every link holds, 1 when one is broken or could not be read.",
  )
  .argument("[environment]", "the environment, needed when there are several")
  .option("-o, --output <folder>", "cdktf's output folder", "cdktf.out")
  .action(verify)
  .parseAsync()
  .catch((error: unknown) => {
    console.error(`verify: ${error instanceof Error ? error.message : String(error)}`);
    process.exitCode = 1;
  });
