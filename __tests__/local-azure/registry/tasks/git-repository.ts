import { execFileSync } from "node:child_process";
import { mkdirSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";

/**
 * A git repository with a branch `main` of one commit.
 *
 * @returns Runs git in it.
 */
export function commitRepository(
  directory: string,
  files: Readonly<Record<string, string>>,
): (...words: string[]) => string {
  for (const [path, content] of Object.entries(files)) {
    mkdirSync(dirname(join(directory, path)), { recursive: true });
    writeFileSync(join(directory, path), content);
  }
  const git = (...words: string[]) =>
    execFileSync("git", ["-c", "user.name=t", "-c", "user.email=t@example.com", ...words], {
      cwd: directory,
      stdio: "pipe",
      encoding: "utf8",
    });
  git("init", "--quiet", "-b", "main");
  git("add", ".");
  git("commit", "--quiet", "-m", "first");
  return git;
}
