import type { Clock } from "../core/clock";
import type { ArmResource } from "../core/planes";
import { blobContainerEtag } from "../arm/resources/blob-containers";
import { metadataHeaders } from "./blob-headers";
import type { Blob, BlobStore } from "./blob-store";
import { StorageError, xmlDocument } from "./errors";
import { describeLease } from "./lease";
import type { StorageRequest } from "./storage-request";

/** Source: https://learn.microsoft.com/rest/api/storageservices/get-container-properties */
export function containerProperties(container: ArmResource): Response {
  const { lastModifiedTime, publicAccess, metadata } = container.properties as {
    lastModifiedTime: string;
    publicAccess: string;
    metadata?: Record<string, string>;
  };
  return new Response(null, {
    headers: {
      ...metadataHeaders(metadata ?? {}),
      etag: blobContainerEtag(container),
      "last-modified": new Date(lastModifiedTime).toUTCString(),
      "x-ms-lease-state": "available",
      "x-ms-lease-status": "unlocked",
      ...(publicAccess !== "None" && { "x-ms-blob-public-access": publicAccess.toLowerCase() }),
      "x-ms-default-encryption-scope": "$account-encryption-key",
      "x-ms-deny-encryption-scope-override": "false",
      "x-ms-has-immutability-policy": "false",
      "x-ms-has-legal-hold": "false",
    },
  });
}

const MOST = 5000;

/**
 * Source: https://learn.microsoft.com/rest/api/storageservices/list-blobs. A marker is the place to go on from.
 */
export function listBlobs(request: StorageRequest, blobs: BlobStore, clock: Clock): Response {
  const { searchParams: query, origin } = request.url;
  const prefix = query.get("prefix") ?? "";
  const include = new Set((query.get("include") ?? "").split(","));
  const most = maxResults(query.get("maxresults"));
  const start = Number(query.get("marker") ?? 0) || 0;
  const found = blobs
    .list(request.containerId)
    .filter(
      ({ name, snapshot }) =>
        name.startsWith(prefix) && (snapshot === undefined || include.has("snapshots")),
    );
  const now = clock.now().getTime();
  const body = xmlDocument({
    EnumerationResults: {
      "@_ServiceEndpoint": `${origin}/`,
      "@_ContainerName": request.container,
      ...(prefix !== "" && { Prefix: prefix }),
      ...(start > 0 && { Marker: String(start) }),
      ...(query.has("maxresults") && { MaxResults: most }),
      Blobs: {
        Blob: found
          .slice(start, start + most)
          .map((blob) => listed(blob, include.has("metadata"), now)),
      },
      NextMarker: found.length > start + most ? String(start + most) : "",
    },
  });
  return new Response(body, { headers: { "content-type": "application/xml" } });
}

function listed(blob: Blob, withMetadata: boolean, now: number): Record<string, unknown> {
  const { state, status, duration } = describeLease(blob.lease, now);
  return {
    Name: blob.name,
    ...(blob.snapshot !== undefined && { Snapshot: blob.snapshot }),
    Properties: {
      "Creation-Time": new Date(blob.createdOn).toUTCString(),
      "Last-Modified": new Date(blob.lastModified).toUTCString(),
      // Without quotation marks, unlike the header.
      Etag: blob.etag.replaceAll('"', ""),
      "Content-Length": Buffer.byteLength(blob.content, "base64"),
      "Content-Type": blob.contentType,
      "Content-MD5": blob.contentMd5,
      BlobType: "BlockBlob",
      AccessTier: "Hot",
      AccessTierInferred: true,
      ...(blob.snapshot === undefined && {
        LeaseStatus: status,
        LeaseState: state,
        ...(duration !== undefined && { LeaseDuration: duration }),
      }),
      ServerEncrypted: true,
    },
    ...(withMetadata && { Metadata: blob.metadata }),
  };
}

function maxResults(given: string | null): number {
  if (given === null) return MOST;
  const value = Number(given);
  if (Number.isInteger(value) && value > 0) return Math.min(value, MOST);
  throw new StorageError(
    400,
    "OutOfRangeQueryParameterValue",
    "One of the query parameters specified in the request URI is outside the permissible range.",
    { details: { QueryParameterName: "maxresults", QueryParameterValue: given } },
  );
}
