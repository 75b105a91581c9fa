import { once } from "node:events";
import { createInterface } from "node:readline/promises";

/**
 * Asks a person.
 *
 * @returns True only for `yes`; Ctrl-C, and an input that ends, are a no.
 */
export async function confirm(
  question: string,
  input: NodeJS.ReadableStream = process.stdin,
  output: NodeJS.WritableStream = process.stdout,
): Promise<boolean> {
  const terminal = createInterface({ input, output });
  // The question's own promise would stay open for ever, and the process end with exit code 0.
  const closed = once(terminal, "close").then(() => "no");
  const answer = await Promise.race([terminal.question(`${question} (yes/no) `), closed]);
  terminal.close();
  return answer.trim().toLowerCase() === "yes";
}
