import { spawnSync } from "node:child_process";
import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { folderContents } from "../folder-contents";

const root = resolve(__dirname, "..", "..");
const { app } = JSON.parse(readFileSync(join(root, "cdktf.json"), "utf8")) as { app: string };
const [program = "", ...args] = app.split(" ");

let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "synthesis-"));
});

afterEach(() => {
  rmSync(folder, { recursive: true });
});

/** Runs what cdktf runs, on a machine that has no engine. */
function synthesize(environments: object, output: string, project = root) {
  const file = join(folder, "environments.json");
  writeFileSync(file, JSON.stringify(environments));
  return spawnSync(program === "node" ? process.execPath : program, args, {
    cwd: project,
    encoding: "utf8",
    env: { PATH: "", CDKTF_OUTDIR: output, ENVIRONMENTS_FILE: file },
  });
}

describe("synthesis", () => {
  it("needs no engine, and gives the same bytes in another folder of another name", () => {
    const first = join(folder, "first");
    const second = join(folder, "second");
    const copy = join(folder, "a copy of the project");
    mkdirSync(copy);
    for (const path of ["cdktf.json", "main.ts", "register-tsx.cjs", "package.json"]) {
      cpSync(join(root, path), join(copy, path));
    }
    for (const path of ["config", "constructs", ".gen", "node_modules"]) {
      // Linked, or node_modules would take a while.
      symlinkSync(join(root, path), join(copy, path));
    }
    cpSync(join(root, "sample-app"), join(copy, "sample-app"), {
      recursive: true,
      filter: (path) => !path.includes("node_modules") && !path.endsWith("dist"),
    });
    const environments = { prod: { cluster: { nodeCount: 2 } }, dev: {} };

    expect(synthesize(environments, first)).toMatchObject({ status: 0, stderr: "" });
    expect(synthesize(environments, second, copy)).toMatchObject({ status: 0, stderr: "" });

    expect(Object.keys(folderContents(first))).toContain("/stacks/prod/cdk.tf.json");
    expect(folderContents(second)).toEqual(folderContents(first));
  });

  it("names no path, no local file and no local program", () => {
    const output = join(folder, "out");
    const soon = { model: { name: "gpt-5-mini", version: "2025-08-07" } };
    expect(synthesize({ dev: soon }, output).status).toBe(0);
    const text = Object.values(folderContents(output)).join("\n");
    const local = /provisioner|local-exec|local_file|file\(|path\.(module|root|cwd)|external/;
    expect(text).not.toMatch(local);
    expect(text).not.toContain(root);
    expect(text).not.toContain(tmpdir());
  });

  it("writes nothing when a setting is wrong, says all that is, and fails", () => {
    const output = join(folder, "out");
    const { status, stderr } = synthesize(
      { dev: { location: "mars", cluster: { nodeCount: 0 } } },
      output,
    );
    expect(status).toBe(1);
    expect(stderr.trimEnd().split("\n")).toEqual([
      "The configuration has 2 problems:",
      expect.stringContaining("dev.location"),
      expect.stringContaining("dev.cluster.nodeCount"),
    ]);
    expect(existsSync(output)).toBe(false);
  });

  it("leaves what is there as it is when a setting is wrong", () => {
    const output = join(folder, "out");
    synthesize({ dev: {} }, output);
    const before = folderContents(output);
    expect(synthesize({ dev: { tags: "x" } }, output).status).toBe(1);
    expect(folderContents(output)).toEqual(before);
  });
});
