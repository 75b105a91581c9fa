/**
 * Keeps signals from ending this process, so that what it has begun can end first.
 *
 * @returns Aborted as soon as one has arrived.
 */
export function interruption(): AbortSignal {
  const controller = new AbortController();
  for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) {
    process.on(signal, () => {
      controller.abort();
    });
  }
  return controller.signal;
}
