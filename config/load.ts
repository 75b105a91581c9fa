import { readFileSync } from "node:fs";
import { defaultSettings } from "./defaults";
import { environments } from "./environments";
import { checkModel } from "./model-check";
import { ConfigurationError, describeIssues } from "./problems";
import { type EnvironmentSettings, type Settings, settingsSchema } from "./settings";
import { tutorial } from "./tutorial";

/** One environment with all its settings; `name` is also the stack's name. */
export interface Environment {
  readonly name: string;
  readonly settings: Settings;
  /** What is allowed but should be known, such as a model that retires soon. */
  readonly warnings: readonly string[];
}

export interface LoadOptions {
  /** Settings by environment. @default what `environments.ts` exports */
  readonly environments?: Readonly<Record<string, unknown>>;
  /** Which of them; a preset's name also stands for an environment. @default all */
  readonly names?: readonly string[];
  /** The day that models' retirement dates are compared with. */
  readonly today: Date;
}

const presets: Readonly<Record<string, EnvironmentSettings>> = { tutorial };

/** The name becomes part of Azure's names, of a folder and of a state file. */
const environmentName = /^[a-z]([a-z0-9-]{0,18}[a-z0-9])?$/;

/**
 * Reads and checks every environment that is asked for.
 *
 * @throws ConfigurationError that lists every problem of every environment at once.
 */
export function loadEnvironments(options: LoadOptions): Environment[] {
  const given = options.environments ?? environments;
  const names = options.names ?? Object.keys(given);
  const problems: string[] = [];
  const loaded: Environment[] = [];

  if (names.length === 0) problems.push("environments: none was given; at least one is needed");
  for (const name of new Set(names)) {
    const entry = given[name] ?? (Object.hasOwn(presets, name) ? { preset: name } : undefined);
    if (entry === undefined) {
      const known = [...new Set([...Object.keys(given), ...Object.keys(presets)])].join(", ");
      problems.push(`environment ${JSON.stringify(name)} was asked for; known: ${known}`);
      continue;
    }
    const result = loadEnvironment(name, entry, options.today);
    if ("problems" in result) problems.push(...result.problems);
    else loaded.push(result);
  }
  problems.push(...findCollisions(loaded));

  if (problems.length > 0) throw new ConfigurationError(problems);
  return loaded;
}

function loadEnvironment(
  name: string,
  entry: unknown,
  today: Date,
): Environment | { readonly problems: string[] } {
  const problems: string[] = [];
  if (!environmentName.test(name)) {
    problems.push(
      `environment ${JSON.stringify(name)}: the name may have 1 to 20 lower-case letters, digits ` +
        `or -, starting with a letter and not ending in -`,
    );
  }
  if (!isObject(entry)) {
    problems.push(`${name}: ${JSON.stringify(entry)} was given; allowed: a group of settings`);
    return { problems };
  }
  const { preset, ...changes } = entry;
  if (preset !== undefined && !(typeof preset === "string" && Object.hasOwn(presets, preset))) {
    problems.push(
      `${name}.preset: ${JSON.stringify(preset)} was given; allowed: one of ${Object.keys(presets).join(", ")}`,
    );
  }
  const base = typeof preset === "string" ? (presets[preset] ?? {}) : {};
  const merged = [base, changes].reduce<Record<string, unknown>>(merge, {
    ...defaultSettings(name),
  });

  const parsed = settingsSchema.safeParse(merged);
  if (!parsed.success) problems.push(...describeIssues(name, merged, parsed.error.issues));
  const model = checkModel(name, merged["model"], today);
  problems.push(...model.problems, ...checkCombinations(name, merged));
  if (!parsed.success || problems.length > 0) return { problems };
  return { name, settings: parsed.data, warnings: model.warnings };
}

/** Groups are merged setting by setting; a union's value (`backend`, `image.source`) is replaced whole. */
function merge(base: Record<string, unknown>, changes: object): Record<string, unknown> {
  const merged = { ...base };
  for (const [key, value] of Object.entries(changes) as [string, unknown][]) {
    const before = merged[key];
    merged[key] =
      isObject(before) && isObject(value) && key !== "backend" ? { ...before, ...value } : value;
  }
  return merged;
}

function checkCombinations(environment: string, settings: Record<string, unknown>): string[] {
  const registry = settings["registry"];
  if (!isObject(registry) || registry["anonymousPull"] !== true || registry["sku"] !== "Basic") {
    return [];
  }
  return [
    `${environment}.registry.anonymousPull: true was given with sku "Basic"; allowed: true with ` +
      `Standard or Premium, false with any`,
  ];
}

/** Two environments must not own the same group or the same state. */
function findCollisions(loaded: readonly Environment[]): string[] {
  const owners = new Map<string, string>();
  const problems: string[] = [];
  const claim = (environment: string, setting: string, value: string): void => {
    const owner = owners.get(value);
    if (owner === undefined) owners.set(value, environment);
    else problems.push(`${environment}.${setting}: the same as ${owner}'s; each needs its own`);
  };
  for (const { name, settings } of loaded) {
    claim(name, "resourceGroupName", `group ${settings.resourceGroupName.toLowerCase()}`);
    if (settings.backend.type !== "local") {
      claim(name, "backend", `state ${JSON.stringify(settings.backend)}`);
    }
  }
  return problems;
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

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
  const names = env["ENVIRONMENTS"]
    ?.split(",")
    .map((name) => name.trim())
    .filter((name) => name !== "");
  const file = env["ENVIRONMENTS_FILE"];
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
  if (!isObject(content)) throw problem("which holds no object");
  return content;
}
