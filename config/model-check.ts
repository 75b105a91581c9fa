import {
  deployableModels,
  findModel,
  isRetired,
  mayBeClosed,
  models,
  retiresSoon,
  suggestReplacement,
} from "./model-catalog";

export interface ModelCheck {
  readonly problems: readonly string[];
  readonly warnings: readonly string[];
}

/**
 * Holds an environment's `model` group against the catalogue: a known version, not retired, offered
 * with the SKU, and open to a subscription that never had it. Azure says all of this only in the middle of a deployment (hashicorp/
 * terraform-provider-azurerm issues 22825 and 24162).
 *
 * @param given - the group as it was given, perhaps malformed: what is not a string is left to the
 * schema.
 */
export function checkModel(environment: string, given: unknown, today: Date): ModelCheck {
  const nothing = { problems: [], warnings: [] };
  if (typeof given !== "object" || given === null) return nothing;
  const { name, version, skuName, allowRetired } = given as Record<string, unknown>;
  if (typeof name !== "string" || typeof version !== "string") return nothing;

  const versions = models.filter((model) => model.name === name);
  if (versions.length === 0) {
    const names = [...new Set(deployableModels(today).map((model) => model.name))].join(", ");
    return {
      ...nothing,
      problems: [
        `${environment}.model.name: "${name}" was given; allowed: one of ${names} ` +
          `(config/models.json lists them, a newer model can be added there)`,
      ],
    };
  }
  const model = findModel(name, version);
  if (!model) {
    return {
      ...nothing,
      problems: [
        `${environment}.model.version: "${version}" was given; allowed for ${name}: one of ` +
          versions.map((known) => known.version).join(", "),
      ],
    };
  }

  const problems: string[] = [];
  const warnings: string[] = [];
  const replacement = suggestReplacement(model, today);
  const instead =
    replacement && replacement !== model
      ? `use ${replacement.name} ${replacement.version} (until ${replacement.retires}, sku ${replacement.skuNames.join(" or ")})`
      : "the catalogue has no model that is not retired";
  const retired = `${name} ${version} was retired on ${model.retires}, Azure refuses to deploy it; ${instead}`;
  if (isRetired(model, today)) {
    if (allowRetired === true) warnings.push(`${environment}.model: ${retired}`);
    else {
      problems.push(`${environment}.model: ${retired}, or set model.allowRetired to try it`);
    }
  } else if (retiresSoon(model, today)) {
    warnings.push(
      `${environment}.model: ${name} ${version} retires on ${model.retires}; ${instead}`,
    );
  } else if (mayBeClosed(model, today)) {
    warnings.push(
      `${environment}.model: ${name} ${version} is more than a year old, Azure may refuse it to a ` +
        `subscription that has not deployed it before; ${instead}`,
    );
  } else if (model.quotaOnRequest) {
    warnings.push(
      `${environment}.model: a subscription may have no quota for ${name} until it asks ` +
        `(https://aka.ms/oai/stuquotarequest); ${instead}`,
    );
  }
  if (typeof skuName === "string" && !model.skuNames.includes(skuName)) {
    problems.push(
      `${environment}.model.skuName: "${skuName}" was given; allowed for ${name} ${version}: ` +
        model.skuNames.join(", "),
    );
  }
  return { problems, warnings };
}
