import type { Failure } from "./failure";

/** Time and its passing, replaced in tests. */
export interface Patience {
  /** Milliseconds in all for which a failure that may pass is tried again. */
  readonly waitMs: number;
  now(): number;
  sleep(ms: number): Promise<void>;
  /** Called before each wait. */
  onWait(failure: Failure, delayMs: number): void;
}

/** An attempt failed, and trying again does not help or no time is left for it. */
export class GaveUp extends Error {
  constructor(
    readonly failure: Failure,
    cause: unknown,
  ) {
    super(failure.what, { cause });
    this.name = "GaveUp";
  }
}

const FIRST_DELAY_MS = 2_000;
const LONGEST_DELAY_MS = 15_000;

/**
 * Calls `attempt` until it succeeds. A failure that may pass is tried again with a growing delay,
 * or after the time that the service asked for, as long as that ends within `waitMs`.
 *
 * @throws GaveUp
 */
export async function withPatience<T>(
  attempt: () => Promise<T>,
  explain: (error: unknown) => Failure,
  patience: Patience,
): Promise<T> {
  const end = patience.now() + patience.waitMs;
  for (let delayMs = FIRST_DELAY_MS; ; delayMs = Math.min(delayMs * 2, LONGEST_DELAY_MS)) {
    try {
      return await attempt();
    } catch (error) {
      const failure = explain(error);
      const wait = failure.retryAfterMs ?? delayMs;
      if (!failure.mayPass || patience.now() + wait > end) throw new GaveUp(failure, error);
      patience.onWait(failure, wait);
      await patience.sleep(wait);
    }
  }
}
