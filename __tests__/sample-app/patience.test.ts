import type { Failure } from "../../sample-app/src/failure";
import { GaveUp, withPatience } from "../../sample-app/src/patience";

const failure = (over: Partial<Failure> = {}): Failure => ({
  link: "role assignment",
  what: "PermissionDenied",
  wayOut: "assign it",
  mayPass: true,
  ...over,
});

/** A clock that only sleeping moves, and a service that fails so many times before it answers. */
function run(failures: Failure[], waitMs: number) {
  let now = 0;
  const waits: number[] = [];
  const left = [...failures];
  const result = withPatience(
    () => (left.length > 0 ? Promise.reject(new Error("no")) : Promise.resolve("reply")),
    () => left.shift() ?? failure(),
    {
      waitMs,
      now: () => now,
      sleep: (ms) => {
        now += ms;
        return Promise.resolve();
      },
      onWait: (_, delayMs) => waits.push(delayMs),
    },
  );
  return { result, waits };
}

test("a failure that may pass is tried again, more and more rarely", async () => {
  const { result, waits } = run(
    Array.from({ length: 5 }, () => failure()),
    120_000,
  );
  await expect(result).resolves.toBe("reply");
  expect(waits).toEqual([2_000, 4_000, 8_000, 15_000, 15_000]);
});

test("one that cannot pass ends the run at once", async () => {
  const { result, waits } = run([failure({ mayPass: false })], 120_000);
  await expect(result).rejects.toThrow(GaveUp);
  expect(waits).toEqual([]);
});

test("the run ends with the last failure when the time is up", async () => {
  const last = failure({ what: "still denied" });
  const { result, waits } = run([failure(), failure(), last], 6_000);
  await expect(result).rejects.toMatchObject({ failure: last });
  expect(waits).toEqual([2_000, 4_000]);
});

test("the service's own Retry-After is kept, and not waited for when it is too long", async () => {
  const soon = run([failure({ retryAfterMs: 7_000 })], 120_000);
  await expect(soon.result).resolves.toBe("reply");
  expect(soon.waits).toEqual([7_000]);

  const tomorrow = run([failure({ retryAfterMs: 86_400_000 })], 120_000);
  await expect(tomorrow.result).rejects.toThrow(GaveUp);
  expect(tomorrow.waits).toEqual([]);
});

test("no time to wait means one attempt", async () => {
  const { result } = run([failure()], 0);
  await expect(result).rejects.toThrow(GaveUp);
});
