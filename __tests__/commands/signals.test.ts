import { spawn } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { program, temporaryFolder } from "../engine/fixtures";

const root = resolve(__dirname, "../..");

/** Runs a command of the project with an engine of a few shell lines, which notes in `calls` what it is asked. */
function start(engine: readonly string[], command: string, ...args: string[]) {
  const folder = temporaryFolder();
  const calls = join(folder, "calls");
  const binary = program(
    join(folder, "engine"),
    `if [ "$1" = version ]; then echo '{"terraform_version": "1.11.4"}'; exit; fi`,
    `echo "$*" >> ${calls}`,
    ...engine,
  );
  const child = spawn(process.execPath, ["--import", "tsx", `commands/${command}.ts`, ...args], {
    cwd: root,
    // Any file: the providers are then the user's own.
    env: { ...process.env, TERRAFORM_BINARY_NAME: binary, TF_CLI_CONFIG_FILE: binary },
    stdio: ["ignore", "pipe", "pipe"],
  });
  let output = "";
  for (const stream of [child.stdout, child.stderr])
    stream.on("data", (text: Buffer) => (output += text.toString()));
  const ended = new Promise<number | null>((done) => child.on("close", done));
  return {
    child,
    ended,
    output: () => output,
    calls: () => (existsSync(calls) ? readFileSync(calls, "utf8").trim().split("\n") : []),
  };
}

test("a review that is interrupted ends with its plan, and asks nothing more of the engine", async () => {
  const sleeping = [
    `[ "$1" = plan ] || exit 0`,
    `trap 'exit 1' INT`,
    "while :; do sleep 0.1; done",
  ];
  const review = start(sleeping, "review", "--cdktf-out", temporaryFolder());
  const planning = setInterval(() => {
    if (review.calls().some((call) => call.startsWith("plan "))) review.child.kill("SIGTERM");
  }, 50);
  const code = await review.ended;
  clearInterval(planning);
  expect(review.output()).toMatch(/plan was interrupted/);
  expect(code).toBe(1);
  expect(review.calls().map((call) => call.split(" ")[0])).toEqual(["init", "plan"]);
});
