import { AzureError } from "../../core/errors";
import type { ArmResource } from "../../core/planes";
import catalogue from "./model-catalogue.json";

/** A model that this region has, or had. */
export interface Model {
  readonly name: string;
  readonly version: string;
  /** The day from which it cannot be deployed any more. */
  readonly retires?: string;
  /** The version that is meant when none is given. */
  readonly default?: boolean;
  readonly skus: readonly string[];
}

export const MODELS: readonly Model[] = catalogue.models;

type Named = Pick<Model, "name">;

export const embeds = ({ name }: Named) => name.includes("embedding");

export const answersChat = (model: Named) =>
  !embeds(model) && !/dall-e|gpt-image|whisper|tts|sora/.test(model.name);

export const isRetired = ({ retires }: Model, today: Date) =>
  retires !== undefined && Date.parse(retires) <= today.getTime();

/** What a deployment may take of one model and SKU, together with the others of the subscription. */
export const QUOTA = catalogue.defaultQuota;

/** How much of its quota each model and SKU takes. Source: azure-rest-api-specs, `Usages_List`. */
export function modelUsages(deployments: readonly ArmResource[]): unknown[] {
  const used = (name: string, sku: string) =>
    deployments
      .filter(
        ({ sku: own, properties }) =>
          own?.name === sku && (properties.model as { name: string }).name === name,
      )
      .reduce((sum, { sku: own }) => sum + Number(own?.capacity ?? 0), 0);
  const named = new Map(
    MODELS.flatMap(({ name, skus }) =>
      skus.map((sku) => [`OpenAI.${sku}.${name}`, { name, sku }] as const),
    ),
  );
  return [...named].map(([value, { name, sku }]) => ({
    name: { value, localizedValue: `Tokens Per Minute (thousands) - ${name} - ${sku}` },
    currentValue: used(name, sku),
    limit: QUOTA,
    unit: "Count",
  }));
}

/**
 * The model that a deployment asks for.
 *
 * Source of codes and texts: terraform-provider-azurerm issues 22825 and 24162; the answers of
 * Microsoft.CognitiveServices to a model that is not there, or not any more.
 *
 * @throws AzureError 400.
 */
export function requireModel(
  given: { readonly format: string; readonly name: string; readonly version?: string },
  sku: string,
  today: Date,
): Model {
  const named = MODELS.filter(({ name }) => name === given.name);
  const model =
    given.version === undefined
      ? (named.find((candidate) => candidate.default) ?? named.at(-1))
      : named.find(({ version }) => version === given.version);
  const described = `Format:${given.format},Name:${given.name},Version:${given.version ?? ""}`;
  if (given.format !== "OpenAI" || !model) {
    throw new AzureError(
      400,
      "DeploymentModelNotSupported",
      `The model '${described}' of account deployment is not supported.`,
    );
  }
  if (model.retires !== undefined && isRetired(model, today)) {
    const [year, month, day] = model.retires.split("-");
    throw new AzureError(
      400,
      "ServiceModelDeprecated",
      `The model '${described}' has been deprecated since ${month}/${day}/${year} 00:00:00.`,
    );
  }
  if (!model.skus.includes(sku)) {
    throw new AzureError(
      400,
      "InvalidResourceProperties",
      `The specified SKU '${sku}' of account deployment is not supported by the model '${model.name}' version '${model.version}'.`,
    );
  }
  return model;
}
