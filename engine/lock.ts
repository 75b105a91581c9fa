import { lock } from "proper-lockfile";
import type { Progress } from "./progress";

/** After this many milliseconds without a sign of life a lock is a crashed run's. */
const stale = 15_000;

/** How often a waiting run looks again, in milliseconds; for an hour in all. */
const poll = { minTimeout: 1000, maxTimeout: 1000, retries: 3600 };

/**
 * Runs `action` while no other process does so for the same directory. A run that was killed does not
 * block the next one for longer than 15 seconds.
 */
export async function withLock<Result>(
  directory: string,
  progress: Pick<Progress, "say">,
  action: () => Promise<Result>,
): Promise<Result> {
  const options = { stale, realpath: true };
  const release = await lock(directory, options).catch((error: unknown) => {
    if ((error as NodeJS.ErrnoException).code !== "ELOCKED") throw error;
    progress.say("Another run is building the same; waiting for it.");
    return lock(directory, { ...options, retries: poll });
  });
  try {
    return await action();
  } finally {
    await release();
  }
}
