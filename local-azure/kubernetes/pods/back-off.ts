import type { Clock } from "../../core/clock";

/** Source: https://kubernetes.io/docs/concepts/workloads/pods/pod-lifecycle/#restart-policy */
const INITIAL_SECONDS = 10;
const MAXIMUM_SECONDS = 300;
/** After this long without trouble it begins anew. */
const RESET_SECONDS = 600;

/** The growing pauses between attempts: 10 s, 20 s, 40 s, ... up to five minutes. */
export class BackOff {
  #seconds: number;
  #last: number | undefined;
  readonly #clock: Clock;

  /** @param first - Seconds before the second attempt. */
  constructor(clock: Clock, first: 0 | typeof INITIAL_SECONDS) {
    this.#clock = clock;
    this.#seconds = first;
  }

  /** Seconds to wait before the next attempt. */
  next(): number {
    const now = this.#clock.now().getTime();
    const isCalm = this.#last !== undefined && now - this.#last > RESET_SECONDS * 1000;
    const seconds = isCalm ? 0 : this.#seconds;
    this.#seconds = seconds === 0 ? INITIAL_SECONDS : Math.min(seconds * 2, MAXIMUM_SECONDS);
    this.#last = now;
    return seconds;
  }
}
