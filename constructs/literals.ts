/** Texts as they are: the engine would read `${` and `%{` as the beginning of a template. */
export function literals(texts: Readonly<Record<string, string>>): Record<string, string> {
  const escape = (text: string): string => text.replaceAll(/[$%](?=\{)/g, "$&$&");
  return Object.fromEntries(Object.entries(texts).map(([key, value]) => [key, escape(value)]));
}
