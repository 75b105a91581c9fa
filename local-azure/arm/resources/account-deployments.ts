import { createHash } from "node:crypto";
import { z } from "zod";
import { AzureError } from "../../core/errors";
import type { ArmResource } from "../../core/planes";
import { apiVersions } from "../api-versions";
import { optionalText, parseBody, tags, wholeNumber } from "../body";
import { invalidResourceName } from "../errors";
import type { ArmContext, ResourceType } from "../resource-type";
import { QUOTA, requireModel, type Model } from "./model-catalogue";

const DEPLOYMENTS = "Microsoft.CognitiveServices/accounts/deployments";

const body = z.looseObject({
  tags,
  sku: z.looseObject({ name: z.string(), capacity: wholeNumber.pipe(z.int().min(1)).nullish() }),
  properties: z.looseObject({
    model: z.looseObject({ format: z.string(), name: z.string(), version: optionalText }),
    versionUpgradeOption: z
      .enum(["OnceNewDefaultVersionAvailable", "OnceCurrentVersionExpired", "NoAutoUpgrade"])
      .nullish(),
    raiPolicyName: optionalText,
    dynamicThrottlingEnabled: z.boolean().nullish(),
  }),
});

/** Source: azure-rest-api-specs, Microsoft.CognitiveServices/stable/2026-03-01/cognitiveservices.json. */
export const accountDeployments: ResourceType = {
  type: DEPLOYMENTS,
  apiVersions: apiVersions("Microsoft.CognitiveServices/accounts", "2021-10-01"),
  placement: "child",
  systemData: true,
  longRunning: { put: 200, delete: 100, poll: "provisioningState" },
  patch: { parts: ["sku", "tags"] },

  put({ id, name, scope, body: sent, existing }, arm) {
    if (!/^[a-zA-Z0-9][a-zA-Z0-9_.-]{0,62}[a-zA-Z0-9]$/.test(name)) {
      throw invalidResourceName(
        name,
        "2 to 64 letters, digits, '-', '_' and '.', a letter or digit first and last",
      );
    }
    const given = parseBody(body, sent);
    const { model, versionUpgradeOption, raiPolicyName, dynamicThrottlingEnabled } =
      given.properties;
    checkAccountIsFree(scope, id, arm);
    const found = requireModel(model, given.sku.name, arm.azure.clock.now());
    const capacity = given.sku.capacity ?? 1;
    checkQuota(id, found, given.sku.name, capacity, arm);
    return {
      id,
      name,
      type: DEPLOYMENTS,
      ...(given.tags && { tags: given.tags }),
      sku: { name: given.sku.name, capacity },
      properties: {
        model: { format: model.format, name: found.name, version: found.version },
        versionUpgradeOption:
          versionUpgradeOption ??
          existing?.properties.versionUpgradeOption ??
          "OnceNewDefaultVersionAvailable",
        currentCapacity: capacity,
        capabilities: { chatCompletion: "true", maxTotalToken: "128000" },
        ...(raiPolicyName !== undefined && { raiPolicyName }),
        ...(dynamicThrottlingEnabled != null && { dynamicThrottlingEnabled }),
        rateLimits: [
          { key: "request", renewalPeriod: 60, count: capacity * 6 },
          { key: "token", renewalPeriod: 60, count: capacity * 1000 },
        ],
      },
    };
  },

  checkDelete({ scope, id }, arm) {
    checkAccountIsFree(scope, id, arm);
  },

  conflict: ({ resourceId }) =>
    accountIsBusy(resourceId.slice(0, resourceId.lastIndexOf("/deployments/"))),

  view: (deployment) => ({
    ...deployment,
    etag: `"${createHash("sha256").update(JSON.stringify(deployment)).digest("hex").slice(0, 32)}"`,
  }),
};

/**
 * One operation at a time on an account.
 *
 * Source: terraform-provider-azurerm issues 22607 and 22939 (the error's text).
 */
function checkAccountIsFree(accountId: string, id: string, arm: ArmContext): void {
  const siblings: ArmResource[] = arm.inventory
    .ofTypeWithin(DEPLOYMENTS, accountId)
    .filter((other) => other.id !== id);
  const busy =
    arm.operations.on(accountId) ?? siblings.find((other) => arm.operations.on(other.id));
  if (busy) throw accountIsBusy(accountId);
}

function accountIsBusy(accountId: string): AzureError {
  return new AzureError(
    409,
    "RequestConflict",
    `Another operation is being performed on the parent resource '${accountId}'. Please try again later.`,
  );
}

function checkQuota(
  id: string,
  model: Model,
  sku: string,
  capacity: number,
  { inventory }: ArmContext,
): void {
  const used = inventory
    .ofType(DEPLOYMENTS)
    .filter(
      (other) =>
        other.id !== id &&
        other.sku?.name === sku &&
        (other.properties.model as { name: string }).name === model.name,
    )
    .reduce((sum, other) => sum + Number(other.sku?.capacity ?? 0), 0);
  if (used + capacity <= QUOTA) return;
  const quota = `Tokens Per Minute (thousands) - ${model.name} - ${sku}`;
  throw new AzureError(
    400,
    "InsufficientQuota",
    `This operation require ${capacity} new capacity in quota ${quota}, which is bigger than the current ` +
      `available capacity ${QUOTA - used}. The current quota usage is ${used} and the quota limit is ${QUOTA} for quota ${quota}.`,
  );
}
