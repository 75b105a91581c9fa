import { AzureError } from "../../core/errors";
import type { ArmResource } from "../../core/planes";
import { AccountKeys } from "../../core/account-keys";
import { apiVersions } from "../api-versions";
import type { ArmContext, ResourceType } from "../resource-type";

/** Where a soft-deleted account is: below its region, named by its group. */
const DELETED_ACCOUNTS = "Microsoft.CognitiveServices/locations/resourceGroups/deletedAccounts";

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

  find(id, { inventory, azure }) {
    const account = inventory.get(id);
    return account && isKept(account, azure.clock.now()) ? account : undefined;
  },

  view,

  notFound: ({ name }) =>
    new AzureError(
      404,
      "ResourceNotFound",
      `The soft-deleted account '${name}' was not found in the subscription.`,
    ),
};

/** Source: the specification's example GetDeletedAccount.json: its type is that of an account. */
function view(account: ArmResource) {
  return { ...account, type: "Microsoft.CognitiveServices/accounts" };
}

/** All soft-deleted accounts of the subscription: a list only. */
export const deletedAccountList: ResourceType = {
  type: "Microsoft.CognitiveServices/deletedAccounts",
  apiVersions: API_VERSIONS,
  placement: "subscription",

  list: (_, arm) => softDeletedAccounts(arm).map(view),
};

/** Takes a soft-deleted account back, or refuses to make another one in its place. */
export function restore(
  id: string,
  location: string,
  wanted: boolean,
  { inventory, azure }: ArmContext,
): ArmResource | undefined {
  const stored = inventory.get(deletedAccountId(id, location));
  const deleted = stored && isKept(stored, azure.clock.now()) ? stored : undefined;
  if (!wanted) {
    if (!deleted) return undefined;
    throw new AzureError(
      409,
      "FlagMustBeSetForRestore",
      `An existing resource with ID '${id}' has been soft-deleted. To restore the resource, you must specify ` +
        "'restore' to be 'true' in the property. If you don't want to restore existing resource, please purge it first.",
    );
  }
  if (!deleted) {
    throw new AzureError(
      404,
      "CanNotRestoreANonExistingResource",
      `The resource with ID '${id}' is not soft-deleted, so it cannot be restored.`,
    );
  }
  inventory.delete(deleted.id);
  return deleted;
}

/**
 * What the deletion of an account does. It is kept for 48 hours.
 *
 * Source: https://learn.microsoft.com/azure/ai-services/recover-purge-resources
 */
export function softDelete(account: ArmResource, { inventory, azure }: ArmContext): void {
  const location = account.location ?? "";
  const deleted = deletedAccountId(account.id, location);
  const deletionDate = azure.clock.now();
  const scheduledPurgeDate = new Date(deletionDate.getTime() + 48 * 60 * 60 * 1000);
  inventory.set({
    ...account,
    id: deleted,
    type: DELETED_ACCOUNTS,
    properties: {
      ...account.properties,
      deletionDate: deletionDate.toISOString(),
      scheduledPurgeDate: scheduledPurgeDate.toISOString(),
      provisioningState: "Succeeded",
    },
  });
  new AccountKeys(azure.store).forget(account.id);
}

/** The soft-deleted accounts whose time is not over yet. */
export function softDeletedAccounts({ inventory, azure }: ArmContext): ArmResource[] {
  const now = azure.clock.now();
  return inventory.ofType(DELETED_ACCOUNTS).filter((account) => isKept(account, now));
}

function isKept({ properties }: ArmResource, now: Date): boolean {
  return Date.parse(properties.scheduledPurgeDate as string) > now.getTime();
}

function deletedAccountId(accountId: string, location: string): string {
  const [, subscriptionId = "", group = "", name = ""] =
    /^\/subscriptions\/([^/]+)\/resourceGroups\/([^/]+)\/.*\/([^/]+)$/i.exec(accountId) ?? [];
  return (
    `/subscriptions/${subscriptionId}/providers/Microsoft.CognitiveServices/locations/${location}` +
    `/resourceGroups/${group}/deletedAccounts/${name}`
  );
}
