import { readFileSync } from "node:fs";
import type { LoadOptions } from "./load";
import { ConfigurationError } from "./problems";

/**
 * What the process environment says about the environments to load.
 *
 * - `ENVIRONMENTS`: names divided by commas, of entries or presets (`ENVIRONMENTS=tutorial npx
 *   cdktf deploy`); unset: every entry.
 * - `ENVIRONMENTS_FILE`: a JSON file to read the entries from instead of `config/environments.ts`.
 *
 * @throws ConfigurationError when that file cannot be read as a JSON object.
 */
export function optionsFromProcess(
  env: Readonly<Record<string, string | undefined>>,
): Pick<LoadOptions, "environments" | "names"> {
  const names = env.ENVIRONMENTS?.split(",")
    .map((name) => name.trim())
    .filter((name) => name !== "");
  const file = env.ENVIRONMENTS_FILE;
  return { names, environments: file === undefined ? undefined : readEnvironments(file) };
}

function readEnvironments(file: string): Record<string, unknown> {
  const problem = (reason: string): ConfigurationError =>
    new ConfigurationError([
      `ENVIRONMENTS_FILE: ${JSON.stringify(file)} was given, ${reason}; allowed: a JSON file with ` +
        `one group of settings for each environment's name`,
    ]);
  let content: unknown;
  try {
    content = JSON.parse(readFileSync(file, "utf8"));
  } catch (error) {
    throw problem(error instanceof SyntaxError ? "which is not JSON" : "which cannot be read");
  }
  if (typeof content !== "object" || content === null || Array.isArray(content)) {
    throw problem("which holds no object");
  }
  return content as Record<string, unknown>;
}
