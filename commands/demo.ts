import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Command } from "commander";
import { z } from "zod";
import { prepareEngine } from "../engine";
import { isSwitchedOn } from "../verify/credential";
import { keepsStateHere } from "../review/synthesized";
import { synthesize } from "./base-synthesis";
import { INTERRUPTED, runCdktf, runCommand } from "./child";
import { confirm } from "./confirm";
import { engineOutput } from "./engine-output";
import { interruption } from "./interruption";
import { startLocalAzure } from "./local-azure-process";
import { StackEngine } from "./stack-engine";
import { type SynthesizedStack, synthesizedStacks } from "./synthesized-stacks";

interface Target {
  readonly name: string;
  readonly environment: NodeJS.ProcessEnv;
  /** cdktf's output folder; the state lies two folders above its stacks. */
  readonly output: string;
  close(): Promise<void>;
}

interface Options {
  readonly local: boolean;
  readonly yes: boolean;
}

/** Whether the environment holds what a deploy to Azure needs: a subscription, and a way to sign in. */
function hasAzureCredentials({ ARM_SUBSCRIPTION_ID, ...environment }: NodeJS.ProcessEnv): boolean {
  const ways = ["ARM_USE_OIDC", "ARM_USE_MSI", "ARM_USE_CLI"] as const;
  const signsIn =
    Boolean(environment.ARM_CLIENT_SECRET) || ways.some((way) => isSwitchedOn(environment[way]));
  return Boolean(ARM_SUBSCRIPTION_ID) && signsIn;
}

function azure(): Target {
  return {
    name: `Azure, subscription ${process.env.ARM_SUBSCRIPTION_ID ?? ""}`,
    environment: process.env,
    output: "cdktf.out",
    close: () => Promise.resolve(),
  };
}

