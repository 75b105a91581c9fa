import type { ArmResource } from "../../core/planes";
import { apiVersions } from "../api-versions";
import type { ArmContext, ResourceType } from "../resource-type";
import { STORAGE_ACCOUNTS } from "./storage-accounts";

/**
 * A service of a storage account: there is one, called `default`, and it comes and goes with the account. Its
 * settings are Azure's defaults; here they cannot be changed.
 */
function storageService(
  segment: "blobServices" | "fileServices",
  since: string,
  properties: Record<string, unknown>,
): ResourceType {
  const type = `${STORAGE_ACCOUNTS}/${segment}`;
  const service = ({ id, sku }: ArmResource): ArmResource => ({
    ...(sku && { sku }),
    id: `${id}/${segment}/default`,
    name: "default",
    type,
    properties,
  });
  return {
    type,
    apiVersions: apiVersions(STORAGE_ACCOUNTS, since),
    placement: "child",
    find(id: string, { inventory }: ArmContext) {
      const [accountId = "", name] = id.split(new RegExp(`/${segment}/`, "i"));
      const account = inventory.get(accountId);
      return account && name?.toLowerCase() === "default" ? service(account) : undefined;
    },
    list({ scope }, { inventory }) {
      const account = inventory.get(scope);
      return account ? [service(account)] : [];
    },
  };
}

/** Source: azure-rest-api-specs, Microsoft.Storage/stable/2025-06-01/blob.json. */
export const blobServices = storageService("blobServices", "2018-02-01", {
  cors: { corsRules: [] },
  deleteRetentionPolicy: { enabled: false, allowPermanentDelete: false },
});

/** Source: azure-rest-api-specs, Microsoft.Storage/stable/2025-06-01/file.json. */
export const fileServices = storageService("fileServices", "2019-04-01", {
  cors: { corsRules: [] },
  shareDeleteRetentionPolicy: { enabled: true, days: 7 },
  protocolSettings: { smb: {} },
});
