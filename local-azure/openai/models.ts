import type { ArmResource, LocalAzure } from "../core/planes";
import {
  answersChat,
  embeds,
  isRetired,
  MODELS,
  type Model,
} from "../arm/resources/model-catalogue";

/** Models that reason count hidden tokens too, and take `max_completion_tokens` only. */
export const REASONING = /^(o\d|gpt-5)/;

const seconds = (date: string) => Math.floor(Date.parse(date) / 1000);

/**
 * The models that a resource can use, deployed or not.
 *
 * Source: `ModelList` of Azure/azure-rest-api-specs, cognitiveservices/data-plane/AzureOpenAI/authoring.
 */
export const modelList = (now: Date) => ({
  data: MODELS.map((model) => describe(model, now)),
  object: "list",
});

/** One of them, by `<name>-<version>`. */
export const findModel = (id: string, now: Date) =>
  modelList(now).data.find((model) => model.id === id);

const describe = (model: Model, now: Date) => ({
  status: "succeeded",
  capabilities: {
    fine_tune: false,
    inference: true,
    completion: false,
    chat_completion: answersChat(model),
    embeddings: embeds(model),
  },
  lifecycle_status: isRetired(model, now) ? "deprecated" : "generally-available",
  deprecation: model.retires === undefined ? {} : { inference: seconds(model.retires) },
  id: `${model.name}-${model.version}`,
  created_at: /^\d{4}-\d\d-\d\d$/.test(model.version) ? seconds(model.version) : 0,
  object: "model",
});

/**
 * The deployments of an account, which the data plane lists in its oldest versions only.
 *
 * Source: openai/openai-python issues 447 (the body) and 460 (the versions).
 */
export const deploymentList = (azure: LocalAzure, account: ArmResource) => {
  const prefix = `${account.id}/deployments/`.toLowerCase();
  const data = azure.arm
    .list("Microsoft.CognitiveServices/accounts/deployments")
    .filter(({ id }) => id.toLowerCase().startsWith(prefix))
    .map(({ name, properties }) => ({
      scale_settings: { scale_type: "standard" },
      model: (properties.model as { name?: string } | undefined)?.name ?? "",
      owner: "organization-owner",
      id: name,
      status: String(properties.provisioningState).toLowerCase(),
      object: "deployment",
    }));
  return { data, object: "list" };
};
