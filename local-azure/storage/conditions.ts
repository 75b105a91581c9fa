import { conditionNotMet } from "./errors";
import type { Blob } from "./blob-store";

/**
 * The conditional headers of HTTP.
 *
 * Source: https://learn.microsoft.com/rest/api/storageservices/specifying-conditional-headers-for-blob-service-operations
 *
 * @throws StorageError 412, or 304 for a reader who has it already.
 */
export function checkConditions(
  blob: Blob | undefined,
  headers: Headers,
  access: "read" | "write",
): void {
  const matches = (list: string) =>
    blob !== undefined && (list === "*" || list.split(/\s*,\s*/).includes(blob.etag));
  // A date of HTTP has no milliseconds.
  const changedSince = (date: string) =>
    blob !== undefined && Date.parse(new Date(blob.lastModified).toUTCString()) > Date.parse(date);

  const ifMatch = headers.get("if-match");
  if (ifMatch !== null && !matches(ifMatch)) throw conditionNotMet(412);
  const ifUnmodifiedSince = headers.get("if-unmodified-since");
  if (ifUnmodifiedSince !== null && changedSince(ifUnmodifiedSince)) throw conditionNotMet(412);

  const unchanged = access === "read" ? 304 : 412;
  const ifNoneMatch = headers.get("if-none-match");
  if (ifNoneMatch !== null && matches(ifNoneMatch)) throw conditionNotMet(unchanged);
  const ifModifiedSince = headers.get("if-modified-since");
  if (ifModifiedSince !== null && !changedSince(ifModifiedSince)) throw conditionNotMet(unchanged);
}
