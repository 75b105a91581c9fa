import type { ArmResource } from "../core/planes";
import { isGuid } from "../core/identifiers";
import { invalidHeader, invalidUri, missingHeader } from "./errors";

/** A request at an account's Blob endpoint. */
export interface StorageRequest {
  readonly method: string;
  readonly account: ArmResource;
  /** The id that the container has in Azure Resource Manager, whether it exists or not. */
  readonly containerId: string;
  readonly container: string;
  /** Empty when the request is about the container. */
  readonly blob: string;
  readonly url: URL;
  readonly headers: Headers;
  readonly body: () => Promise<Buffer>;
}

export function storageRequest(raw: Request, account: ArmResource): StorageRequest {
  const url = new URL(raw.url);
  const [container = "", ...names] = url.pathname.slice(1).split("/").map(decoded);
  return {
    method: raw.method,
    account,
    containerId: `${account.id}/blobServices/default/containers/${container}`,
    container,
    blob: names.join("/"),
    url,
    headers: raw.headers,
    body: async () => Buffer.from(await raw.arrayBuffer()),
  };
}

function decoded(segment: string): string {
  try {
    return decodeURIComponent(segment);
  } catch {
    throw invalidUri();
  }
}

/** A header with a GUID, in lower case. @throws StorageError 400 when it is none. */
export function guidHeader(headers: Headers, name: string): string | undefined {
  const value = headers.get(name);
  if (value === null || value === "") return undefined;
  if (!isGuid(value)) throw invalidHeader(name, value);
  return value.toLowerCase();
}

/** @throws StorageError 400 when it is not there. */
export function required<T>(value: T | null | undefined, name: string): T {
  if (value == null) throw missingHeader(name);
  return value;
}

/** @throws StorageError 400 when it is no whole number that is allowed. */
export function numberHeader(
  headers: Headers,
  name: string,
  allowed: (value: number) => boolean,
): number | undefined {
  const value = headers.get(name);
  if (value === null) return undefined;
  if (!/^-?\d+$/.test(value) || !allowed(Number(value))) throw invalidHeader(name, value);
  return Number(value);
}

/** `x-ms-meta-<name>`. Source: https://learn.microsoft.com/rest/api/storageservices/set-blob-metadata */
export function metadata(headers: Headers): Record<string, string> {
  const prefix = "x-ms-meta-";
  return Object.fromEntries(
    [...headers]
      .filter(([name]) => name.startsWith(prefix))
      .map(([name, value]) => [name.slice(prefix.length), value]),
  );
}
