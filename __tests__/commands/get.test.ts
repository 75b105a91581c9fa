import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { generateFromRecordedSchema } from "../../commands/get";

function contents(folder: string): Record<string, string> {
  return Object.fromEntries(
    readdirSync(folder, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map((entry) => join(entry.parentPath, entry.name))
      .sort()
      .map((path) => [path.slice(folder.length), readFileSync(path, "utf8")]),
  );
}

test("the committed .gen is what `npm run get` generates from the recorded schema", async () => {
  const folder = mkdtempSync(join(tmpdir(), "gen-"));
  try {
    await generateFromRecordedSchema(folder);
    const committed = contents(resolve(__dirname, "..", "..", ".gen"));
    expect(Object.keys(committed).length).toBeGreaterThan(10);
    expect(contents(folder)).toEqual(committed);
  } finally {
    rmSync(folder, { recursive: true });
  }
}, 60_000);
