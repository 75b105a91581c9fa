import { byteRange } from "../core/byte-range";

/** What the metadata `Complete` of an ended run's log says. Source: Azure/azure-cli, acr/_stream_utils.py. */
const COMPLETE: Readonly<Record<string, string>> = {
  Succeeded: "successful",
  Failed: "failed",
  Error: "internalerror",
  Canceled: "canceled",
  Timeout: "timedout",
};

/**
 * The log of a run as a storage account serves an append blob: in parts, and with metadata that tells a client
 * that follows it when there is no more to come.
 *
 * Source: https://learn.microsoft.com/rest/api/storageservices/get-blob
 */
export function runLogBlob(
  { log, status }: { readonly log: string; readonly status: string },
  range: string | undefined,
): Response {
  const content = Buffer.from(log);
  const complete = COMPLETE[status];
  const headers = {
    "accept-ranges": "bytes",
    "content-type": "text/plain; charset=utf-8",
    "last-modified": new Date().toUTCString(),
    etag: `"0x${content.length.toString(16).toUpperCase()}"`,
    "x-ms-blob-type": "AppendBlob",
    "x-ms-version": "2021-12-02",
    ...(complete !== undefined && { "x-ms-meta-Complete": complete }),
  };
  const asked = byteRange(range, content.length);
  if (asked === undefined) {
    return new Response(content, {
      headers: { ...headers, "content-length": String(content.length) },
    });
  }
  if (asked === "unsatisfiable") {
    return new Response(null, {
      status: 416,
      headers: { "x-ms-error-code": "InvalidRange", "content-range": `bytes */${content.length}` },
    });
  }
  const { start, end } = asked;
  return new Response(content.subarray(start, end + 1), {
    status: 206,
    headers: { ...headers, "content-range": `bytes ${start}-${end}/${content.length}` },
  });
}
