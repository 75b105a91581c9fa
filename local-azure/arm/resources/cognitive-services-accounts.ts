import { createHash } from "node:crypto";
import { z } from "zod";
import { AccountKeys } from "../../core/account-keys";
import { AzureError } from "../../core/errors";
import type { ArmResource } from "../../core/planes";
import { apiVersions } from "../api-versions";
import { identityBody, resourceIdentity } from "../identity";
import { optionalText, parseBody, tags } from "../body";
import { invalidResourceName } from "../errors";
import type { ArmContext, ResourceType } from "../resource-type";
import { checkCustomSubdomain } from "./custom-subdomain";
import { restore, softDelete, softDeletedAccounts } from "./deleted-accounts";

export const ACCOUNTS = "Microsoft.CognitiveServices/accounts";

const body = z.looseObject({
  location: z.string(),
  tags,
  kind: z.string().min(1),
  sku: z.looseObject({ name: z.string() }),
  identity: identityBody,
  properties: z
    .looseObject({
      customSubDomainName: optionalText,
      disableLocalAuth: z.boolean().nullish(),
      publicNetworkAccess: z.enum(["Enabled", "Disabled"]).nullish(),
      networkAcls: z.looseObject({}).nullish(),
      restrictOutboundNetworkAccess: z.boolean().nullish(),
      dynamicThrottlingEnabled: z.boolean().nullish(),
      allowedFqdnList: z.array(z.string()).nullish(),
      restore: z.boolean().nullish(),
    })
    .nullish(),
});

type Given = NonNullable<z.infer<typeof body>["properties"]>;

/** Source: azure-rest-api-specs, Microsoft.CognitiveServices/stable/2026-03-01/cognitiveservices.json. */
export const cognitiveServicesAccounts: ResourceType = {
  type: ACCOUNTS,
  apiVersions: apiVersions("Microsoft.CognitiveServices/accounts"),
  placement: "resourceGroup",
  tracked: true,
  systemData: true,
  longRunning: { put: 300, delete: 200, poll: "provisioningState" },
  patch: {},

  put({ id, name, body: sent, existing }, arm) {
    if (!/^[a-zA-Z0-9][a-zA-Z0-9_.-]{1,63}$/.test(name)) {
      throw invalidResourceName(
        name,
        "2 to 64 letters, digits, '-', '_' and '.', a letter or digit first",
      );
    }
    const given = parseBody(body, sent);
    checkKind(given.kind, given.sku.name, existing);
    const properties: Partial<Given> = given.properties ?? {};
    const restored = restore(id, given.location, properties.restore === true, arm);
    const subdomain =
      properties.customSubDomainName ??
      (restored?.properties.customSubDomainName as string | undefined) ??
      (existing?.properties.customSubDomainName as string | undefined);
    checkCustomSubdomain(id, subdomain, existing, [
      ...arm.inventory.ofType(ACCOUNTS),
      ...softDeletedAccounts(arm),
    ]);
    return {
      id,
      name,
      type: ACCOUNTS,
      kind: given.kind,
      location: given.location,
      ...(given.tags && { tags: given.tags }),
      sku: { name: given.sku.name },
      ...(given.identity && { identity: resourceIdentity(given.identity, existing, arm) }),
      properties: {
        ...permanent(id, existing ?? restored, arm),
        ...(subdomain !== undefined && { customSubDomainName: subdomain }),
        endpoint: endpoint(subdomain ?? given.location, arm),
        endpoints: endpoints(given.kind, subdomain ?? given.location, arm),
        ...(properties.networkAcls && { networkAcls: networkAcls(properties.networkAcls) }),
        privateEndpointConnections: [],
        publicNetworkAccess: properties.publicNetworkAccess ?? "Enabled",
        disableLocalAuth: properties.disableLocalAuth ?? false,
        restrictOutboundNetworkAccess: properties.restrictOutboundNetworkAccess ?? false,
        ...(properties.allowedFqdnList && { allowedFqdnList: properties.allowedFqdnList }),
        ...(properties.dynamicThrottlingEnabled != null && {
          dynamicThrottlingEnabled: properties.dynamicThrottlingEnabled,
        }),
      },
    };
  },

  finishDelete: softDelete,

  view(account) {
    return {
      ...account,
      etag: `"${createHash("sha256").update(JSON.stringify(account)).digest("hex").slice(0, 32)}"`,
    };
  },

  actions: {
    listkeys: {
      run({ existing }, arm) {
        if (existing?.properties.disableLocalAuth === true) {
          throw new AzureError(
            400,
            "BadRequest",
            "Failed to list key. disableLocalAuth is set to be true",
          );
        }
        return { body: existing ? new AccountKeys(arm.azure.store).of(existing.id) : {} };
      },
    },
    regeneratekey: {
      run({ existing, body: sent }, { azure }) {
        const { keyName } = parseBody(z.looseObject({ keyName: z.enum(["Key1", "Key2"]) }), sent);
        const keys = new AccountKeys(azure.store);
        return { body: existing ? keys.regenerate(existing.id, keyName) : {} };
      },
    },
  },
};

function checkKind(kind: string, sku: string, existing: ArmResource | undefined): void {
  if (kind !== "OpenAI" && kind !== "AIServices") {
    throw new AzureError(
      400,
      "InvalidApiSetId",
      `The account type '${kind}' is either invalid or unavailable in given region.`,
    );
  }
  if (sku.toUpperCase() !== "S0") {
    throw new AzureError(
      400,
      "InvalidSkuId",
      `The account SKU '${sku}' is either invalid or unavailable for the account kind '${kind}'.`,
    );
  }
  if (existing && existing.kind !== kind) {
    throw new AzureError(
      409,
      "AccountKindChangeNotAllowed",
      `The kind of the account cannot be changed from '${existing.kind ?? ""}' to '${kind}'.`,
    );
  }
}

function permanent(id: string, before: ArmResource | undefined, { azure }: ArmContext) {
  return {
    internalId:
      before?.properties.internalId ?? createHash("sha256").update(id).digest("hex").slice(0, 32),
    dateCreated: before?.properties.dateCreated ?? azure.clock.now().toISOString(),
    callRateLimit: { rules: [] },
    isMigrated: false,
    capabilities: [
      { name: "VirtualNetworks" },
      { name: "CustomerManagedKey" },
      { name: "MaxFineTuneCount", value: "500" },
      { name: "MaxRunningFineTuneCount", value: "3" },
      { name: "MaxUserFileCount", value: "100" },
      { name: "MaxTrainingFileSize", value: "512000000" },
      { name: "MaxUserFileImportDurationInHours", value: "1" },
      { name: "MaxFineTuneJobDurationInHours", value: "720" },
      {
        name: "TrustedServices",
        value: "Microsoft.CognitiveServices,Microsoft.MachineLearningServices,Microsoft.Search",
      },
    ],
  };
}

function endpoint(subdomain: string, { azure }: ArmContext): string {
  return `${azure.origin}/cognitiveservices/${subdomain.toLowerCase()}/`;
}

function endpoints(kind: string, subdomain: string, arm: ArmContext): Record<string, string> {
  const url = endpoint(subdomain, arm);
  return {
    ...(kind === "AIServices" && { "AI Foundry API": url }),
    "OpenAI Language Model Instance API": url,
    "OpenAI Dall-E API": url,
    "OpenAI Whisper API": url,
    "OpenAI Model Scaleset API": url,
    "OpenAI Realtime API": url,
    "Token Service API": url,
  };
}

function networkAcls(given: Record<string, unknown>) {
  return { defaultAction: "Allow", virtualNetworkRules: [], ipRules: [], ...given };
}