/** The demo's own state, away from that of a real deploy, and gone with it. */
async function localAzure(): Promise<Target> {
  const folder = mkdtempSync(join(tmpdir(), "demo-"));
  const process_ = await startLocalAzure();
  return {
    name: "the local Azure",
    environment: { ...process.env, ...process_.environment },
    output: join(folder, "cdktf.out"),
    close: async () => {
      await process_.stop();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

const interrupted = interruption();

class DemoError extends Error {}

async function demo({ local, yes }: Options): Promise<void> {
  const started = performance.now();
  const seconds = (since = started): string =>
    `${((performance.now() - since) / 1000).toFixed(0)} s`;
  const summary: string[] = [];
  let stepStarted = started;
  const step = (title: string): void => {
    if (interrupted.aborted) throw new DemoError("Interrupted.");
    stepStarted = performance.now();
    console.log(`\n=== ${seconds()}  ${title}`);
  };
  const done = (what: string): void => {
    summary.push(`  ${seconds(stepStarted).padStart(6)}  ${what}`);
  };

  step("Prepare the engine and the providers");
  const prepared = await prepareEngine();
  console.log(prepared.description);
  done("the engine and the providers are there");
  step("Choose where to deploy");
  const target = hasAzureCredentials(process.env) && !local ? azure() : await localAzure();
  console.log(`Target: ${target.name}`);
  const environment = { ...target.environment, ...prepared.environment };
  const output = ["--output", target.output];
  const approved = [...output, "--auto-approve"];
  const succeed = async (run: Promise<number>, what: string): Promise<void> => {
    const code = await run;
    if (interrupted.aborted) throw new DemoError("Interrupted.");
    if (code !== 0) throw new DemoError(`${what} ended with exit code ${code}.`);
  };

  let began = false;
  try {
    await synthesize(target.output);
    const stack = onlyStack(target.output);
    if (target.environment === process.env) {
      await refuseDeployed(environment, stack);
      await askForAzure(yes);
    } else if (!(await keepsStateHere(stack.directory))) {
      throw new DemoError(
        `The environment ${stack.name} keeps its state elsewhere, and the demo on the local Azure would use ` +
          "what is deployed with it. Choose one whose `backend` is local (`ENVIRONMENTS=<name> npm run demo`), " +
          'or a file that holds {"demo":{}} (`ENVIRONMENTS_FILE=<file> npm run demo`).',
      );
    }
    began = true;
    step("cdktf deploy");
    await succeed(runCdktf("deploy", approved, environment), "cdktf deploy");
    const group = await resourceGroup(environment, target.output);
    done("cdktf deploy: from nothing to the pod");

    step("verify: every link of the keyless chain, and the pod's log");
    await succeed(runCommand("verify", output, environment), "verify");
    done("verify: every link holds, and the pod's log has the model's reply");

    step("cdktf diff: a second one must be empty");
    let difference = "";
    const collect = (text: string): void => void (difference += text);
    await succeed(runCdktf("diff", output, environment, collect), "cdktf diff");
    if (!difference.includes("No changes.")) throw new DemoError("The second diff is not empty.");
    done("cdktf diff: no changes");

    step("cdktf destroy");
    await succeed(runCdktf("destroy", approved, environment), "cdktf destroy");
    await succeed(runCommand("leftovers", [group], environment), "The search for leftovers");
    done("cdktf destroy: nothing is left in Azure");
    console.log(
      `\nThe tutorial ran from nothing to a model's reply and back in ${seconds()}:\n${summary.join("\n")}`,
    );
  } catch (error) {
    if (began && target.environment === process.env) {
      console.error("\nWhat was deployed is still there: `npm run destroy` removes it.");
    }
    throw error;
  } finally {
    await target.close();
  }
}

/** The demo takes no name: `ENVIRONMENTS` chooses for every command. */
function onlyStack(output: string): SynthesizedStack {
  const stacks = synthesizedStacks(output);
  const [stack] = stacks;
  if (stack && stacks.length === 1) return stack;
  const names = stacks.map(({ name }) => name).join(", ");
  throw new DemoError(
    `There are several environments (${names}), and the demo takes one: ` +
      `\`ENVIRONMENTS=${stack?.name ?? ""} npm run demo\`.`,
  );
}

/** @throws DemoError when nobody said yes, or nobody can be asked. */
async function askForAzure(yes: boolean): Promise<void> {
  // An Azure on this machine, whose environment `npm run local` has printed, costs nothing.
  if (yes || /^(localhost|127\.)/.test(process.env.ARM_METADATA_HOSTNAME ?? "")) return;
  if (!process.stdin.isTTY) {
    throw new DemoError(
      "There are Azure credentials in the environment, and nobody to ask whether to use them: " +
        "`npm run demo -- --yes` deploys to Azure, `npm run demo -- --local` stays on this machine.",
    );
  }
  const question = "This creates resources that cost money, and removes them again. Go on?";
  if (!(await confirm(question))) throw new DemoError("Nothing was deployed.");
}

/** The demo ends with a destroy, which must not be that of an environment that someone uses. */
async function refuseDeployed(
  environment: NodeJS.ProcessEnv,
  { name, directory }: SynthesizedStack,
): Promise<void> {
  const engine = new StackEngine(directory, environment);
  await engine.init();
  const { resources } = await engine.state();
  if (!resources.some(({ mode }) => mode === "managed")) return;
  throw new DemoError(
    `The environment ${name} is deployed already, and the demo would end by destroying it. ` +
      "Run `npm run demo -- --local`, or `npm run destroy` first.",
  );
}

async function resourceGroup(environment: NodeJS.ProcessEnv, output: string): Promise<string> {
  const outputs = JSON.parse(await engineOutput(undefined, output, environment)) as unknown;
  return z.object({ resource_group_name: z.object({ value: z.string() }) }).parse(outputs)
    .resource_group_name.value;
}

new Command("demo")
  .description(
    "The whole tutorial: deploys the stack, shows the model's reply in the pod's log, shows that a second\n" +
      "diff is empty, and removes everything again.\n" +
      "Without Azure credentials in the environment it starts a local Azure for itself. With them\n" +
      "(ARM_SUBSCRIPTION_ID, and ARM_CLIENT_SECRET, ARM_USE_OIDC, ARM_USE_MSI or ARM_USE_CLI) it uses Azure.\n" +
      "Exit code: 0 when everything worked, 1 when a step failed, 130 when interrupted.",
  )
  .option("--local", "use the local Azure even with Azure credentials in the environment", false)
  .option("--yes", "do not ask before deploying to Azure; needed where nobody can be asked", false)
  .action(demo)
  .parseAsync()
  .catch((error: unknown) => {
    console.error(`\ndemo: ${error instanceof Error ? error.message : String(error)}`);
    process.exitCode = interrupted.aborted ? INTERRUPTED : 1;
  });
