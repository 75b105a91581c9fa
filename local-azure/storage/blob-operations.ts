import { createHash } from "node:crypto";
import type { Clock } from "../core/clock";
import { byteRange } from "../core/byte-range";
import { blobHeaders, writtenHeaders } from "./blob-headers";
import { newEtag, withoutLease, type Blob, type BlobStore } from "./blob-store";
import { checkConditions } from "./conditions";
import {
  blobAlreadyExists,
  blobNotFound,
  invalidHeader,
  md5Mismatch,
  notHere,
  snapshotsPresent,
  StorageError,
} from "./errors";
import { checkLease, isLocked } from "./lease";
import { guidHeader, metadata, required, type StorageRequest } from "./storage-request";

/** Source: https://learn.microsoft.com/rest/api/storageservices/get-blob and get-blob-properties. */
export function getBlob(request: StorageRequest, blobs: BlobStore, clock: Clock): Response {
  const blob = existing(request, blobs, clock, "read");
  const content = Buffer.from(blob.content, "base64");
  const headers = blobHeaders(blob, clock.now().getTime());
  const asked = request.headers.get("x-ms-range") ?? request.headers.get("range");
  const range = byteRange(asked, content.length);
  if (request.method === "HEAD" || range === undefined) {
    const length = { "content-length": String(content.length), "content-md5": blob.contentMd5 };
    const body = request.method === "HEAD" ? null : content;
    return new Response(body, { headers: { ...headers, ...length } });
  }
  if (range === "unsatisfiable") {
    throw new StorageError(
      416,
      "InvalidRange",
      "The range specified is invalid for the current size of the resource.",
      { headers: { "content-range": `bytes */${content.length}` } },
    );
  }
  return new Response(content.subarray(range.start, range.end + 1), {
    status: 206,
    headers: {
      ...headers,
      "content-length": String(range.end - range.start + 1),
      "content-range": `bytes ${range.start}-${range.end}/${content.length}`,
      "x-ms-blob-content-md5": blob.contentMd5,
    },
  });
}

/** Source: https://learn.microsoft.com/rest/api/storageservices/put-blob */
export async function putBlob(
  request: StorageRequest,
  blobs: BlobStore,
  clock: Clock,
): Promise<Response> {
  const { headers, containerId, blob: name } = request;
  const type = required(headers.get("x-ms-blob-type"), "x-ms-blob-type");
  if (type === "PageBlob" || type === "AppendBlob") throw notHere(`blobs of the type ${type}`);
  if (type !== "BlockBlob") throw invalidHeader("x-ms-blob-type", type);
  const content = await request.body();
  const contentMd5 = createHash("md5").update(content).digest("base64");
  for (const header of ["content-md5", "x-ms-blob-content-md5"]) {
    if ((headers.get(header) ?? contentMd5) !== contentMd5) throw md5Mismatch();
  }
  const before = blobs.get(containerId, name);
  checkLease(before?.lease, leaseId(request), "write", clock.now().getTime());
  if (before && headers.get("if-none-match") === "*") throw blobAlreadyExists();
  checkConditions(before, headers, "write");
  const made = changed(
    {
      name,
      content: content.toString("base64"),
      contentType:
        headers.get("x-ms-blob-content-type") ??
        headers.get("content-type") ??
        "application/octet-stream",
      contentMd5,
      metadata: metadata(headers),
      createdOn: before?.createdOn ?? clock.now().toISOString(),
      ...(before?.lease && { lease: before.lease }),
    },
    clock,
  );
  blobs.set(containerId, made);
  return new Response(null, {
    status: 201,
    headers: { ...writtenHeaders(made), "content-md5": contentMd5 },
  });
}

/** Source: https://learn.microsoft.com/rest/api/storageservices/set-blob-metadata */
export function setBlobMetadata(request: StorageRequest, blobs: BlobStore, clock: Clock): Response {
  const blob = existing(request, blobs, clock, "write");
  const made = changed({ ...blob, metadata: metadata(request.headers) }, clock);
  blobs.set(request.containerId, made);
  return new Response(null, { status: 200, headers: writtenHeaders(made) });
}

/** Source: https://learn.microsoft.com/rest/api/storageservices/snapshot-blob (a lease is no hindrance). */
export function snapshotBlob(request: StorageRequest, blobs: BlobStore, clock: Clock): Response {
  const blob = withoutLease(existing(request, blobs, clock, "read"));
  const taken = new Set(
    blobs.snapshots(request.containerId, request.blob).map(({ snapshot }) => snapshot),
  );
  // Seven digits, as of a .NET time: two snapshots in a millisecond have names of their own.
  const millisecond = clock.now().toISOString().slice(0, -1);
  let tick = 0;
  const name = () => `${millisecond}${String(tick).padStart(4, "0")}Z`;
  while (taken.has(name())) tick += 1;
  const given = metadata(request.headers);
  const replaced = Object.keys(given).length > 0;
  blobs.set(request.containerId, {
    ...blob,
    ...(replaced && { metadata: given }),
    snapshot: name(),
  });
  return new Response(null, {
    status: 201,
    headers: { ...writtenHeaders(blob), "x-ms-snapshot": name() },
  });
}

/** Source: https://learn.microsoft.com/rest/api/storageservices/delete-blob */
export function deleteBlob(request: StorageRequest, blobs: BlobStore, clock: Clock): Response {
  const blob = existing(request, blobs, clock, "write");
  const which = request.headers.get("x-ms-delete-snapshots");
  if (which !== null && !["include", "only"].includes(which)) {
    throw invalidHeader("x-ms-delete-snapshots", which);
  }
  if (blob.snapshot === undefined) {
    const snapshots = blobs.snapshots(request.containerId, blob.name);
    if (snapshots.length > 0 && which === null) throw snapshotsPresent();
    for (const snapshot of snapshots) blobs.delete(request.containerId, snapshot);
  }
  if (which !== "only") blobs.delete(request.containerId, blob);
  return new Response(null, { status: 202, headers: { "x-ms-delete-type-permanent": "true" } });
}

/** The blob that a request names, once its lease and its conditions allow it. */
function existing(
  request: StorageRequest,
  blobs: BlobStore,
  clock: Clock,
  access: "read" | "write",
): Blob {
  const snapshot = request.url.searchParams.get("snapshot") ?? undefined;
  const blob = blobs.get(request.containerId, request.blob, snapshot);
  if (!blob) throw blobNotFound();
  checkLease(blob.lease, leaseId(request), access, clock.now().getTime());
  checkConditions(blob, request.headers, access);
  return blob;
}

const leaseId = ({ headers }: StorageRequest) => guidHeader(headers, "x-ms-lease-id");

/** A blob after a change, which ends a lease that nobody holds any more. */
function changed({ lease, ...blob }: Omit<Blob, "etag" | "lastModified">, clock: Clock): Blob {
  const now = clock.now();
  return {
    ...blob,
    ...(lease && isLocked(lease, now.getTime()) && { lease }),
    etag: newEtag(),
    lastModified: now.toISOString(),
  };
}
