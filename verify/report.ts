import type { Check } from "./chain";
import type { Facts } from "./facts";

/** What `npm run verify` prints: a line for each link, the ways out, and the pod's log. */
export function report(facts: Facts, checks: readonly Check[]): string {
  const width = Math.max(...checks.map(({ link }) => link.length));
  const lines = checks.map(
    ({ link, holds, found }) => `${holds ? "ok    " : "BROKEN"}  ${link.padEnd(width)}  ${found}`,
  );
  const broken = checks.filter(({ holds }) => !holds);
  const { pod } = facts;
  return [
    ...lines,
    "",
    `Log of pod ${pod.name} (${pod.phase ?? "no such pod"}):`,
    ...(pod.log.trimEnd() || "(empty)").split("\n").map((line) => `  ${line}`),
    "",
    ...(broken.length === 0
      ? ["The connection works."]
      : [
          `The connection does not work: ${broken.length} of ${checks.length} links are broken.`,
          ...broken.map(({ link, wayOut }) => `- ${link}: ${wayOut ?? ""}`),
        ]),
  ].join("\n");
}
