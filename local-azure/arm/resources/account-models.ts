import { apiVersions } from "../api-versions";
import type { ResourceType } from "../resource-type";
import { answersChat, embeds, isRetired, MODELS, QUOTA } from "./model-catalogue";

/** The models that an account can deploy: a list only. */
export const accountModels: ResourceType = {
  type: "Microsoft.CognitiveServices/accounts/models",
  apiVersions: apiVersions("Microsoft.CognitiveServices/accounts", "2022-10-01"),
  placement: "child",

  list: (_, { azure }) => modelsHere(azure.clock.now()),
};

/** The models of every region, as `Accounts_ListModels` answers them. */
export function modelsHere(today: Date): unknown[] {
  return MODELS.map((model) => ({
    format: "OpenAI",
    name: model.name,
    version: model.version,
    isDefaultVersion: model.default ?? false,
    skus: model.skus.map((sku) => ({
      name: sku,
      usageName: `OpenAI.${sku}.${model.name}`,
      capacity: { default: 1, maximum: QUOTA, minimum: 1, step: 1 },
    })),
    capabilities: {
      ...(answersChat(model) && { chatCompletion: "true" }),
      ...(embeds(model) && { embeddings: "true" }),
    },
    lifecycleStatus: isRetired(model, today) ? "Deprecated" : "GenerallyAvailable",
    ...(model.retires !== undefined && {
      deprecation: { inference: `${model.retires}T00:00:00Z` },
    }),
  }));
}
