import { AzureError } from "../../core/errors";
import type { ResourceType } from "../resource-type";

/** Where a soft-deleted account is: below its region, named by its group. */
export const DELETED_ACCOUNTS =
  "Microsoft.CognitiveServices/locations/resourceGroups/deletedAccounts";

/** Source: the folders of azure-rest-api-specs, Microsoft.CognitiveServices. */
export const COGNITIVE_API_VERSIONS = [
  "2017-04-18",
  "2021-04-30",
  "2021-10-01",
  "2022-03-01",
  "2022-10-01",
  "2022-12-01",
  "2023-05-01",
  "2023-10-01-preview",
  "2024-04-01-preview",
  "2024-06-01-preview",
  "2024-10-01",
  "2025-04-01-preview",
  "2025-06-01",
  "2025-07-01-preview",
  "2025-09-01",
  "2025-10-01-preview",
  "2025-12-01",
  "2026-03-01",
];

/**
 * Soft-deleted accounts: to be listed and purged. A name and a subdomain stay taken until then.
 *
 * Source: https://learn.microsoft.com/azure/ai-services/recover-purge-resources
 */
export const deletedAccounts: ResourceType = {
  type: DELETED_ACCOUNTS,
  apiVersions: COGNITIVE_API_VERSIONS,
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
  apiVersions: COGNITIVE_API_VERSIONS,
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
