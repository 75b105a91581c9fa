import { z } from "zod";
import { AzureError } from "../../core/errors";
import type { ArmResource } from "../../core/planes";
import { isGuid } from "../../core/identifiers";
import { optionalText } from "../body";
import type { ArmContext } from "../resource-type";
import { ACCOUNTS } from "./cognitive-services-accounts";

const cleanup = z.enum(["Default", "ForcedCleanup"]).nullish();

const names = z.record(z.string(), z.string()).nullish();

/** Source: `LinkerProperties` of Microsoft.ServiceLinker 2024-04-01. */
export const linkerProperties = z.looseObject({
  clientType: z
    .string()
    .refine((type) => CLIENT_TYPES.some((known) => known.toLowerCase() === type.toLowerCase()), {
      error: () => `has to be one of ${CLIENT_TYPES.join(", ")}`,
    })
    .nullish(),
  targetService: z.looseObject({
    type: z.literal("AzureResource", { error: "the local Azure connects to AzureResource only" }),
    id: z.string(),
  }),
  authInfo: z.looseObject({
    authType: z.literal("userAssignedIdentity", {
      error: "the local Azure connects AKS with userAssignedIdentity (workload identity) only",
    }),
    clientId: z.string(),
    subscriptionId: optionalText,
    roles: z.array(z.string()).nullish(),
    authMode: z.enum(["optInAllAuth", "optOutAllAuth"]).nullish(),
    deleteOrUpdateBehavior: cleanup,
  }),
  scope: optionalText,
  configurationInfo: z
    .looseObject({
      action: z.enum(["enable", "optOut", "Internal"]).nullish(),
      customizedKeys: names,
      additionalConfigurations: names,
      deleteOrUpdateBehavior: cleanup,
    })
    .nullish(),
  publicNetworkSolution: z
    .looseObject({
      action: z.enum(["enable", "optOut", "Internal"]).nullish(),
      deleteOrUpdateBehavior: cleanup,
    })
    .nullish(),
});

/** Source: `ClientType`. */
const CLIENT_TYPES = [
  "none",
  "dotnet",
  "java",
  "python",
  "go",
  "php",
  "ruby",
  "django",
  "nodejs",
  "springBoot",
  "kafka-springBoot",
  "dapr",
  "jms-springBoot",
];

/** Cognitive Services OpenAI Contributor: the role that a connection to Azure OpenAI gets by default. */
const DEFAULT_ROLE = "a001fd3d-188f-4b5d-821b-7da978bf7442";

/** A linker with all that it names looked up. */
export interface Connection {
  readonly linker: ArmResource;
  readonly properties: z.infer<typeof linkerProperties>;
  readonly cluster: ArmResource;
  readonly target: ArmResource;
  readonly identity: ArmResource;
  /** The GUIDs of the role definitions. */
  readonly roles: readonly string[];
  readonly namespace: string;
  readonly serviceAccount: string;
  readonly secret: string;
  /** What the secret holds. */
  readonly settings: readonly {
    readonly name: string;
    readonly value: string;
    readonly description: string;
  }[];
}

/**
 * The names of service account and secret are not in any answer; the official CLI derives them so
 * (Azure/azure-cli pull request 28887).
 *
 * @throws AzureError naming what does not exist.
 */
export function connectionOf(
  linker: ArmResource,
  cluster: ArmResource,
  arm: ArmContext,
): Connection {
  const properties = linker.properties as z.infer<typeof linkerProperties>;
  const { clientId, roles } = properties.authInfo;
  const identity = identityOf(clientId, arm.inventory);
  if (!identity) {
    throw notFound(
      "UserAssignedIdentityNotFound",
      `The user-assigned identity with client id '${clientId}' was not found.`,
    );
  }
  const target = arm.inventory.get(properties.targetService.id);
  if (target?.type !== ACCOUNTS) {
    throw notFound(
      "TargetResourceNotFound",
      `The target resource '${properties.targetService.id}' was not found.`,
    );
  }
  return {
    linker,
    properties,
    cluster,
    target,
    identity,
    roles: (roles ?? [DEFAULT_ROLE]).map((role) => requireRole(role, arm)),
    namespace: properties.scope ?? "default",
    serviceAccount: `sc-account-${clientId}`,
    secret: `sc-${linker.name.replaceAll(/[^A-Za-z0-9]/g, "").toLowerCase()}-secret`,
    settings: settings(properties, target),
  };
}

/** The user-assigned identity with a client id. */
export function identityOf(
  clientId: string,
  inventory: ArmContext["inventory"],
): ArmResource | undefined {
  return inventory
    .ofType("Microsoft.ManagedIdentity/userAssignedIdentities")
    .find(({ properties }) => properties.clientId === clientId.toLowerCase());
}

function settings(
  { authInfo, configurationInfo }: Connection["properties"],
  target: ArmResource,
): Connection["settings"] {
  const keys = configurationInfo?.customizedKeys ?? {};
  const added = Object.entries(configurationInfo?.additionalConfigurations ?? {});
  return [
    {
      name: keys.AZURE_OPENAI_BASE ?? "AZURE_OPENAI_BASE",
      value: target.properties.endpoint as string,
      description: "Azure OpenAI base URL",
    },
    {
      name: keys.AZURE_OPENAI_CLIENTID ?? "AZURE_OPENAI_CLIENTID",
      value: authInfo.clientId,
      description: "Client ID of the user-assigned managed identity",
    },
    ...added.map(([name, value]) => ({ name, value, description: "Additional configuration" })),
  ];
}

function requireRole(role: string, { authorization }: ArmContext): string {
  const name = role.slice(role.lastIndexOf("/") + 1);
  if (isGuid(name) && authorization.role(name)) return name;
  throw new AzureError(
    400,
    "RoleDefinitionDoesNotExist",
    `The specified role definition with ID '${name.replaceAll("-", "")}' does not exist.`,
  );
}

function notFound(code: string, message: string): AzureError {
  return new AzureError(404, code, message);
}
