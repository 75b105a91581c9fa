import { mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { relocateScripts } from "../../../local-azure/core/image-scripts";

let machine: string;
let root: string;
beforeEach(() => {
  machine = mkdtempSync(join(tmpdir(), "local-azure-scripts-"));
  root = join(machine, "copy");
  for (const directory of ["usr/local/bin", "venv/bin"]) {
    mkdirSync(join(root, directory), { recursive: true });
    writeFileSync(join(root, directory, "python3"), "");
  }
});
afterEach(() => {
  rmSync(machine, { recursive: true });
});

const PATH = "/venv/bin:/usr/local/bin:relative:/none";

const relocated = (file: string, content: string): string => {
  writeFileSync(join(root, file), content, "latin1");
  relocateScripts(root, PATH);
  return readFileSync(join(root, file), "latin1");
};

describe("a copied script's interpreter is the copy's", () => {
  test.each([
    [
      "as its first line",
      "usr/local/bin/pip",
      "#!ORIGINAL/usr/local/bin/python3\nimport pip # \xe9",
      "#!COPY/usr/local/bin/python3\nimport pip # \xe9",
    ],
    [
      "with an argument",
      "venv/bin/flask",
      "#!ORIGINAL/venv/bin/python3 -E\n",
      "#!COPY/venv/bin/python3 -E\n",
    ],
    [
      "behind a shell, where the path is long",
      "venv/bin/flask",
      `#!/bin/sh\n'''exec' "ORIGINAL/venv/bin/python3" "$0" "$@"\n' '''\n`,
      `#!/bin/sh\n'''exec' "COPY/venv/bin/python3" "$0" "$@"\n' '''\n`,
    ],
  ])("%s", (_, file, content, expected) => {
    const original = join(machine, "original");
    expect(relocated(file, content.replace("ORIGINAL", original))).toBe(
      expected.replace("COPY", root),
    );
  });

  test.each([
    ["this machine's shell", "#!/bin/sh\n"],
    ["what env finds", "#!/usr/bin/env python3\n"],
    ["a path to the letter", "#!/usr/local/bin/python3\n"],
    ["another folder's, as in Docker", "#!/made/in/opt/venv/bin/python3\n"],
    ["one that the copy has not", "#!/original/usr/local/bin/ruby\n"],
    ["no script", "\x7fELF /original/usr/local/bin/python3"],
  ])("but for %s", (_, content) => {
    expect(relocated("usr/local/bin/tool", content)).toBe(content);
  });

  test("a link does not lead out of the image", () => {
    const outside = join(machine, "outside");
    mkdirSync(join(outside, "bin"), { recursive: true });
    writeFileSync(join(outside, "bin", "python3"), "");
    const script = "#!/original/linked/bin/python3\n";
    writeFileSync(join(outside, "bin", "tool"), script);
    symlinkSync(outside, join(root, "linked"));
    relocateScripts(root, "/linked/bin");
    expect(readFileSync(join(outside, "bin", "tool"), "latin1")).toBe(script);
  });
});
