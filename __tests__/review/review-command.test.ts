import { execFile } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

const root = join(__dirname, "../..");
const plans = join(__dirname, "plans");
let folder: string;

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "review-"));
});
afterAll(() => {
  rmSync(folder, { recursive: true });
});

async function review(...args: string[]): Promise<{ code: number; out: string; err: string }> {
  const env = { ...process.env, GITHUB_REF: "", GITHUB_TOKEN: "" };
  return new Promise((done) => {
    execFile(
      process.execPath,
      ["--require", "./register-tsx.cjs", "commands/review.ts", ...args],
      { cwd: root, env },
      (error, out, err) => {
        done({ code: typeof error?.code === "number" ? error.code : 0, out, err });
      },
    );
  });
}

test("nothing changes: exit code 0", async () => {
  const { code, out } = await review("--plan-json", `dev=${plans}/unchanged.json`);
  expect(out).toBe("## What this change does\n\n**dev**: no changes.\n");
  expect(code).toBe(0);
});

test("something changes: exit code 2, and the text where it is wanted", async () => {
  const output = join(folder, "text.md");
  const given = [`prod=${plans}/unchanged.json`, `dev=${plans}/change.json`];
  const { code, out } = await review("--output", output, "--plan-json", ...given);
  expect(code).toBe(2);
  expect(out).toBe("");
  expect(readFileSync(output, "utf8")).toMatch(/### dev: 2 to destroy[^]*\*\*prod\*\*: no changes/);
});

describe("exit code 1 and one clear error", () => {
  test.each([
    ["a file that is no plan", ["--plan-json", `dev=${plans}/main.tf`], /main\.tf is not JSON/],
    [
      "a flag that --apply would pass over",
      ["--apply", "--drift"],
      /'--apply \[folder\]' cannot be used with option '--drift'/,
    ],
    [
      "a flag that --plan-json would pass over",
      ["--plan-json", "x=y", "--base", "z"],
      /'--base <commit>'/,
    ],
    [
      "a name that is in no plan",
      ["prod", "--plan-json", "x=y"],
      /prod: with --plan-json the environment stands before/,
    ],
    ["no environment's name", ["--plan-json", "x.json"], /<environment>=<file> is needed/],
    ["an unknown environment", ["nope", "--list"], /Unknown environment nope\. There is: dev/],
    ["a comment without a pull request", ["--comment"], /--pull-request <number>/],
    ["a comment without a token", ["--comment", "--pull-request", "1"], /GITHUB_TOKEN is not set/],
    ["no reviewed plan", ["--apply", "/nonexistent"], /\/nonexistent holds no reviewed plan/],
    ["an unknown commit", ["--synth-only", "--base", "nope"], /nope cannot be checked out/],
    [
      "an environment whose state is elsewhere",
      ["dev", "--remote-state", "--list"],
      /dev: it keeps its state in a file/,
    ],
  ])("for %s", async (_, args, message) => {
    const { code, err } = await review(...args);
    expect(err).toMatch(message);
    expect(err).not.toMatch(/\n {4}at /);
    expect(code).toBe(1);
  });

  test("for a plan of another format version", async () => {
    const file = join(folder, "later.json");
    writeFileSync(file, '{"format_version":"2.0","planned_values":{}}');
    const { code, err } = await review("--plan-json", `dev=${file}`);
    expect(err).toContain("format version 2.0; versions 1.x are read");
    expect(code).toBe(1);
  });

  test("for a record of another version", async () => {
    mkdirSync(join(folder, "plans/dev"), { recursive: true });
    writeFileSync(join(folder, "plans/dev/reviewed.json"), '{"version":9}');
    const { code, err } = await review("--apply", join(folder, "plans"));
    expect(err).toContain("another version of this command (9, not 1)");
    expect(code).toBe(1);
  });
});
