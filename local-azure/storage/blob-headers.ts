import type { Blob } from "./blob-store";
import { describeLease } from "./lease";

/** What the answer to a write says of the blob. */
export const writtenHeaders = ({ etag, lastModified }: Blob): Record<string, string> => ({
  etag,
  "last-modified": new Date(lastModified).toUTCString(),
  "x-ms-request-server-encrypted": "true",
});

/** A blob's properties and metadata, without its length. */
export function blobHeaders(blob: Blob, now: number): Record<string, string> {
  return {
    ...metadataHeaders(blob.metadata),
    "accept-ranges": "bytes",
    "content-type": blob.contentType,
    etag: blob.etag,
    "last-modified": new Date(blob.lastModified).toUTCString(),
    "x-ms-access-tier": "Hot",
    "x-ms-access-tier-inferred": "true",
    "x-ms-blob-type": "BlockBlob",
    "x-ms-creation-time": new Date(blob.createdOn).toUTCString(),
    // A snapshot cannot be leased.
    ...(blob.snapshot === undefined && prefixed("x-ms-lease-", describeLease(blob.lease, now))),
    "x-ms-server-encrypted": "true",
  };
}

export const metadataHeaders = (metadata: Readonly<Record<string, string>>) =>
  prefixed("x-ms-meta-", metadata);

const prefixed = (prefix: string, values: Readonly<Record<string, string>>) =>
  Object.fromEntries(Object.entries(values).map(([name, value]) => [`${prefix}${name}`, value]));
