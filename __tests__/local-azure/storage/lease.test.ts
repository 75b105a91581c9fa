import {
  acquire,
  breakLease,
  change,
  checkLease,
  checkRelease,
  leaseState,
  renew,
  type Lease,
  type LeaseState,
} from "../../../local-azure/storage/lease";
import { StorageError } from "../../../local-azure/storage/errors";

const NOW = 1_000_000;

/** A blob's lease A in each of its states. */
const LEASES: Readonly<Record<LeaseState, Lease | undefined>> = {
  available: undefined,
  leased: { id: "a", seconds: 30, endsAt: NOW + 10_000 },
  breaking: { id: "a", seconds: 30, endsAt: NOW + 10_000, breaksAt: NOW + 5000 },
  broken: { id: "a", seconds: 30, endsAt: NOW + 10_000, breaksAt: NOW },
  expired: { id: "a", seconds: 30, endsAt: NOW },
};
const STATES = Object.keys(LEASES) as LeaseState[];

/** The state after it with the lease's id, or the error's code. */
function outcome(action: () => Lease | undefined): string {
  try {
    const lease = action();
    return [leaseState(lease, NOW), ...(lease ? [lease.id] : [])].join(" ");
  } catch (error) {
    if (error instanceof StorageError) return `${error.status} ${error.code}`;
    throw error;
  }
}

test.each(STATES)("a lease is seen as %s", (state) => {
  expect(leaseState(LEASES[state], NOW)).toBe(state);
});

function released(lease: Lease | undefined, id: string): undefined {
  checkRelease(lease, id);
  return undefined;
}

const PRESENT = "409 LeaseAlreadyPresent";
const ABSENT = "409 LeaseNotPresentWithLeaseOperation";
const OTHER = "409 LeaseIdMismatchWithLeaseOperation";

// https://learn.microsoft.com/rest/api/storageservices/lease-blob
// Table "Outcomes of lease operations on blobs by lease state", in the order of STATES; the codes are those of
// https://learn.microsoft.com/rest/api/storageservices/blob-service-error-codes.
test.each<[string, (lease: Lease | undefined) => Lease | undefined, readonly string[]]>([
  [
    "acquire A",
    (lease) => acquire(lease, "a", 60, NOW),
    ["leased a", "leased a", "409 LeaseIsBreakingAndCannotBeAcquired", "leased a", "leased a"],
  ],
  [
    "acquire B",
    (lease) => acquire(lease, "b", -1, NOW),
    ["leased b", PRESENT, PRESENT, "leased b", "leased b"],
  ],
  [
    "break at once",
    (lease) => breakLease(lease, 0, NOW),
    [ABSENT, "broken a", "broken a", "broken a", "broken a"],
  ],
  [
    "break after a while",
    (lease) => breakLease(lease, 3, NOW),
    [ABSENT, "breaking a", "breaking a", "broken a", "broken a"],
  ],
  [
    "change A to B",
    (lease) => change(lease, "a", "b", NOW),
    [ABSENT, "leased b", "409 LeaseIsBreakingAndCannotBeChanged", ABSENT, ABSENT],
  ],
  [
    "change B to A",
    (lease) => change(lease, "b", "a", NOW),
    [ABSENT, "leased a", "409 LeaseIsBreakingAndCannotBeChanged", ABSENT, ABSENT],
  ],
  [
    "change B to C",
    (lease) => change(lease, "b", "c", NOW),
    [ABSENT, OTHER, OTHER, ABSENT, ABSENT],
  ],
  [
    "renew A",
    (lease) => renew(lease, "a", NOW),
    [
      ABSENT,
      "leased a",
      "409 LeaseIsBrokenAndCannotBeRenewed",
      "409 LeaseIsBrokenAndCannotBeRenewed",
      "leased a",
    ],
  ],
  ["renew B", (lease) => renew(lease, "b", NOW), [ABSENT, OTHER, OTHER, OTHER, OTHER]],
  [
    "release A",
    (lease) => {
      released(lease, "a");
    },
    [ABSENT, "available", "available", "available", "available"],
  ],
  [
    "release B",
    (lease) => {
      released(lease, "b");
    },
    [ABSENT, OTHER, OTHER, OTHER, OTHER],
  ],
])("%s, of every state", (_, action, expected) => {
  expect(STATES.map((state) => outcome(() => action(LEASES[state])))).toEqual(expected);
});

const USED = "412 LeaseIdMismatchWithBlobOperation";
const LOST = "412 LeaseLost";
const NONE = "412 LeaseNotPresentWithBlobOperation";
const MISSING = "412 LeaseIdMissing";

// The same page, table "Outcomes of use attempts on blobs by lease state".
test.each<["read" | "write", string | undefined, readonly string[]]>([
  ["write", "a", [NONE, "ok", "ok", LOST, LOST]],
  ["write", "b", [NONE, USED, USED, USED, USED]],
  ["write", undefined, ["ok", MISSING, MISSING, "ok", "ok"]],
  ["read", "a", [NONE, "ok", "ok", LOST, LOST]],
  ["read", "b", [NONE, USED, USED, USED, USED]],
  ["read", undefined, ["ok", "ok", "ok", "ok", "ok"]],
])("a %s with lease %s, of every state", (access, id, expected) => {
  const use = (state: LeaseState) =>
    outcome(() => {
      checkLease(LEASES[state], id, access, NOW);
      return undefined;
    }).replace("available", "ok");
  expect(STATES.map(use)).toEqual(expected);
});

// The same page, x-ms-lease-break-period: the shorter of the period and of what remains.
test.each([
  ["a lease with an end runs out", LEASES.leased, undefined, 10_000],
  ["a longer period does not prolong it", LEASES.leased, 60, 10_000],
  ["a shorter one ends it sooner", LEASES.leased, 3, 3000],
  ["one without an end is broken at once", { id: "a", seconds: -1 }, undefined, 0],
  ["one without an end lasts for the period", { id: "a", seconds: -1 }, 60, 60_000],
  ["a second break does not put off the first", LEASES.breaking, 60, 5000],
  ["a second break without a period changes nothing", LEASES.breaking, undefined, 5000],
])("%s", (_, lease, period, remains) => {
  expect(breakLease(lease, period, NOW).breaksAt - NOW).toBe(remains);
});
