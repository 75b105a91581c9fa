import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { generateFromRecordedSchema } from "../../commands/get";
import { folderContents } from "../folder-contents";
import { startCommand } from "./command-process";

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

test("`--from registry` without a registry says what to do instead, and asks no engine", async () => {
  const nowhere = { HTTPS_PROXY: "http://127.0.0.1:1", NO_PROXY: "" };
  const command = startCommand([], ["get", "--from", "registry"], nowhere);
  expect(await command.ended).toBe(1);
  expect(command.output()).toContain(
    "registry.terraform.io does not answer. `--from recorded` needs no network.",
  );
  expect(command.calls()).toEqual([]);
});
