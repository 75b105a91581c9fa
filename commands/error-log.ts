import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

/**
 * The errors of an engine and its providers, when cdktf runs it and the terminal is the user's: they go into a file too.
 *
 * @see https://developer.hashicorp.com/terraform/internals/debugging
 */
export class ErrorLog {
  readonly #folder = mkdtempSync(join(tmpdir(), "engine-errors-"));
  readonly #file = join(this.#folder, "log");

  /** @param environment - Who has asked for a log of their own keeps it; this one is empty then. */
  constructor(private readonly environment: NodeJS.ProcessEnv) {}

  /** The environment for the engine. */
  engineEnvironment(): NodeJS.ProcessEnv {
    const { TF_LOG, TF_LOG_PATH } = this.environment;
    if (TF_LOG ?? TF_LOG_PATH) return this.environment;
    return { ...this.environment, TF_LOG: "ERROR", TF_LOG_PATH: this.#file };
  }

  /** What was written since the last time. */
  take(): string {
    const text = existsSync(this.#file) ? readFileSync(this.#file, "utf8") : "";
    rmSync(this.#file, { force: true });
    return text;
  }

  remove(): void {
    rmSync(this.#folder, { recursive: true });
  }
}
