/** The only source of time in the local Azure, so that tests decide when a long-running operation ends. */
export interface Clock {
  now(): Date;
  /**
   * Runs `task` once, after a delay.
   *
   * @param milliseconds - The delay.
   * @returns A function that cancels the task if it has not run yet.
   */
  after(milliseconds: number, task: () => void): () => void;
}

/** The machine's own clock. Its timers do not keep the process alive. */
export const systemClock: Clock = {
  now: () => new Date(),
  after: (milliseconds, task) => {
    const timer = setTimeout(task, milliseconds).unref();
    return () => {
      clearTimeout(timer);
    };
  },
};
