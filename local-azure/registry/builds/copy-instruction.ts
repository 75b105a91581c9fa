import { mkdirSync, writeFileSync } from "node:fs";
import { isAbsolute, join, posix } from "node:path";
import { buildEnvironment, runProcess, type ProcessOptions } from "../run-process";
import { copyInto, match, type CopySource } from "./copy";
import type { Instruction } from "./dockerfile";
import { inside } from "./image-path";
import type { StageState } from "./stage";

export interface CopyOptions extends Pick<ProcessOptions, "output" | "signal"> {
  /** Where the files come from: the context, or what `--from` names. */
  readonly source: () => Promise<CopySource>;
  /** Replaces the variables in a word. */
  readonly expand: (text: string) => string;
}

const ARCHIVE = /\.(tar|tgz|tar\.(gz|bz2|xz))$/;
const REMOTE = /^(https?|git|ssh):|^git@/;

/**
 * COPY and ADD: files, heredocs, and for ADD archives, which are unpacked.
 *
 * Source: https://docs.docker.com/reference/dockerfile/#copy and #add
 *
 * @throws Error when there is nothing to copy, or it cannot be had here.
 */
export const executeCopy = async (
  { keyword, flags, text, json, heredocs }: Instruction,
  { root, workingDir }: StageState,
  { source, expand, output, signal }: CopyOptions,
): Promise<void> => {
  const words = (json ?? text.split(/\s+/)).map(expand);
  const destination = words.pop() ?? "";
  if (words.length === 0) throw new Error(`${keyword} requires at least two arguments`);
  const target = isAbsolute(destination)
    ? destination
    : posix.join(workingDir, destination) + (/(^|\/)\.?$/.test(destination) ? "/" : "");
  const mode = flags.chmod === undefined ? undefined : parseInt(expand(flags.chmod), 8);
  if (Number.isNaN(mode)) throw new Error(`--chmod=${flags.chmod ?? ""}: not an octal number`);
  for (const { name, content } of heredocs) {
    const path = inside(root, target.endsWith("/") ? `${target}${name}` : target);
    mkdirSync(join(path, ".."), { recursive: true });
    writeFileSync(path, content, { mode: mode ?? 0o644 });
  }
  const patterns = words.filter((word) => !word.startsWith("<<"));
  if (keyword === "ADD" && patterns.some((word) => REMOTE.test(word))) {
    throw new Error("ADD of a remote file or repository is not available in the local Azure");
  }
  if (patterns.length === 0) return;
  const from = await source();
  const archives = keyword === "ADD" ? patterns.filter((word) => ARCHIVE.test(word)) : [];
  for (const archive of archives.flatMap((pattern) => match(from, pattern))) {
    const to = inside(root, target);
    mkdirSync(to, { recursive: true });
    // tar itself keeps its members below the folder: it drops a leading slash and refuses `..`.
    await runProcess(["tar", "-xf", join(from.directory, archive), "-C", to], {
      cwd: from.directory,
      env: buildEnvironment(),
      output,
      signal,
    });
  }
  const files = patterns.filter((word) => !archives.includes(word));
  if (files.length > 0) copyInto(from, files, root, target, mode);
};
