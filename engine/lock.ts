import { setTimeout as sleep } from "node:timers/promises";
import { lock } from "proper-lockfile";
import type { Progress } from "./progress";

/** After this many milliseconds without a sign of life a lock is a crashed run's. */
const stale = 15_000;

/** How often a waiting run looks again, in milliseconds. */
const interval = 500;

/**
 * Runs `action` while no other process does so for the same directory. A run that was killed does not
 * block the next one for longer than 15 seconds.
 *
 * @throws Error when `signal` aborts while another run is waited for.
 */
export async function withLock<Result>(
  directory: string,
  progress: Pick<Progress, "say">,
  signal: AbortSignal,
  action: () => Promise<Result>,
): Promise<Result> {
  const release = await acquire(directory, progress, signal);
  try {
    return await action();
  } finally {
    await release();
  }
}

async function acquire(
  directory: string,
  progress: Pick<Progress, "say">,
  signal: AbortSignal,
): Promise<() => Promise<void>> {
  for (let waiting = false; ; waiting = true) {
    try {
      return await lock(directory, { stale });
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== "ELOCKED") throw error;
    }
    if (!waiting) progress.say("Another run is building the same; waiting for it.");
    await sleep(interval, undefined, { signal }).catch(() => {
      throw new Error("Interrupted while waiting for another run's build.");
    });
  }
}
