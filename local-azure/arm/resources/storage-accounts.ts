import { randomBytes } from "node:crypto";
import { z } from "zod";
import { AzureError } from "../../core/errors";
import type { ArmResource } from "../../core/planes";
import { apiVersions } from "../api-versions";
import { parseBody, tags } from "../body";
import { identityBody, resourceIdentity } from "../identity";
import type { ArmContext, ResourceType } from "../resource-type";

export const STORAGE_ACCOUNTS = "Microsoft.Storage/storageAccounts";

const body = z.looseObject({
  location: z.string(),
  tags,
  kind: z.enum(["Storage", "StorageV2", "BlobStorage", "FileStorage", "BlockBlobStorage"]),
  sku: z.looseObject({ name: z.string().regex(/^(?:Standard|Premium|StandardV2|PremiumV2)_\w+$/) }),
  identity: identityBody,
  properties: z
    .looseObject({
      accessTier: z.enum(["Hot", "Cool", "Cold", "Premium"]).nullish(),
      allowBlobPublicAccess: z.boolean().nullish(),
      allowSharedKeyAccess: z.boolean().nullish(),
      supportsHttpsTrafficOnly: z.boolean().nullish(),
      minimumTlsVersion: z.enum(["TLS1_0", "TLS1_1", "TLS1_2", "TLS1_3"]).nullish(),
      publicNetworkAccess: z.enum(["Enabled", "Disabled", "SecuredByPerimeter"]).nullish(),
      networkAcls: z.looseObject({}).nullish(),
    })
    .nullish(),
});

/** Source: azure-rest-api-specs, Microsoft.Storage/stable/2025-06-01/storage.json. */
export const storageAccounts: ResourceType = {
  type: STORAGE_ACCOUNTS,
  apiVersions: apiVersions(STORAGE_ACCOUNTS),
  placement: "resourceGroup",
  tracked: true,
  longestTagName: 128,
  created: 200,
  patch: {},

  put({ id, name, body: sent, existing }, arm) {
    const problem = nameProblem(id, name, arm);
    if (problem) {
      throw new AzureError(
        problem.reason === "AlreadyExists" ? 409 : 400,
        problem.code,
        problem.message,
      );
    }
    const given = parseBody(body, sent);
    const now = arm.azure.clock.now().toISOString();
    return {
      id,
      name,
      type: STORAGE_ACCOUNTS,
      kind: given.kind,
      location: given.location,
      tags: given.tags ?? {},
      sku: { name: given.sku.name, tier: given.sku.name.split(/V2|_/)[0] },
      ...(given.identity && { identity: resourceIdentity(given.identity, existing, arm) }),
      properties: {
        allowCrossTenantReplication: false,
        isHnsEnabled: false,
        // The default of account keys: https://learn.microsoft.com/azure/storage/common/shared-key-authorization-prevent
        allowSharedKeyAccess: true,
        allowBlobPublicAccess: false,
        minimumTlsVersion: "TLS1_0",
        supportsHttpsTrafficOnly: true,
        publicNetworkAccess: "Enabled",
        networkAcls: {
          bypass: "AzureServices",
          defaultAction: "Allow",
          ipRules: [],
          virtualNetworkRules: [],
        },
        ...(given.kind !== "Storage" && { accessTier: "Hot" }),
        ...Object.fromEntries(
          Object.entries(given.properties ?? {}).filter(([, value]) => value != null),
        ),
        encryption: { services: encrypted(existing, now), keySource: "Microsoft.Storage" },
        keyCreationTime: existing?.properties.keyCreationTime ?? { key1: now, key2: now },
        creationTime: existing?.properties.creationTime ?? now,
        privateEndpointConnections: [],
        primaryEndpoints: Object.fromEntries(
          ["dfs", "web", "blob", "queue", "table", "file"].map((service) => [
            service,
            arm.azure.storage.endpoint(name, service),
          ]),
        ),
        primaryLocation: given.location,
        statusOfPrimary: "available",
        provisioningState: "Succeeded",
      },
    };
  },

  finishDelete({ id }, { azure }) {
    azure.storage.forget(id);
  },

  actions: {
    // The keys are there even if no service takes them: terraform-provider-azurerm issue 27752.
    listkeys: {
      run: ({ existing }, arm) => ({ body: { keys: existing ? keys(existing, arm) : [] } }),
    },
  },
};

/** Source: the operation `StorageAccounts_CheckNameAvailability`. */
export function checkStorageAccountName(sent: unknown, arm: ArmContext) {
  const { name } = parseBody(z.looseObject({ name: z.string(), type: z.string() }), sent);
  const problem = nameProblem("", name, arm);
  if (!problem) return { nameAvailable: true };
  return { nameAvailable: false, reason: problem.reason, message: problem.message };
}

/** Source of the wording: MicrosoftDocs/azure-docs, resource-manager-storage-account-name-errors. */
function nameProblem(id: string, name: string, { inventory }: ArmContext) {
  if (!/^[a-z0-9]{3,24}$/.test(name)) {
    return {
      code: "AccountNameInvalid",
      reason: "AccountNameInvalid",
      message: `${name} is not a valid storage account name. Storage account name must be between 3 and 24 characters in length and use numbers and lower-case letters only.`,
    };
  }
  const taken = inventory
    .ofType(STORAGE_ACCOUNTS)
    .some((other) => other.name === name && other.id.toLowerCase() !== id.toLowerCase());
  return taken
    ? {
        code: "StorageAccountAlreadyTaken",
        reason: "AlreadyExists",
        message: `The storage account named ${name} is already taken.`,
      }
    : undefined;
}

function encrypted(existing: ArmResource | undefined, now: string) {
  const lastEnabledTime = existing?.properties.creationTime ?? now;
  const service = { keyType: "Account", enabled: true, lastEnabledTime };
  return { file: service, blob: service };
}

/** 512 bits each. Source: the operation `StorageAccounts_ListKeys`. */
function keys(account: ArmResource, { inventory }: ArmContext) {
  const kept = inventory.internal(account.id).keys as [string, string] | undefined;
  const values = kept ?? [randomBytes(64).toString("base64"), randomBytes(64).toString("base64")];
  if (!kept) inventory.set(account, { ...inventory.internal(account.id), keys: values });
  const created = account.properties.keyCreationTime as Record<string, string>;
  return values.map((value, index) => {
    const keyName = `key${index + 1}`;
    return { creationTime: created[keyName], keyName, value, permissions: "FULL" };
  });
}
