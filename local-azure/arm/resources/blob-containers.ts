import { createHash } from "node:crypto";
import { z } from "zod";
import { AzureError } from "../../core/errors";
import type { ArmResource } from "../../core/planes";
import { apiVersions } from "../api-versions";
import { parseBody } from "../body";
import type { ArmContext, ResourceType } from "../resource-type";
import { STORAGE_ACCOUNTS } from "./storage-accounts";

const BLOB_CONTAINERS = `${STORAGE_ACCOUNTS}/blobServices/containers`;

const body = z.looseObject({
  properties: z
    .looseObject({
      publicAccess: z.enum(["None", "Blob", "Container"]).nullish(),
      metadata: z.record(z.string(), z.string()).nullish(),
    })
    .nullish(),
});

/** Source: azure-rest-api-specs, Microsoft.Storage/stable/2025-06-01/blob.json. */
export const blobContainers: ResourceType = {
  type: BLOB_CONTAINERS,
  apiVersions: apiVersions(STORAGE_ACCOUNTS, "2018-02-01"),
  placement: "child",
  patch: {},

  put({ id, name, body: sent, existing }, arm) {
    checkName(name);
    const { publicAccess, metadata } = parseBody(body, sent).properties ?? {};
    checkPublicAccess(id, publicAccess ?? "None", arm);
    const given = {
      publicAccess: publicAccess ?? "None",
      ...(metadata && Object.keys(metadata).length > 0 && { metadata }),
    };
    const before = existing?.properties;
    const same =
      before?.publicAccess === given.publicAccess &&
      JSON.stringify(before.metadata) === JSON.stringify(given.metadata);
    return {
      id,
      name,
      type: BLOB_CONTAINERS,
      properties: {
        defaultEncryptionScope: "$account-encryption-key",
        denyEncryptionScopeOverride: false,
        deleted: false,
        remainingRetentionDays: 0,
        ...given,
        leaseStatus: "Unlocked",
        leaseState: "Available",
        lastModifiedTime: same ? before.lastModifiedTime : arm.azure.clock.now().toISOString(),
        hasImmutabilityPolicy: false,
        hasLegalHold: false,
      },
    };
  },

  finishDelete({ id }, { azure }) {
    azure.storage.forget(id);
  },

  view: (container) => ({ ...container, etag: blobContainerEtag(container) }),
};

/** The same at both of a container's addresses. */
export function blobContainerEtag({ id, properties }: ArmResource): string {
  const content = JSON.stringify([id, properties]);
  return `"0x${createHash("sha256").update(content).digest("hex").slice(0, 15).toUpperCase()}"`;
}

/** Source: https://learn.microsoft.com/rest/api/storageservices/naming-and-referencing-containers--blobs--and-metadata */
function checkName(name: string): void {
  const special = ["$root", "$web", "$logs"].includes(name);
  if (special || /^(?=.{3,63}$)[a-z0-9]+(?:-[a-z0-9]+)*$/.test(name)) return;
  if (name.length < 3 || name.length > 63) {
    throw new AzureError(
      400,
      "OutOfRangeInput",
      "The specified resource name length is not within the permissible limits.",
    );
  }
  // Azure's own spelling.
  throw new AzureError(
    400,
    "InvalidResourceName",
    "The specifed resource name contains invalid characters.",
  );
}

/** Source: https://learn.microsoft.com/azure/storage/blobs/anonymous-read-access-prevent */
function checkPublicAccess(id: string, publicAccess: string, { inventory }: ArmContext): void {
  const account = inventory.get(id.slice(0, id.toLowerCase().indexOf("/blobservices/")));
  if (publicAccess === "None" || account?.properties.allowBlobPublicAccess === true) return;
  throw new AzureError(
    409,
    "PublicAccessNotPermitted",
    "Public access is not permitted on this storage account.",
  );
}
