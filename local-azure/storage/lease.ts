import { leaseError } from "./errors";

/** A lease on a blob, as it is stored. Its state follows from the time. */
export interface Lease {
  /** In lower case. */
  readonly id: string;
  /** -1 for one without an end. */
  readonly seconds: number;
  /** Milliseconds since the epoch. Without it, it has no end. */
  readonly endsAt?: number;
  /** When it is, or was, broken. */
  readonly breaksAt?: number;
}

/** Source: https://learn.microsoft.com/rest/api/storageservices/lease-blob#lease-states */
export type LeaseState = "available" | "leased" | "breaking" | "broken" | "expired";

export function leaseState(lease: Lease | undefined, now: number): LeaseState {
  if (!lease) return "available";
  if (lease.breaksAt !== undefined) return now < lease.breaksAt ? "breaking" : "broken";
  return lease.endsAt !== undefined && now >= lease.endsAt ? "expired" : "leased";
}

/** Whether others are kept from writing. */
export const isLocked = (lease: Lease | undefined, now: number): boolean =>
  ["leased", "breaking"].includes(leaseState(lease, now));

/** How a lease is described in a blob's properties. */
export function describeLease(lease: Lease | undefined, now: number) {
  const locked = isLocked(lease, now);
  return {
    state: leaseState(lease, now),
    status: locked ? "locked" : "unlocked",
    ...(locked && { duration: lease?.seconds === -1 ? "infinite" : "fixed" }),
  };
}

const newLease = (id: string, seconds: number, now: number): Lease => ({
  id,
  seconds,
  ...(seconds !== -1 && { endsAt: now + seconds * 1000 }),
});

/**
 * What the actions of the operation Lease Blob make of a lease.
 *
 * Source: https://learn.microsoft.com/rest/api/storageservices/lease-blob#outcomes-of-lease-operations-on-blobs-by-lease-state
 */
export function acquire(lease: Lease | undefined, id: string, seconds: number, now: number): Lease {
  const state = leaseState(lease, now);
  if (state === "leased" && lease?.id !== id) throw leaseError.alreadyPresent();
  if (state === "breaking") {
    throw lease?.id === id ? leaseError.breaking("Acquired") : leaseError.alreadyPresent();
  }
  return newLease(id, seconds, now);
}

export function renew(lease: Lease | undefined, id: string, now: number): Lease {
  const held = requireHeld(lease, id);
  if (held.breaksAt !== undefined) throw leaseError.broken();
  return newLease(id, held.seconds, now);
}

export function change(lease: Lease | undefined, id: string, proposed: string, now: number): Lease {
  const state = leaseState(lease, now);
  if (!lease || state === "broken" || state === "expired") throw leaseError.notPresent("Lease");
  if (lease.id !== id && lease.id !== proposed) throw leaseError.mismatch("Lease");
  if (state === "breaking") throw leaseError.breaking("Changed");
  return { ...lease, id: proposed };
}

/** @throws StorageError 409 when there is no lease of this id. */
export function checkRelease(lease: Lease | undefined, id: string): void {
  requireHeld(lease, id);
}

/** @param period - Seconds; without it a lease that ends runs out, and one without an end is broken at once. */
export function breakLease(
  lease: Lease | undefined,
  period: number | undefined,
  now: number,
): Lease & { readonly breaksAt: number } {
  if (!lease) throw leaseError.notPresent("Lease");
  const state = leaseState(lease, now);
  if (state === "broken" || state === "expired") return { ...lease, breaksAt: now };
  // A break can be brought forward, and not be put off.
  const latest = lease.breaksAt ?? lease.endsAt ?? (period === undefined ? now : Infinity);
  return {
    ...lease,
    breaksAt: Math.min(latest, period === undefined ? Infinity : now + period * 1000),
  };
}

function requireHeld(lease: Lease | undefined, id: string): Lease {
  if (!lease) throw leaseError.notPresent("Lease");
  if (lease.id !== id) throw leaseError.mismatch("Lease");
  return lease;
}

/**
 * Whether another operation on the blob may go on.
 *
 * Source: https://learn.microsoft.com/rest/api/storageservices/lease-blob#outcomes-of-use-attempts-on-blobs-by-lease-state
 *
 * @param id - The lease id that the request names.
 * @throws StorageError 412.
 */
export function checkLease(
  lease: Lease | undefined,
  id: string | undefined,
  access: "read" | "write",
  now: number,
): void {
  if (id === undefined) {
    if (access === "write" && isLocked(lease, now)) throw leaseError.missing();
    return;
  }
  if (!lease) throw leaseError.notPresent("Blob");
  if (lease.id !== id) throw leaseError.mismatch("Blob");
  if (!isLocked(lease, now)) throw leaseError.lost();
}
