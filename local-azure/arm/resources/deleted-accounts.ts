import { AzureError } from "../../core/errors";
import { apiVersions } from "../api-versions";
import type { ResourceType } from "../resource-type";

/** Where a soft-deleted account is: below its region, named by its group. */
export const DELETED_ACCOUNTS =
  "Microsoft.CognitiveServices/locations/resourceGroups/deletedAccounts";

const API_VERSIONS = apiVersions("Microsoft.CognitiveServices/accounts", "2021-04-30");

/**
 * Soft-deleted accounts: to be listed and purged. A name and a subdomain stay taken until then.
 *
 * Source: https://learn.microsoft.com/azure/ai-services/recover-purge-resources
 */
export const deletedAccounts: ResourceType = {
  type: DELETED_ACCOUNTS,
  apiVersions: API_VERSIONS,
  placement: "subscription",
  longRunning: { delete: 100, poll: "operation" },

  view: (account) => ({ ...account, type: "Microsoft.CognitiveServices/deletedAccounts" }),

  notFound: ({ name }) =>
    new AzureError(
      404,
      "ResourceNotFound",
      `The soft-deleted account '${name}' was not found in the subscription.`,
    ),
};

/** All soft-deleted accounts of the subscription: a list only. */
export const deletedAccountList: ResourceType = {
  type: "Microsoft.CognitiveServices/deletedAccounts",
  apiVersions: API_VERSIONS,
  placement: "subscription",

  list: (_, arm) =>
    arm.inventory
      .ofType(DELETED_ACCOUNTS)
      .map((account) => ({ ...account, type: "Microsoft.CognitiveServices/deletedAccounts" })),
};

export function deletedAccountId(accountId: string, location: string): string {
  const [, subscriptionId = "", group = "", name = ""] =
    /^\/subscriptions\/([^/]+)\/resourceGroups\/([^/]+)\/.*\/([^/]+)$/i.exec(accountId) ?? [];
  return (
    `/subscriptions/${subscriptionId}/providers/Microsoft.CognitiveServices/locations/${location}` +
    `/resourceGroups/${group}/deletedAccounts/${name}`
  );
}
