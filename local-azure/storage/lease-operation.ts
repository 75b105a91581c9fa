import { randomUUID } from "node:crypto";
import type { Clock } from "../core/clock";
import { withoutLease, type Blob, type BlobStore } from "./blob-store";
import { checkConditions } from "./conditions";
import { blobNotFound, invalidHeader } from "./errors";
import { acquire, breakLease, change, checkRelease, renew, type Lease } from "./lease";
import { guidHeader, numberHeader, required, type StorageRequest } from "./storage-request";

interface Outcome {
  readonly status: 200 | 201 | 202;
  readonly lease: Lease | undefined;
  readonly headers?: Readonly<Record<string, string>>;
}

/** Source: https://learn.microsoft.com/rest/api/storageservices/lease-blob */
export function leaseBlob(request: StorageRequest, blobs: BlobStore, clock: Clock): Response {
  const blob = blobs.get(request.containerId, request.blob);
  if (!blob) throw blobNotFound();
  checkConditions(blob, request.headers, "write");
  const { status, lease, headers } = perform(request.headers, blob, clock.now().getTime());
  // A lease is no change of the blob: its ETag stays.
  blobs.set(request.containerId, { ...withoutLease(blob), ...(lease && { lease }) });
  return new Response(null, {
    status,
    headers: {
      ...headers,
      etag: blob.etag,
      "last-modified": new Date(blob.lastModified).toUTCString(),
    },
  });
}

function perform(headers: Headers, { lease }: Blob, now: number): Outcome {
  const action = required(headers.get("x-ms-lease-action"), "x-ms-lease-action");
  const id = () => required(guidHeader(headers, "x-ms-lease-id"), "x-ms-lease-id");
  const proposed = guidHeader(headers, "x-ms-proposed-lease-id");
  const held = (status: 200 | 201, next: Lease): Outcome => ({
    status,
    lease: next,
    headers: { "x-ms-lease-id": next.id },
  });
  switch (action.toLowerCase()) {
    case "acquire": {
      const seconds = numberHeader(
        headers,
        "x-ms-lease-duration",
        (value) => value === -1 || (value >= 15 && value <= 60),
      );
      const wanted = required(seconds, "x-ms-lease-duration");
      return held(201, acquire(lease, proposed ?? randomUUID(), wanted, now));
    }
    case "renew":
      return held(200, renew(lease, id(), now));
    case "change":
      return held(200, change(lease, id(), required(proposed, "x-ms-proposed-lease-id"), now));
    case "release":
      checkRelease(lease, id());
      return { status: 200, lease: undefined };
    case "break": {
      const period = numberHeader(
        headers,
        "x-ms-lease-break-period",
        (value) => value >= 0 && value <= 60,
      );
      const broken = breakLease(lease, period, now);
      const seconds = Math.ceil((broken.breaksAt - now) / 1000);
      return { status: 202, lease: broken, headers: { "x-ms-lease-time": String(seconds) } };
    }
    default:
      throw invalidHeader("x-ms-lease-action", action);
  }
}
