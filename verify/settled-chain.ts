import { type Check, checkChain } from "./chain";
import type { Facts } from "./facts";

/** How long to wait, and the time that passes; replaced in tests. */
export interface Waiting {
  /** Seconds in all. */
  readonly seconds: number;
  now(): number;
  sleep(milliseconds: number): Promise<unknown>;
  /** Called once, before the first wait. */
  onWait(facts: Facts): void;
}

const INTERVAL_MS = 2_000;

/** What the pod itself has to bring about; all other links are there before it starts, or broken. */
const podLinks = new Set(["pod's phase", "model's reply"]);

/**
 * Reads the chain until it holds, or until waiting does not help: a link besides the pod's own is broken, the
 * pod has ended, or the time is over. A new role assignment may take ten minutes to be seen (Microsoft Learn,
 * "Troubleshoot Azure RBAC"), and the pod tries until then.
 */
export async function settledChain(
  read: () => Promise<Facts>,
  waiting: Waiting,
): Promise<{ readonly facts: Facts; readonly checks: readonly Check[] }> {
  const end = waiting.now() + waiting.seconds * 1000;
  for (let waited = false; ; waited = true) {
    const facts = await read();
    const checks = checkChain(facts);
    const broken = checks.filter(({ holds }) => !holds);
    const trying = facts.pod.phase === "Pending" || facts.pod.phase === "Running";
    const mayCome = trying && broken.every(({ link }) => podLinks.has(link));
    if (broken.length === 0 || !mayCome || waiting.now() + INTERVAL_MS > end) {
      return { facts, checks };
    }
    if (!waited) waiting.onWait(facts);
    await waiting.sleep(INTERVAL_MS);
  }
}
