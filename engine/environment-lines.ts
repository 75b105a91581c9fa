/**
 * An environment as lines for a POSIX shell, for `eval` or copying.
 *
 * @param environment - Names to values, as {@link PreparedEngine.environment}.
 */
export function environmentLines(environment: Readonly<Record<string, string>>): string[] {
  return Object.entries(environment).map(
    ([name, value]) => `export ${name}='${value.replaceAll("'", String.raw`'\''`)}'`,
  );
}
