import type { z } from "zod";

/** Settings are wrong; `problems` has one line for each, with its name, what was given and what is allowed. */
export class ConfigurationError extends Error {
  constructor(readonly problems: readonly string[]) {
    super(
      [
        problems.length === 1
          ? "The configuration has a problem:"
          : `The configuration has ${problems.length} problems:`,
        ...problems.map((problem) => `  - ${problem}`),
      ].join("\n"),
    );
    this.name = "ConfigurationError";
  }
}

/** One line for each thing that is wrong with `given`. */
export function describeIssues(
  environment: string,
  given: unknown,
  issues: readonly z.core.$ZodIssue[],
): string[] {
  return issues.flatMap((issue) => {
    const path = issue.path.map(String);
    if (issue.code === "unrecognized_keys") {
      return issue.keys.map(
        (key) =>
          `${[environment, ...path, key].join(".")}: no such setting; allowed: ${issue.message}`,
      );
    }
    const setting = [environment, ...path].join(".");
    if (issue.code === "invalid_key") {
      const allowed = issue.issues.map(({ message }) => message).join("; ");
      return `${setting}: the name was given; allowed: ${allowed}`;
    }
    return `${setting}: ${show(valueAt(given, path))}; allowed: ${issue.message}`;
  });
}

function valueAt(given: unknown, path: readonly string[]): unknown {
  return path.reduce<unknown>(
    (value, key) =>
      typeof value === "object" && value !== null
        ? (value as Record<string, unknown>)[key]
        : undefined,
    given,
  );
}

/** A private key pasted by mistake must not reach a log. */
function show(value: unknown): string {
  if (value === undefined) return "not given";
  // JSON has no word for NaN, which is what Number() makes of a variable that is not set.
  const text = typeof value === "number" ? String(value) : JSON.stringify(value);
  return text.includes("PRIVATE KEY") ? "a private key was given" : `${text} was given`;
}
