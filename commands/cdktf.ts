import { parseArgs } from "node:util";
import { prepareEngine } from "../engine";
import { INTERRUPTED, runCdktf } from "./child";
import { diffWithout } from "./diff-without";
import { ErrorLog } from "./error-log";
import { findLostCluster, type LostCluster } from "./lost-cluster";
import { interruption } from "./interruption";
import { StackEngine } from "./stack-engine";
import { synthesizedStacks } from "./synthesized-stacks";
import { forgetUnfinished, importUnfinished, type Unfinished } from "./unfinished";
import { withoutLost } from "./without-lost";

const interrupted = interruption();

/**
 * `npm run deploy|diff|destroy`: cdktf's own verbs and flags, with the engine and the providers prepared, and
 * with a way through a lost cluster (see decisions/lost-cluster.md) and an interrupted deploy.
 */
async function main(verb: string, args: readonly string[]): Promise<number> {
  // Its first run may have to build an engine, which help does not need.
  if (args.includes("--help") || args.includes("-h")) return runCdktf(verb, args, process.env);
  const prepared = await prepareEngine();
  console.error(prepared.description);
  const environment = { ...process.env, ...prepared.environment };
  // Of a run that was killed.
  stackDirectories(args).forEach(forgetUnfinished);
  const code = await (verb === "deploy"
    ? deploy(args, environment)
    : runCdktf(verb, args, environment));

  for (const directory of code === 0 ? [] : stackDirectories(args)) {
    // A signal that arrives now ends the search.
    if (interrupted.aborted) break;
    const engine = new StackEngine(directory, environment);
    const lost = await findLostCluster(engine).catch(() => undefined);
    if (lost) return recover(verb, args, environment, engine, lost);
  }
  return code;
}

/** Deploys, and goes on with what an interrupted deploy has left behind, as often as it finds some. */
async function deploy(args: readonly string[], environment: NodeJS.ProcessEnv): Promise<number> {
  const log = new ErrorLog(environment);
  const unfinished = new Map<string, readonly Unfinished[]>();
  const count = (): number => [...unfinished.values()].flat().length;
  try {
    for (;;) {
      const code = await runCdktf("deploy", args, log.engineEnvironment());
      if (code === 0 || interrupted.aborted) return code;
      const errors = log.take();
      const before = count();
      for (const directory of stackDirectories(args)) {
        const engine = new StackEngine(directory, environment);
        const known = unfinished.get(directory) ?? [];
        unfinished.set(directory, await importUnfinished(engine, known, errors));
      }
      if (count() === before) return code;
      console.error("The deploy runs again, and imports it.\n");
    }
  } finally {
    log.remove();
    stackDirectories(args).forEach(forgetUnfinished);
  }
}

async function recover(
  verb: string,
  args: readonly string[],
  environment: NodeJS.ProcessEnv,
  engine: StackEngine,
  { address, fate, lost }: LostCluster,
): Promise<number> {
  const what = fate === "gone" ? "no longer exists" : "is going to be replaced";
  console.error(
    `\nThe cluster ${address} ${what}, and what runs in it goes with it: ${lost.join(", ")}.\n` +
      "The kubernetes provider cannot reach it any more, which is what the error above says.",
  );
  if (verb === "diff") {
    console.error("Comparing with a copy of the state that lacks them; the state itself stays.\n");
    return diffWithout(engine, lost, environment);
  }
  console.error(`Taking them out of the state; then ${verb} runs again.\n`);
  return withoutLost(engine, lost, () =>
    interrupted.aborted ? Promise.resolve(INTERRUPTED) : runCdktf(verb, args, environment),
  );
}

/** The folders of the stacks that the arguments name, or of the only one. */
function stackDirectories(args: readonly string[]): string[] {
  const { values, positionals } = parseArgs({
    args: [...args],
    options: { output: { type: "string", short: "o" } },
    strict: false,
  });
  const stacks = synthesizedStacks(String(values.output ?? "cdktf.out"));
  const named = stacks.filter(({ name }) => positionals.includes(name));
  const chosen = named.length === 0 && stacks.length === 1 ? stacks : named;
  return chosen.map(({ directory }) => directory);
}

const [verb, ...args] = process.argv.slice(2);
main(verb ?? "", args).then(
  (code) => {
    process.exitCode = code;
  },
  (error: unknown) => {
    console.error(`${verb ?? ""}: ${error instanceof Error ? error.message : String(error)}`);
    process.exitCode = interrupted.aborted ? INTERRUPTED : 1;
  },
);
