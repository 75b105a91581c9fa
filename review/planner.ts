import { type Engine, runEngine } from "../engine";

/** Another run may hold the state's lock for a moment. */
const COMMON = ["-input=false", "-json", "-lock-timeout=5m"];

/** Runs the engine in the folder of one synthesized stack. */
export class Planner implements Engine {
  constructor(
    readonly binary: string,
    readonly directory: string,
    readonly environment: NodeJS.ProcessEnv,
  ) {}

  /** @throws EngineError */
  async init(): Promise<void> {
    await runEngine(this, ["init", "-input=false", "-no-color"]);
  }

  /**
   * Makes a plan of what the stack changes, or (`refreshOnly`) of what was changed outside it.
   *
   * @throws EngineError with the engine's diagnostics.
   */
  async plan(file: string, { refreshOnly = false } = {}): Promise<void> {
    const mode = refreshOnly ? ["-refresh-only"] : [];
    await runEngine(this, ["plan", ...COMMON, `-out=${file}`, ...mode]);
  }

  /** The plan in the engine's JSON format. */
  async show(file: string): Promise<string> {
    return runEngine(this, ["show", "-json", file]);
  }

  /**
   * Applies exactly what a plan file says.
   *
   * @param onProgress - Called with each line that tells a person what happens.
   * @throws EngineError
   */
  async apply(file: string, onProgress: (line: string) => void): Promise<void> {
    await runEngine(this, ["apply", ...COMMON, file], { onProgress });
  }
}
