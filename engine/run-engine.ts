import { spawn } from "node:child_process";

/** The engine reported errors, or ended with an exit code of failure. */
export class EngineError extends Error {
  /**
   * @param summaries - The `summary` of each diagnostic, which is how the kinds of errors are told apart.
   */
  constructor(
    message: string,
    readonly summaries: readonly string[],
    readonly interrupted = false,
  ) {
    super(message);
    this.name = "EngineError";
  }
}

/** An engine, and where and with what it runs. */
export interface Engine {
  /** `terraform` or `tofu`, by name or path. */
  readonly binary: string;
  /** `cdktf.out/stacks/<environment>`. */
  readonly directory: string;
  readonly environment: NodeJS.ProcessEnv;
}

/**
 * Runs one command of the engine.
 *
 * The engine is in a process group of its own and gets the first signal as one SIGINT: it then
 * finishes what it has begun, writes the state and releases its lock. A second signal would make it
 * stop at once, and cancelling a job sends SIGINT and, 7.5 s later, SIGTERM.
 *
 * @param options.onProgress - Called with each line that tells a person what happens.
 * @returns What it printed.
 * @throws EngineError with the engine's diagnostics.
 * @see https://docs.github.com/en/actions/reference/workflow-cancellation-reference
 */
export async function runEngine(
  { binary, directory, environment }: Engine,
  args: readonly string[],
  { input, onProgress }: { input?: string; onProgress?: (line: string) => void } = {},
): Promise<string> {
  const child = spawn(binary, args, {
    cwd: directory,
    env: environment,
    stdio: ["pipe", "pipe", "pipe"],
    detached: true,
  });
  const interrupted = new AbortController();
  const interrupt = (): void => {
    if (interrupted.signal.aborted) return;
    interrupted.abort();
    child.kill("SIGINT");
  };
  process.on("SIGINT", interrupt).on("SIGTERM", interrupt);
  // An engine that ends before it has read its input says why itself.
  child.stdin.on("error", () => undefined).end(input);
  let output = "";
  let errors = "";
  let rest = "";
  child.stdout.setEncoding("utf8").on("data", (text: string) => {
    output += text;
    if (!onProgress) return;
    const lines = (rest + text).split("\n");
    rest = lines.pop() ?? "";
    for (const line of lines) onProgress(readMessage(line)?.["@message"] ?? line);
  });
  child.stderr.setEncoding("utf8").on("data", (text: string) => (errors += text));
  const command = `${binary} ${args[0] ?? ""}`;
  try {
    const code = await new Promise<number | null>((resolve, reject) => {
      child.on("error", reject).on("close", resolve);
    });
    if (interrupted.signal.aborted) throw new EngineError(`${command} was interrupted.`, [], true);
    if (code !== 0) throw failure(command, output, errors);
    return output;
  } finally {
    process.off("SIGINT", interrupt).off("SIGTERM", interrupt);
  }
}

function failure(command: string, output: string, errors: string): EngineError {
  const diagnostics = output
    .split("\n")
    .map((line) => readMessage(line)?.diagnostic)
    .filter((one) => one?.severity === "error");
  const texts = diagnostics.map((one) =>
    [one?.address, one?.summary, one?.detail].filter(Boolean).join(": "),
  );
  return new EngineError(
    texts.length > 0 ? texts.join("\n\n") : `${command} failed:\n${errors || output}`,
    diagnostics.map((one) => one?.summary ?? ""),
  );
}

/**
 * One line of what `-json` prints.
 *
 * @see https://developer.hashicorp.com/terraform/internals/machine-readable-ui
 */
interface Message {
  readonly "@message"?: string;
  readonly diagnostic?: {
    readonly severity: string;
    readonly summary: string;
    readonly detail?: string;
    readonly address?: string;
  };
}

function readMessage(line: string): Message | undefined {
  if (!line.startsWith("{")) return undefined;
  try {
    return JSON.parse(line) as Message;
  } catch {
    return undefined;
  }
}
