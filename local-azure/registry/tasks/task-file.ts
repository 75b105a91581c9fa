import { parse } from "yaml";
import { z } from "zod";

const strings = z.array(z.string());
const seconds = z.number().int().min(0);

const step = z.strictObject({
  // It names a folder of the run.
  id: z
    .string()
    .regex(/^\w[\w.-]*$/, "an id has letters, digits, '_', '-' and '.' only")
    .optional(),
  build: z.string().optional(),
  cmd: z.string().optional(),
  push: z.union([strings, z.string().transform((name) => [name])]).optional(),
  env: strings.optional(),
  when: strings.optional(),
  ignoreErrors: z.boolean().optional(),
  timeout: seconds.optional(),
  retries: seconds.optional(),
  retryDelay: seconds.optional(),
  repeat: seconds.optional(),
  startDelay: seconds.optional(),
  workingDirectory: z.string().optional(),
  entryPoint: z.string().optional(),
  disableWorkingDirectoryOverride: z.boolean().optional(),
  // Accepted, since they are in many tasks, and without effect on a process of this machine.
  cache: z.string().optional(),
  keep: z.boolean().optional(),
  pull: z.boolean().optional(),
  user: z.string().optional(),
  privileged: z.boolean().optional(),
  isolation: z.string().optional(),
  network: z.string().optional(),
  expose: strings.optional(),
  ports: strings.optional(),
  detach: z.boolean().optional(),
});

const taskFile = z.strictObject({
  version: z.enum(["1.0-preview-1", "v1.0.0", "v1.1.0"]).default("1.0-preview-1"),
  stepTimeout: seconds.optional(),
  workingDirectory: z.string().optional(),
  env: strings.default([]),
  // `src`, a file of aliases elsewhere, is refused.
  alias: z.strictObject({ values: z.record(z.string(), z.string()).optional() }).optional(),
  steps: z.array(step).min(1),
});

export type Step = z.infer<typeof step> & { readonly id: string };

export interface TaskFile {
  readonly stepTimeout: number;
  readonly workingDirectory?: string;
  readonly env: readonly string[];
  readonly steps: readonly Step[];
}

/** What `{{.Run...}}` stands for in a task. */
export interface RunVariables {
  readonly ID: string;
  readonly Registry: string;
  readonly RegistryName: string;
  readonly Date: string;
  readonly SharedVolume: string;
  readonly OS: string;
  readonly Architecture: string;
  readonly Commit: string;
  readonly Branch: string;
  readonly TaskName: string;
}

/** The aliases that every task of version v1.1.0 or later has. */
const RUN_ALIASES = [
  "ID",
  "SharedVolume",
  "Registry",
  "RegistryName",
  "Date",
  "OS",
  "Architecture",
  "Commit",
  "Branch",
] as const;

/** The images that such a task knows by a short name. */
const IMAGE_ALIASES: Readonly<Record<string, string>> = {
  acr: "mcr.microsoft.com/acr/acr-cli",
  az: "mcr.microsoft.com/acr/azure-cli",
  bash: "mcr.microsoft.com/acr/bash",
  curl: "mcr.microsoft.com/acr/curl",
};

const DEFAULT_STEP_TIMEOUT_SECONDS = 600;

/**
 * Reads a multi-step task.
 *
 * Source: https://learn.microsoft.com/azure/container-registry/container-registry-tasks-reference-yaml
 *
 * @throws Error naming what is wrong.
 */
export const parseTask = (
  content: string,
  run: RunVariables,
  values: Readonly<Record<string, string>>,
): TaskFile => {
  const document = readYaml(render(replaceAliases(content, run), run, values));
  const result = taskFile.safeParse(document);
  if (!result.success) {
    const problems = result.error.issues.map(
      ({ path, message }) => `${path.map(String).join(".")}: ${message}`,
    );
    throw new Error(`failed to unmarshal the task: ${problems.join("; ")}`);
  }
  const { stepTimeout = DEFAULT_STEP_TIMEOUT_SECONDS, workingDirectory, env } = result.data;
  const steps = result.data.steps.map((entry, index) => ({
    ...entry,
    id: entry.id ?? `acb_step_${index}`,
  }));
  const ids = new Set<string>();
  for (const entry of steps) {
    const kinds = [entry.build, entry.cmd, entry.push].filter((value) => value !== undefined);
    if (kinds.length !== 1) {
      throw new Error(`step ${entry.id}: a step has exactly one of build, cmd and push`);
    }
    if (ids.has(entry.id)) throw new Error(`step ${entry.id}: the id is used twice`);
    for (const id of entry.when ?? []) {
      // As in Azure, a step can only wait for one that stands before it; `-` is nothing.
      if (id !== "-" && !ids.has(id)) {
        throw new Error(`step ${entry.id}: when: "${id}" is not the id of an earlier step`);
      }
    }
    ids.add(entry.id);
  }
  return { stepTimeout, workingDirectory, env, steps };
};

const readYaml = (text: string): unknown => {
  try {
    return parse(text);
  } catch (error) {
    throw new Error(`failed to unmarshal the task: ${(error as Error).message}`, { cause: error });
  }
};

/**
 * What is no alias stays as it is.
 *
 * Source: https://learn.microsoft.com/azure/container-registry/container-registry-tasks-reference-yaml#aliases
 * and Azure/acr-builder, graph/preprocessor.go.
 */
const replaceAliases = (content: string, run: RunVariables): string => {
  const version = /^version:\s*["']?([\w.-]+)/m.exec(content)?.[1];
  if (version !== "v1.1.0") return content;
  const own = (readAliases(content) ?? {}) as Record<string, string>;
  return scannedLines(content).replace(/\$(\$|[A-Za-z0-9]+)/g, (match, name: string) => {
    if (name === "$") return "$";
    const runName = RUN_ALIASES.find((alias) => alias === name);
    return own[name] ?? (runName ? run[runName] : IMAGE_ALIASES[name]) ?? match;
  });
};

/**
 * A task with aliases is read by Go's line scanner, which stops at a line that its buffer of 64 KiB
 * does not hold; that line and all after it are lost, and nothing is said.
 *
 * Source: Azure/acr-builder, graph/preprocessor.go, `SeparateAliasFromRest`.
 */
const scannedLines = (content: string): string => {
  const lines = content.split("\n");
  const tooLong = lines.findIndex((line) => Buffer.byteLength(line) >= 64 * 1024);
  return tooLong === -1 ? content : `${lines.slice(0, tooLong).join("\n")}\n`;
};

/** The task's own aliases must be known before the text that uses them is valid. */
const readAliases = (content: string): unknown => {
  try {
    return (parse(content) as { alias?: { values?: unknown } } | null)?.alias?.values;
  } catch {
    return undefined;
  }
};

/** The part of Go's templates that tasks use: fields. */
const render = (
  content: string,
  run: RunVariables,
  values: Readonly<Record<string, string>>,
): string =>
  content.replace(/\{\{-?\s*(.*?)\s*-?\}\}/g, (match, expression: string) => {
    const [, group, name = ""] = /^\.(Run|Values)\.(\w+)$/.exec(expression) ?? [];
    if (group === "Values") return values[name] ?? "<no value>";
    if (group === "Run" && name in run) return run[name as keyof RunVariables];
    throw new Error(`failed to render the task: ${match} is not a value of a run`);
  });
