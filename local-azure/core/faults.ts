import { z } from "zod";
import { AzureError } from "./errors";

/** What a test asks the local Azure to get wrong: the next requests, or operations, of a resource type. */
export const faultSchema = z.strictObject({
  /** e.g. `Microsoft.ServiceLinker/linkers`. */
  type: z.string(),
  /** @default any method that changes something */
  method: z.enum(["PUT", "PATCH", "DELETE", "POST"]).optional(),
  /** `request` refuses the request; `operation` accepts it, and its operation fails. */
  during: z.enum(["request", "operation"]).default("request"),
  /** The HTTP status of a refused request. */
  status: z.int().min(400).max(599).default(409),
  code: z.string(),
  message: z.string(),
  /** How many times. */
  times: z.int().min(1).default(1),
});

type Fault = z.infer<typeof faultSchema>;

export class Faults {
  readonly #faults: Fault[] = [];

  add(fault: Fault): void {
    this.#faults.push({ ...fault });
  }

  clear(): void {
    this.#faults.length = 0;
  }

  list(): readonly Fault[] {
    return this.#faults;
  }

  /** @throws AzureError when a fault waits for such a request. */
  raise(type: string, method: string, during: Fault["during"] = "request"): void {
    const index = this.#faults.findIndex(
      (fault) =>
        fault.type.toLowerCase() === type.toLowerCase() &&
        fault.during === during &&
        (fault.method === undefined || fault.method === method),
    );
    const fault = this.#faults[index];
    if (!fault) return;
    fault.times -= 1;
    if (fault.times === 0) this.#faults.splice(index, 1);
    throw new AzureError(fault.status, fault.code, fault.message);
  }
}
