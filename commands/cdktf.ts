import { prepareEngine } from "../engine";
import { diffWithout } from "./diff-without";
import { findLostCluster, type LostCluster } from "./lost-cluster";
import { runCdktf } from "./child";
import { StackEngine } from "./stack-engine";
import { synthesizedStacks } from "./synthesized-stacks";

/**
 * `npm run deploy|diff|destroy`: cdktf's own verbs and flags, with the engine and the providers prepared, and
 * with a way through a lost cluster (see decisions/lost-cluster.md).
 */
async function main(verb: string, args: readonly string[]): Promise<number> {
  const prepared = await prepareEngine();
  console.error(prepared.description);
  const environment = { ...process.env, ...prepared.environment };
  const code = await runCdktf(verb, args, environment);
  if (code === 0 || interrupted || args.includes("--help") || args.includes("-h")) return code;

  for (const directory of stackDirectories(args)) {
    const engine = new StackEngine(directory, environment);
    const lost = await findLostCluster(engine).catch(() => undefined);
    if (lost) return recover(verb, args, environment, engine, lost);
  }
  return code;
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
  const before = await engine.pullState();
  await engine.forget(lost);
  const { serial } = await engine.state();
  const code = await runCdktf(verb, args, environment);
  if (code !== 0 && (await engine.state()).serial === serial) {
    await engine.pushState(before);
    console.error("Nothing was applied: the state is as it was before.");
  }
  return code;
}

/** The folders of the stacks that the arguments name, or of the only one. */
function stackDirectories(args: readonly string[]): string[] {
  const flag = args.findIndex((arg) => arg === "--output" || arg === "-o");
  const stacks = synthesizedStacks((flag >= 0 ? args[flag + 1] : undefined) ?? "cdktf.out");
  const named = stacks.filter(({ name }) => args.includes(name));
  const chosen = named.length === 0 && stacks.length === 1 ? stacks : named;
  return chosen.map(({ directory }) => directory);
}

let interrupted = false;
for (const signal of ["SIGINT", "SIGTERM"] as const) {
  process.on(signal, () => {
    interrupted = true;
  });
}

const [verb, ...args] = process.argv.slice(2);
main(verb ?? "", args).then(
  (code) => {
    process.exitCode = code;
  },
  (error: unknown) => {
    console.error(`${verb ?? ""}: ${error instanceof Error ? error.message : String(error)}`);
    process.exitCode = 1;
  },
);
