import { spawn } from "node:child_process";
import { resolve } from "node:path";
import { EngineGuard } from "./engine-guard";

/** The exit code of what a signal ended. */
export const INTERRUPTED = 130;

const root = resolve(__dirname, "..");

/**
 * Runs a verb of cdktf; see {@link runNode}. Where no terminal shows them, cdktf leaves its spinner's frames out
 * as it does in CI.
 */
export async function runCdktf(
  verb: string,
  args: readonly string[],
  environment: NodeJS.ProcessEnv,
  onOutput?: (text: string) => void,
): Promise<number> {
  const cdktf = require.resolve("cdktf-cli/bundle/bin/cdktf");
  const quiet = process.stdout.isTTY ? {} : { CI: "true" };
  const guard = new EngineGuard(environment);
  try {
    return await runNode([cdktf, verb, ...args], { ...guard.environment, ...quiet }, onOutput);
  } finally {
    await guard.end();
  }
}

/** Runs one of this folder's commands; see {@link runNode}. */
export async function runCommand(
  name: string,
  args: readonly string[],
  environment: NodeJS.ProcessEnv,
): Promise<number> {
  return runNode(["--require", "./register-tsx.cjs", `commands/${name}.ts`, ...args], environment);
}

/**
 * Runs Node in the project's folder and waits for its end. A signal to this process is passed on, so that the
 * engine below can finish what it is doing and release the state.
 *
 * @param onOutput - Called with what is printed, which is printed here too; without it the child has the
 * terminal.
 * @returns The exit code; 130 when a signal ended it.
 */
async function runNode(
  args: readonly string[],
  environment: NodeJS.ProcessEnv,
  onOutput?: (text: string) => void,
): Promise<number> {
  const child = spawn(process.execPath, args, {
    cwd: root,
    env: environment,
    stdio: ["inherit", onOutput ? "pipe" : "inherit", "inherit"],
  });
  child.stdout?.setEncoding("utf8").on("data", (text: string) => {
    process.stdout.write(text);
    onOutput?.(text);
  });
  const pass = (signal: NodeJS.Signals): void => {
    // A terminal sends Ctrl-C to the whole group, the child included; a second one would stop it hard.
    if (signal === "SIGHUP") child.kill("SIGTERM");
    else if (signal !== "SIGINT" || !process.stdin.isTTY) child.kill(signal);
  };
  process.on("SIGINT", pass).on("SIGTERM", pass).on("SIGHUP", pass);
  try {
    return await new Promise<number>((done, failed) => {
      child.on("error", failed);
      child.on("close", (code) => {
        done(code ?? INTERRUPTED);
      });
    });
  } finally {
    process.off("SIGINT", pass).off("SIGTERM", pass).off("SIGHUP", pass);
  }
}
