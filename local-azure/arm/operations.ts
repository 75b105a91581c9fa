import { randomUUID } from "node:crypto";
import type { Clock } from "../core/clock";
import { AzureError } from "../core/errors";
import type { Collection, Store } from "../core/store";

/** A long-running operation. Source: Azure/azure-resource-manager-rpc, v1.0/async-api-reference.md. */
export interface Operation {
  readonly name: string;
  readonly resourceId: string;
  readonly type: string;
  readonly verb: "put" | "delete" | "action";
  /** The action's name, for `action`. */
  readonly action?: string;
  readonly location: string;
  readonly startTime: string;
  /** Milliseconds. */
  readonly duration: number;
  status: "InProgress" | "Succeeded" | "Failed";
  endTime?: string;
  error?: ReturnType<AzureError["toBody"]>["error"];
  /** What an action has found out when it has succeeded: the properties of its status. */
  result?: unknown;
}

/** How many finished operations are remembered for whoever still asks. */
const REMEMBERED = 200;

/**
 * Runs long-running operations on the clock. They are part of the state: one that was under way when the
 * process ended is finished after the next start.
 */
export class Operations {
  readonly #clock: Clock;
  readonly #operations: Collection<Operation>;
  readonly #finish: (operation: Operation) => Promise<unknown>;
  readonly #timers = new Set<() => void>();
  readonly #waiting = new Map<string, Set<() => void>>();
  /** Milliseconds for which a poll is held back while its operation runs. */
  readonly #hold: number;

  /**
   * @param finish - Brings about what the operation is for; an {@link AzureError} makes it fail.
   */
  constructor(
    store: Store,
    clock: Clock,
    hold: number,
    finish: (operation: Operation) => Promise<unknown>,
  ) {
    this.#operations = store.collection("arm.operations");
    this.#clock = clock;
    this.#hold = hold;
    this.#finish = finish;
  }

  /** Goes on with what was under way when the process ended. */
  resume(): void {
    for (const operation of this.#operations.values()) {
      if (operation.status === "InProgress") this.#schedule(operation);
    }
  }

  start(
    operation: Pick<Operation, "resourceId" | "type" | "verb" | "action" | "location" | "duration">,
  ): Operation {
    const started: Operation = {
      ...operation,
      name: randomUUID(),
      startTime: this.#clock.now().toISOString(),
      status: "InProgress",
    };
    this.#forgetOld();
    this.#operations.set(started.name, started);
    this.#schedule(started);
    return started;
  }

  get(name: string): Operation | undefined {
    return this.#operations.get(name);
  }

  /** The operation that is under way on a resource. */
  on(resourceId: string): Operation | undefined {
    const wanted = resourceId.toLowerCase();
    return this.#operations
      .values()
      .find(
        (operation) =>
          operation.status === "InProgress" && operation.resourceId.toLowerCase() === wanted,
      );
  }

  /**
   * Waits until the operation has ended, but not for long: a client that polls without a delay would ask some
   * hundred times a second.
   */
  async settled(operation: Operation): Promise<void> {
    if (operation.status !== "InProgress" || this.#hold === 0) return;
    await new Promise<void>((resolve) => {
      const waiting = this.#waiting.get(operation.name) ?? new Set();
      this.#waiting.set(operation.name, waiting);
      const cancel = this.#clock.after(this.#hold, () => {
        waiting.delete(done);
        resolve();
      });
      const done = () => {
        cancel();
        resolve();
      };
      waiting.add(done);
    });
  }

  /** Takes time, as work that is done before the answer does; none where polls are not held back either. */
  async pause(milliseconds: number): Promise<void> {
    if (this.#hold === 0) return;
    await new Promise<void>((resolve) => {
      this.#clock.after(milliseconds, resolve);
    });
  }

  /** Leaves what is under way to the next process. */
  close(): void {
    for (const cancel of this.#timers) cancel();
    this.#timers.clear();
  }

  #schedule(operation: Operation): void {
    const cancel = this.#clock.after(operation.duration, () => {
      this.#timers.delete(cancel);
      void this.#run(operation);
    });
    this.#timers.add(cancel);
  }

  async #run(operation: Operation): Promise<void> {
    try {
      const result = await this.#finish(operation);
      operation.status = "Succeeded";
      if (result !== undefined) operation.result = result;
    } catch (error) {
      operation.status = "Failed";
      operation.error =
        error instanceof AzureError
          ? error.toBody().error
          : { code: "InternalServerError", message: `The local Azure failed: ${String(error)}` };
    }
    operation.endTime = this.#clock.now().toISOString();
    this.#operations.set(operation.name, operation);
    for (const done of this.#waiting.get(operation.name) ?? []) done();
    this.#waiting.delete(operation.name);
  }

  #forgetOld(): void {
    const finished = this.#operations.values().filter(({ status }) => status !== "InProgress");
    for (const { name } of finished.slice(0, Math.max(0, finished.length - REMEMBERED))) {
      this.#operations.delete(name);
    }
  }
}
