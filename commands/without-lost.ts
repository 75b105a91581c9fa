import type { StackEngine } from "./stack-engine";

/**
 * Takes what runs in a lost cluster out of the state for a command, and puts it back when the command
 * has written nothing: because it failed early, was declined at its question, or was interrupted.
 *
 * @returns What `run` returns.
 */
export async function withoutLost<T>(
  engine: StackEngine,
  lost: readonly string[],
  run: () => Promise<T>,
): Promise<T> {
  const before = await engine.pullState();
  await engine.forget(lost);
  const { serial } = await engine.state();
  try {
    return await run();
  } finally {
    if ((await engine.state()).serial === serial) {
      await engine.pushState(before);
      console.error("Nothing was applied: the state is as it was before.");
    }
  }
}
