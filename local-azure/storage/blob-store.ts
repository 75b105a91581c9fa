import { randomBytes } from "node:crypto";
import type { Collection, Store } from "../core/store";
import type { Lease } from "./lease";

/** A block blob, or a snapshot of one. */
export interface Blob {
  readonly name: string;
  /** Base64. */
  readonly content: string;
  readonly contentType: string;
  /** Base64. */
  readonly contentMd5: string;
  /** By name, in lower case: HTTP's headers have no other. */
  readonly metadata: Readonly<Record<string, string>>;
  readonly etag: string;
  readonly createdOn: string;
  readonly lastModified: string;
  readonly lease?: Lease;
  /** The time of a snapshot, which is its name. */
  readonly snapshot?: string;
}

/** A snapshot has none, and a lease that is released is gone. */
export function withoutLease(blob: Blob): Blob {
  return Object.fromEntries(Object.entries(blob).filter(([name]) => name !== "lease")) as Blob;
}

export const newEtag = () => `"0x${randomBytes(8).toString("hex").toUpperCase()}"`;

/** The blobs of all containers. */
export class BlobStore {
  readonly #blobs: Collection<Blob>;

  constructor(store: Store) {
    this.#blobs = store.collection("storage.blobs");
  }

  get(containerId: string, name: string, snapshot?: string): Blob | undefined {
    return this.#blobs.get(key(containerId, name, snapshot));
  }

  set(containerId: string, blob: Blob): void {
    this.#blobs.set(key(containerId, blob.name, blob.snapshot), blob);
  }

  delete(containerId: string, { name, snapshot }: Blob): void {
    this.#blobs.delete(key(containerId, name, snapshot));
  }

  /** All of a container, in the order of their names; a blob's snapshots stand before it. */
  list(containerId: string): Blob[] {
    const prefix = `${containerId.toLowerCase()}\n`;
    return this.#blobs
      .entries()
      .filter(([id]) => id.startsWith(prefix))
      .map(([, blob]) => blob)
      .sort((one, other) => compare(one, other));
  }

  snapshots(containerId: string, name: string): Blob[] {
    return this.list(containerId).filter(
      (blob) => blob.name === name && blob.snapshot !== undefined,
    );
  }

  /** Removes what stands in a container, or in all of an account. */
  forget(resourceId: string): void {
    const id = resourceId.toLowerCase();
    for (const [name] of this.#blobs.entries()) {
      if (name.startsWith(`${id}/`) || name.startsWith(`${id}\n`)) this.#blobs.delete(name);
    }
  }
}

/** A blob's name has a casing, and the store's keys have none. */
const key = (containerId: string, name: string, snapshot = "") =>
  [containerId, Buffer.from(name).toString("hex"), snapshot].join("\n");

function compare(one: Blob, other: Blob): number {
  const byName = Buffer.compare(Buffer.from(one.name), Buffer.from(other.name));
  if (byName !== 0) return byName;
  // Oldest first, and the blob itself last.
  return (one.snapshot ?? "~") < (other.snapshot ?? "~") ? -1 : 1;
}
