import { existsSync } from "node:fs";
import { join } from "node:path";
import { defaultSettings } from "./defaults";
import { environments } from "./environments";
import { checkModel } from "./model-check";
import { ConfigurationError, describeIssues } from "./problems";
import {
  type Backend,
  type EnvironmentSettings,
  type Settings,
  settingsSchema,
  stateKey,
} from "./settings";
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

const longestNodeGroup = 80;

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
    if (!Object.hasOwn(given, name) && !Object.hasOwn(presets, name)) {
      const known = [...new Set([...Object.keys(given), ...Object.keys(presets)])].join(", ");
      problems.push(`environment ${JSON.stringify(name)} was asked for; known: ${known}`);
      continue;
    }
    const entry = Object.hasOwn(given, name) ? given[name] : { preset: name };
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
  problems.push(...checkTogether(name, validParts(merged)));
  const model = checkModel(name, merged.model, today);
  problems.push(...model.problems);
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

/** What can be looked at together although something else is wrong. */
function validParts(merged: Readonly<Record<string, unknown>>): Partial<Settings> {
  const parts = Object.entries(settingsSchema.shape).map(
    ([key, schema]) => [key, schema.safeParse(merged[key]).data] as const,
  );
  return Object.fromEntries(parts);
}

/** What the schema cannot say: one setting that depends on another, or on this machine's files. */
function checkTogether(environment: string, settings: Partial<Settings>): string[] {
  const { cluster, image, location, registry, resourceGroupName } = settings;
  const problems: string[] = [];
  // AKS refuses it in the middle of a deployment: "The length of the node resource group name is too
  // long" (Azure-Terraform/terraform-azurerm-kubernetes issue 33, https://aka.ms/aks-naming-rules).
  const nodeGroup = cluster && `MC_${resourceGroupName ?? ""}_${cluster.name}_${location ?? ""}`;
  if (nodeGroup && nodeGroup.length > longestNodeGroup) {
    problems.push(
      `${environment}.cluster.name: ${JSON.stringify(cluster.name)} was given, with which AKS names the ` +
        `nodes' group ${nodeGroup} (${nodeGroup.length} characters); allowed: up to ${longestNodeGroup} ` +
        `together with resourceGroupName and location`,
    );
  }
  if (registry?.anonymousPull && registry.sku === "Basic") {
    problems.push(
      `${environment}.registry.anonymousPull: true was given with sku "Basic"; allowed: true with ` +
        `Standard or Premium, false with any`,
    );
  }
  if (image?.source.type === "folder" && !existsSync(join(image.source.folder, "Dockerfile"))) {
    problems.push(
      `${environment}.image.source.folder: ${JSON.stringify(image.source.folder)} was given; ` +
        `allowed: a folder with a Dockerfile, relative to the project`,
    );
  }
  return problems;
}

/** Two environments must not own the same group, the same state, or a name that is unique in all of Azure. */
function findCollisions(loaded: readonly Environment[]): string[] {
  const owners = new Map<string, string>();
  const problems: string[] = [];
  const claim = (environment: string, setting: string, value: string | undefined): void => {
    if (value === undefined) return;
    const owner = owners.get(value);
    if (owner === undefined) owners.set(value, environment);
    else problems.push(`${environment}.${setting}: the same as ${owner}'s; each needs its own`);
  };
  for (const { name, settings } of loaded) {
    const { resourceGroupName, registry, openai } = settings;
    claim(name, "resourceGroupName", `group ${resourceGroupName.toLowerCase()}`);
    claim(name, "registry.name", registry.name && `registry ${registry.name.toLowerCase()}`);
    claim(
      name,
      "openai.customSubdomainName",
      openai.customSubdomainName && `subdomain ${openai.customSubdomainName}`,
    );
    claim(name, "backend", statePlace(name, settings.backend));
  }
  return problems;
}

/** What tells one state from another; a local one is named after its environment. */
function statePlace(environment: string, backend: Backend): string | undefined {
  switch (backend.type) {
    case "local":
      return undefined;
    case "azurerm": {
      const { storageAccountName, containerName } = backend;
      return `state ${storageAccountName}/${containerName}/${stateKey(environment, backend)}`;
    }
    case "cloud": {
      const { hostname, organization, workspace } = backend;
      return `state ${hostname ?? "app.terraform.io"}/${organization}/${workspace}`;
    }
  }
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
