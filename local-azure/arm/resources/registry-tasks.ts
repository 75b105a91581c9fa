import { z } from "zod";
import { apiVersions } from "../api-versions";
import { parseBody, tags } from "../body";
import { invalidResourceName } from "../errors";
import { identityBody, resourceIdentity } from "../identity";
import type { ResourceType } from "../resource-type";

const TYPE = "Microsoft.ContainerRegistry/registries/tasks";

const values = z
  .array(
    z.looseObject({
      name: z.string(),
      value: z.string().nullish(),
      isSecret: z.boolean().nullish(),
    }),
  )
  .nullish();

/** The steps of a task or of a run. Source: `TaskStepProperties`. */
export const taskStep = z.discriminatedUnion("type", [
  z.looseObject({
    type: z.literal("EncodedTask"),
    encodedTaskContent: z.string().min(1),
    encodedValuesContent: z.string().nullish(),
    values,
    contextPath: z.string().nullish(),
    contextAccessToken: z.string().nullish(),
  }),
  z.looseObject({
    type: z.literal("Docker"),
    dockerFilePath: z.string().min(1),
    imageNames: z.array(z.string()).nullish(),
    isPushEnabled: z.boolean().nullish(),
    noCache: z.boolean().nullish(),
    target: z.string().nullish(),
    arguments: values,
    contextPath: z.string().nullish(),
    contextAccessToken: z.string().nullish(),
  }),
]);

export type TaskStep = z.infer<typeof taskStep>;

const body = z.looseObject({
  location: z.string(),
  tags,
  identity: identityBody,
  properties: z.looseObject({
    status: z.enum(["Enabled", "Disabled"]).nullish(),
    platform: z.looseObject({
      os: z.enum(["Linux", "Windows"]),
      architecture: z.string().nullish(),
    }),
    agentConfiguration: z.looseObject({ cpu: z.int().nullish() }).nullish(),
    agentPoolName: z.string().nullish(),
    timeout: z.int().min(300).max(28800).nullish(),
    step: taskStep,
    trigger: z.looseObject({}).nullish(),
    credentials: z.looseObject({}).nullish(),
    isSystemTask: z.boolean().nullish(),
    logTemplate: z.string().nullish(),
  }),
});

/** Source: azure-rest-api-specs, Microsoft.ContainerRegistry/preview/2019-06-01-preview/containerregistry_build.json. */
export const registryTasks: ResourceType = {
  type: TYPE,
  apiVersions: apiVersions("Microsoft.ContainerRegistry/registries/tasks"),
  placement: "child",
  tracked: true,
  systemData: true,
  longRunning: { put: 50, poll: "provisioningState" },
  patch: {},

  put({ id, name, body: sent, existing }, arm) {
    if (!/^[a-zA-Z0-9_-]{5,50}$/.test(name)) {
      throw invalidResourceName(name, "5 to 50 letters, digits, '-' and '_'");
    }
    const given = parseBody(body, sent);
    const { properties } = given;
    return {
      id,
      name,
      type: TYPE,
      location: given.location,
      ...(given.tags && { tags: given.tags }),
      ...(given.identity && { identity: resourceIdentity(given.identity, existing, arm) }),
      properties: {
        creationDate: existing?.properties.creationDate ?? arm.azure.clock.now().toISOString(),
        status: properties.status ?? "Enabled",
        platform: properties.platform,
        ...(properties.agentConfiguration && {
          agentConfiguration: { cpu: properties.agentConfiguration.cpu ?? 2 },
        }),
        ...(properties.agentPoolName != null && { agentPoolName: properties.agentPoolName }),
        timeout: properties.timeout ?? 3600,
        step: storedStep(properties.step),
        ...(properties.trigger && { trigger: properties.trigger }),
        ...(properties.credentials && { credentials: withoutSecrets(properties.credentials) }),
        logTemplate: properties.logTemplate ?? null,
        isSystemTask: properties.isSystemTask ?? false,
      },
    };
  },

  view: (task) => ({ ...task, properties: withoutNull(task.properties) }),
};

/** A token of the context is never answered. */
function storedStep({ contextAccessToken, ...step }: TaskStep): Record<string, unknown> {
  return { ...step, ...(contextAccessToken != null && { contextAccessToken: null }) };
}

/** Passwords of custom registries are write-only. */
function withoutSecrets(credentials: Record<string, unknown>): Record<string, unknown> {
  const custom = credentials.customRegistries as Record<string, object> | null | undefined;
  if (!custom) return credentials;
  const names = Object.keys(custom).map((name) => [name, {}]);
  return { ...credentials, customRegistries: Object.fromEntries(names) as object };
}

function withoutNull(properties: Record<string, unknown>): Record<string, unknown> {
  return Object.fromEntries(Object.entries(properties).filter(([, value]) => value !== null));
}
