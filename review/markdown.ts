// By hand: the kept libraries for this (markdown-table 3, remark) are ESM only, which neither cdktf's
// ts-node nor jest under CommonJS can load, and GitHub does not need aligned columns.

/** A table of GitHub Flavored Markdown; cells are Markdown themselves. */
export function table(header: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]) => `| ${cells.join(" | ")} |`;
  return [line(header), line(header.map(() => "---")), ...rows.map(line)].join("\n");
}

/**
 * A code span for text of any content, fit for a table's cell: nothing in it is formatted, mentions
 * nobody and links nowhere.
 */
export function code(text: string): string {
  const flat = text.replace(/\s+/g, " ").trim();
  const longestRun = Math.max(0, ...(flat.match(/`+/g) ?? []).map((run) => run.length));
  const fence = "`".repeat(longestRun + 1);
  const padding = /^`|`$/.test(flat) ? " " : "";
  // GFM splits a row into cells before it looks at code spans, so a pipe is escaped there as well.
  return `${fence}${padding}${flat.replaceAll("|", "\\|")}${padding}${fence}`;
}

/** A fenced block for text of any content. */
export function block(text: string): string {
  const longestRun = Math.max(2, ...(text.match(/`+/g) ?? []).map((run) => run.length));
  const fence = "`".repeat(longestRun + 1);
  return `${fence}text\n${text.trimEnd()}\n${fence}`;
}
