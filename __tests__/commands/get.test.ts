import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { generateFromRecordedSchema } from "../../commands/get";
import { folderContents } from "../folder-contents";

test("the committed .gen is what `npm run get` generates from the recorded schema", async () => {
  const folder = mkdtempSync(join(tmpdir(), "gen-"));
  try {
    await generateFromRecordedSchema(folder);
    const committed = folderContents(resolve(__dirname, "..", "..", ".gen"));
    expect(Object.keys(committed).length).toBeGreaterThan(10);
    expect(folderContents(folder)).toEqual(committed);
  } finally {
    rmSync(folder, { recursive: true });
  }
}, 60_000);
