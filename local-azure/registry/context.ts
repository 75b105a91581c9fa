import { existsSync, mkdirSync } from "node:fs";
import { relativeTo } from "./builds/image-path";
import { buildEnvironment, runProcess, type ProcessOptions } from "./run-process";

export interface ContextOptions extends Pick<ProcessOptions, "output" | "signal"> {
  /** Also take repositories of this machine; for tests. */
  readonly allowFiles: boolean;
}

/**
 * Fetches a context, a git repository with an optional ref and folder (`<url>#<ref>:<folder>`), into a directory.
 *
 * Source: https://learn.microsoft.com/azure/container-registry/container-registry-tasks-overview#context-locations
 *
 * @returns The context's folder.
 * @throws Error when the location is of another kind, cannot be fetched, or has no such folder.
 */
export const fetchContext = async (
  location: string,
  directory: string,
  { allowFiles, output, signal }: ContextOptions,
): Promise<string> => {
  const [url = "", fragment = ""] = location.split("#");
  const [ref = "", folder = ""] = fragment.split(":");
  const isAllowed = url.startsWith("https://") || (allowFiles && url.startsWith("file://"));
  if (!isAllowed) {
    throw new Error(
      `the context ${location} cannot be fetched; allowed: https://<git repository>#<ref>:<folder>`,
    );
  }
  if (ref.startsWith("-")) throw new Error(`the context's ref "${ref}" is not one of git`);
  mkdirSync(directory, { recursive: true });
  const git = async (...parameters: string[]) => {
    const said: string[] = [];
    try {
      await runProcess(["git", ...parameters], {
        cwd: directory,
        // Never wait for somebody to type a password.
        env: { ...buildEnvironment(), GIT_TERMINAL_PROMPT: "0" },
        output: (line) => {
          said.push(line);
          output(line);
        },
        signal,
      });
    } catch (error) {
      signal.throwIfAborted();
      // In the words of acr-builder, scan/context.go and scan/git.go: with what git says, the host among it.
      const reason = [...said, (error as Error).message].join(": ");
      throw new Error(
        `failed to download source code: unable to git clone ${location}: error fetching: ${reason}`,
        { cause: error },
      );
    }
  };
  await git("init", "--quiet");
  // Servers give out an abbreviated commit only with everything else.
  const isAbbreviated = /^[0-9a-f]{4,39}$/.test(ref);
  if (isAbbreviated) await git("fetch", "--quiet", "--", url, "+refs/*:refs/remotes/origin/*");
  else await git("fetch", "--quiet", "--depth", "1", "--", url, ref === "" ? "HEAD" : ref);
  await git("checkout", "--quiet", "--detach", isAbbreviated ? ref : "FETCH_HEAD");
  const context = relativeTo(directory, folder, "context");
  if (!existsSync(context)) {
    throw new Error(`the context ${location} has no folder "${folder}"`);
  }
  return context;
};
