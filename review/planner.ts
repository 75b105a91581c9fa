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

/** Another run may hold the state's lock for a moment. */
const COMMON = ["-input=false", "-json", "-lock-timeout=5m"];

/** Runs the engine in the folder of one synthesized stack. */
export class Planner {
  /**
   * @param binary - The engine: `terraform` or `tofu`, by name or path.
   * @param directory - `cdktf.out/stacks/<environment>`.
   */
  constructor(
    readonly binary: string,
    readonly directory: string,
    readonly environment: NodeJS.ProcessEnv,
  ) {}

  /** @throws EngineError */
  async init(): Promise<void> {
    await this.#run(["init", "-input=false", "-no-color"]);
  }

  /**
   * Makes a plan of what the stack changes, or (`refreshOnly`) of what was changed outside it.
   *
   * @throws EngineError with the engine's diagnostics.
   */
  async plan(file: string, { refreshOnly = false } = {}): Promise<void> {
    const mode = refreshOnly ? ["-refresh-only"] : [];
    await this.#run(["plan", ...COMMON, `-out=${file}`, ...mode]);
  }

  /** The plan in the engine's JSON format. */
  async show(file: string): Promise<string> {
    return this.#run(["show", "-json", file]);
  }

  /**
   * Applies exactly what a plan file says.
   *
   * @param onProgress - Called with each line that tells a person what happens.
   * @throws EngineError
   */
  async apply(file: string, onProgress: (line: string) => void): Promise<void> {
    await this.#run(["apply", ...COMMON, file], onProgress);
  }

  /**
   * The engine is in a process group of its own and gets the first signal as one SIGINT: it then
   * finishes what it has begun, writes the state and releases its lock. A second signal would make it
   * stop at once, and cancelling a job sends SIGINT and, 7.5 s later, SIGTERM.
   *
   * @see https://docs.github.com/en/actions/reference/workflow-cancellation-reference
   */
  async #run(args: string[], onProgress?: (line: string) => void): Promise<string> {
    const child = spawn(this.binary, args, {
      cwd: this.directory,
      env: this.environment,
      stdio: ["ignore", "pipe", "pipe"],
      detached: true,
    });
    const interrupted = new AbortController();
    const interrupt = (): void => {
      if (interrupted.signal.aborted) return;
      interrupted.abort();
      child.kill("SIGINT");
    };
    process.on("SIGINT", interrupt).on("SIGTERM", interrupt);
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
    try {
      const code = await new Promise<number | null>((resolve, reject) => {
        child.on("error", reject).on("close", resolve);
      });
      if (interrupted.signal.aborted)
        throw new EngineError(`${this.binary} ${args[0] ?? ""} was interrupted.`, [], true);
      if (code !== 0) throw this.#failure(args[0] ?? "", output, errors);
      return output;
    } finally {
      process.off("SIGINT", interrupt).off("SIGTERM", interrupt);
    }
  }

  #failure(verb: string, output: string, errors: string): EngineError {
    const diagnostics = output
      .split("\n")
      .map((line) => readMessage(line)?.diagnostic)
      .filter((one) => one?.severity === "error");
    const texts = diagnostics.map((one) =>
      [one?.address, one?.summary, one?.detail].filter(Boolean).join(": "),
    );
    return new EngineError(
      texts.length > 0 ? texts.join("\n\n") : `${this.binary} ${verb} failed:\n${errors || output}`,
      diagnostics.map((one) => one?.summary ?? ""),
    );
  }
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
