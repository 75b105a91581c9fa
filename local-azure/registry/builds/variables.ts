/**
 * Replaces `$NAME`, `${NAME}`, `${NAME:-default}` and `${NAME:+alternative}`; `\$` is a dollar sign.
 *
 * Source: https://docs.docker.com/reference/dockerfile/#environment-replacement
 */
export const expandVariables = (
  text: string,
  variables: Readonly<Record<string, string>>,
): string =>
  text.replace(
    /\\\$|\$(?:(\w+)|\{(\w+)(?::?([-+])([^}]*))?\})/g,
    (match: string, plain?: string, braced?: string, operator?: string, ...more: unknown[]) => {
      const word = typeof more[0] === "string" ? more[0] : "";
      if (match === "\\$") return "$";
      const value = variables[plain ?? braced ?? ""] ?? "";
      if (operator === "-") return value === "" ? word : value;
      if (operator === "+") return value === "" ? "" : word;
      return value;
    },
  );
