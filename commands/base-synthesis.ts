import { execFile } from "node:child_process";
import { mkdtemp, readFile, rm, symlink } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { promisify } from "node:util";

import { type Environments, readEnvironments } from "../review/synthesized";

const run = promisify(execFile);
const root = resolve(__dirname, "..");

/** Synthesizes what the work tree holds, into cdktf's output folder. */
export async function synthesize(output: string, cwd = root): Promise<void> {
  try {
    await run(process.execPath, ["--require", join(root, "register-tsx.cjs"), "main.ts"], {
      cwd,
      env: { ...process.env, CDKTF_OUTDIR: resolve(output) },
    });
  } catch (error) {
    throw new Error(`Synthesis failed:\n${(error as { stderr: string }).stderr.trim()}`);
  }
}

/**
 * Synthesizes another commit in a folder of its own, for comparison with the work tree. It runs with
 * the packages that are installed here.
 *
 * @returns What `use` returns; undefined when the commit has other packages, or does not synthesize,
 * so that nothing can be said about it.
 * @throws Error when there is no such commit.
 */
export async function withSynthesisOf<T>(
  commit: string,
  use: (environments: Environments) => Promise<T>,
): Promise<T | undefined> {
  const folder = await mkdtemp(join(tmpdir(), "base-"));
  const tree = join(folder, "tree");
  try {
    try {
      await run("git", ["worktree", "add", "--detach", tree, commit], { cwd: root });
    } catch (error) {
      throw new Error(
        `${commit} cannot be checked out (${(error as { stderr: string }).stderr.trim()}); ` +
          "a workflow's checkout needs fetch-depth: 0.",
      );
    }
    const lock = "package-lock.json";
    const locks = await Promise.all([tree, root].map((at) => readFile(join(at, lock), "utf8")));
    if (locks[0] !== locks[1]) return undefined;
    await symlink(join(root, "node_modules"), join(tree, "node_modules"));
    const output = join(folder, "cdktf.out");
    try {
      await synthesize(output, tree);
    } catch {
      return undefined;
    }
    return await use(await readEnvironments(output));
  } finally {
    await run("git", ["worktree", "remove", "--force", tree], { cwd: root }).catch(() => undefined);
    await rm(folder, { recursive: true, force: true });
  }
}
