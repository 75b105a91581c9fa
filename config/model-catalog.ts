import catalog from "./models.json";

/** One version of a chat model, as `models.json` records it. */
export interface CatalogModel {
  readonly name: string;
  readonly version: string;
  /** Day (UTC, `YYYY-MM-DD`) from which Azure refuses deployments of it. */
  readonly retires: string;
  /** Name of the model that Microsoft suggests instead, where it suggests one. */
  readonly replacement?: string;
  /** Whether some subscriptions have no quota for it until they ask. */
  readonly quotaOnRequest?: boolean;
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

/**
 * Whether its version is more than a year old. From then on a model is open only to subscriptions
 * that have deployed it before, at a day that the schedule does not give: Azure refuses others with
 * `ServiceModelDeprecating` (Microsoft Learn, "Foundry Models lifecycle and support policy").
 */
export function mayBeClosed(model: CatalogModel, today: Date): boolean {
  const [year, month, day] = model.version.split("-").map(Number);
  if (year === undefined || month === undefined || day === undefined) return true;
  return today.getTime() >= Date.UTC(year + 1, month - 1, day);
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
 * What to deploy instead: of the models that any subscription can have at once, the one that
 * Microsoft suggests. Its suggestion may be out of date by now (gpt-4 names gpt-4o, which names
 * gpt-5.1), so suggestions are followed; where they lead to no such model, it is the one that lives
 * longest.
 */
export function suggestReplacement(model: CatalogModel, today: Date): CatalogModel | undefined {
  const open = deployableModels(today).filter(
    (candidate) => !mayBeClosed(candidate, today) && candidate.quotaOnRequest !== true,
  );
  const seen = new Set([model.name]);
  let name = model.replacement;
  while (name !== undefined && !seen.has(name)) {
    seen.add(name);
    const current = name;
    const found = open.find((candidate) => candidate.name === current);
    if (found) return found;
    name = models.findLast((candidate) => candidate.name === current)?.replacement;
  }
  return open[0];
}
