import { type ChildProcess, spawn } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { program, temporaryFolder } from "../engine/fixtures";

const root = resolve(__dirname, "../..");

/** A command of the project that runs, with an engine of a few shell lines. */
export interface CommandProcess {
  readonly child: ChildProcess;
  /** The exit code. */
  readonly ended: Promise<number | null>;
  /** Standard output and standard error, as they came. */
  readonly output: () => string;
  /** What the engine was asked for, one line for each call. */
  readonly calls: () => string[];
}

/** @param environment - On top of the process's own. */
export function startCommand(
  engine: readonly string[],
  [command = "", ...args]: readonly string[],
  environment: NodeJS.ProcessEnv = {},
): CommandProcess {
  const folder = temporaryFolder();
  const calls = join(folder, "calls");
  const binary = program(
    join(folder, "engine"),
    `if [ "$1" = version ]; then echo '{"terraform_version": "1.11.4"}'; exit; fi`,
    `echo "$*" >> ${calls}`,
    ...engine,
  );
  const child = spawn(
    process.execPath,
    ["--require", "./register-tsx.cjs", `commands/${command}.ts`, ...args],
    {
      cwd: root,
      // Any file: the providers are then the user's own.
      env: {
        ...process.env,
        TERRAFORM_BINARY_NAME: binary,
        TF_CLI_CONFIG_FILE: binary,
        ...environment,
      },
      stdio: ["ignore", "pipe", "pipe"],
    },
  );
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
