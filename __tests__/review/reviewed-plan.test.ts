import { existsSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { planFileIn, readRecords, saveRecord } from "../../review/reviewed-plan";

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "plans-"));
});
afterEach(() => {
  rmSync(folder, { recursive: true });
});

test("a review leaves nothing of an earlier one, and all that is not its own", async () => {
  const file = await planFileIn(folder, "dev");
  writeFileSync(file, "a plan");
  writeFileSync(join(folder, "dev", "notes.md"), "kept");
  await saveRecord(folder, { version: 1, environment: "dev", stack: "aa", changes: "bb" });
  await expect(readRecords(folder)).resolves.toHaveLength(1);

  expect(await planFileIn(folder, "dev")).toBe(file);
  await expect(readRecords(folder)).rejects.toThrow("holds no reviewed plan");
  expect(existsSync(file)).toBe(false);
  expect(existsSync(join(folder, "dev", "notes.md"))).toBe(true);
});

test("a record that is no JSON is named", async () => {
  await planFileIn(folder, "dev");
  writeFileSync(join(folder, "dev", "reviewed.json"), "{");
  await expect(readRecords(folder)).rejects.toThrow(/dev.reviewed\.json is no record/);
});
