import { setTimeout as sleep } from "node:timers/promises";

/** Enough for a signal to reach this process, in milliseconds. */
const delivery = 100;

const signals = ["SIGINT", "SIGTERM", "SIGHUP"] as const;

/**
 * Runs `action` with a signal that aborts when the process is asked to end, waits until the action
 * has cleaned up, and then lets the process end as it was asked to.
 */
export async function withInterrupt<Result>(
  action: (signal: AbortSignal) => Promise<Result>,
): Promise<Result> {
  const controller = new AbortController();
  let received: NodeJS.Signals | undefined;
  const abort = (signal: NodeJS.Signals): void => {
    received = signal;
    controller.abort();
  };
  signals.forEach((signal) => process.on(signal, abort));
  try {
    return await action(controller.signal);
  } finally {
    signals.forEach((signal) => process.off(signal, abort));
    if (received !== undefined) {
      process.kill(process.pid, received);
      // The signal arrives in a later turn; an error that is reported before it would hide it.
      await sleep(delivery);
    }
  }
}
