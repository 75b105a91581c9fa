import type { Clock } from "../../core/clock";

/** The work has nothing more to do: its pod is being deleted, or the local Azure ends. */
export class Stopped extends Error {}

/** Timers and pauses that all end at once. */
export class Pauses {
  readonly #clock: Clock;
  readonly #stop = new AbortController();
  readonly #timers = new Set<() => void>();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  get isStopped(): boolean {
    return this.#stop.signal.aborted;
  }

  /** Ends every pause with {@link Stopped}, and forgets every timer. */
  stop(): void {
    this.#stop.abort();
    for (const cancel of this.#timers) cancel();
    this.#timers.clear();
  }

  throwIfStopped(): void {
    if (this.isStopped) throw new Stopped();
  }

  after(seconds: number, task: () => void): void {
    const cancel = this.#clock.after(seconds * 1000, () => {
      this.#timers.delete(cancel);
      task();
    });
    this.#timers.add(cancel);
  }

  sleep(seconds: number): Promise<void> {
    this.throwIfStopped();
    return new Promise((resolve, reject) => {
      const stopped = () => {
        reject(new Stopped());
      };
      this.#stop.signal.addEventListener("abort", stopped, { once: true });
      this.after(seconds, () => {
        this.#stop.signal.removeEventListener("abort", stopped);
        resolve();
      });
    });
  }
}
