import { apiVersions } from "../api-versions";
import type { ResourceType } from "../resource-type";
import { MODELS, QUOTA } from "./model-catalogue";

/** The models that an account can deploy: a list only. */
export const accountModels: ResourceType = {
  type: "Microsoft.CognitiveServices/accounts/models",
  apiVersions: apiVersions("Microsoft.CognitiveServices/accounts", "2022-10-01"),
  placement: "child",

  list: (_, { azure }) => modelsHere(azure.clock.now()),
};

/** The models of every region, as `Accounts_ListModels` answers them. */
export function modelsHere(today: Date): unknown[] {
  return MODELS.map(({ name, version, retired, default: isDefault, skus }) => ({
    format: "OpenAI",
    name,
    version,
    isDefaultVersion: isDefault ?? false,
    skus: skus.map((sku) => ({
      name: sku,
      usageName: `OpenAI.${sku}.${name}`,
      capacity: { default: 1, maximum: QUOTA, minimum: 1, step: 1 },
    })),
    capabilities: { chatCompletion: "true" },
    lifecycleStatus:
      retired !== undefined && Date.parse(retired) <= today.getTime()
        ? "Deprecated"
        : "GenerallyAvailable",
    ...(retired !== undefined && { deprecation: { inference: `${retired}T00:00:00Z` } }),
  }));
}
