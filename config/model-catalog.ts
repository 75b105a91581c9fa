import catalog from "./models.json";

/** One version of a chat model, as `models.json` records it. */
export interface CatalogModel {
  readonly name: string;
  readonly version: string;
  /** Day (UTC, `YYYY-MM-DD`) from which Azure refuses deployments of it. */
  readonly retires: string;
  /** Name of the model that Microsoft suggests instead, where it suggests one. */
  readonly replacement?: string;
  /** Deployment types that it is offered with. */
  readonly skuNames: readonly string[];
}

/** Days before a retirement from which a deployment is warned about. */
const WARNING_DAYS = 90;
const DAY_MS = 24 * 60 * 60 * 1000;

export const models: readonly CatalogModel[] = catalog.models;

export function findModel(name: string, version: string): CatalogModel | undefined {
  return models.find((model) => model.name === name && model.version === version);
}

export function isRetired(model: CatalogModel, today: Date): boolean {
  return daysLeft(model, today) <= 0;
}

export function retiresSoon(model: CatalogModel, today: Date): boolean {
  return !isRetired(model, today) && daysLeft(model, today) <= WARNING_DAYS;
}

function daysLeft(model: CatalogModel, today: Date): number {
  return (Date.parse(model.retires) - today.getTime()) / DAY_MS;
}

/** What can still be deployed, the one that lives longest first. */
export function deployableModels(today: Date): readonly CatalogModel[] {
  return models
    .filter((model) => !isRetired(model, today))
    .sort((a, b) => b.retires.localeCompare(a.retires) || a.name.localeCompare(b.name));
}

/**
 * What to deploy instead. Microsoft's own suggestion may be retired by now (gpt-4 names gpt-4o,
 * which names gpt-5.1), so suggestions are followed to one that is not; without one, it is the
 * model that lives longest.
 */
export function suggestReplacement(model: CatalogModel, today: Date): CatalogModel | undefined {
  const deployable = deployableModels(today);
  const seen = new Set([model.name]);
  let name = model.replacement;
  while (name !== undefined && !seen.has(name)) {
    seen.add(name);
    const current = name;
    const found = deployable.find((candidate) => candidate.name === current);
    if (found) return found;
    name = models.findLast((candidate) => candidate.name === current)?.replacement;
  }
  return deployable[0];
}
