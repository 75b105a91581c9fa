import { createHash } from "node:crypto";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import dockerignore from "@balena/dockerignore";

export interface SourceFile {
  /** Relative to the folder, divided by `/`. */
  readonly path: string;
  readonly content: Buffer;
}

/** The files cannot become an image; the message names the setting, what was given and what is allowed. */
export class SourceError extends Error {}

/**
 * The files of a folder that Docker would send to a build: all but what `.dockerignore` leaves out,
 * ordered by path, so that the same files give the same result on any machine.
 *
 * @throws SourceError when a file's name cannot stand in a task.
 */
export function readSourceFolder(folder: string): SourceFile[] {
  return listFiles(folder)
    .sort()
    .map((path) => ({ path: checkPath(folder, path), content: readFileSync(join(folder, path)) }));
}

function listFiles(folder: string): string[] {
  const rules = readIgnoreFile(folder);
  const ignore = dockerignore().add(rules);
  const kept = rules
    .split("\n")
    .filter((rule) => rule.startsWith("!"))
    .map((rule) => `${rule.slice(1).trim().replace(/^\//, "")}/`);
  /** As Docker does: an ignored folder is entered only where a `!` rule speaks of something inside. */
  const skips = (path: string): boolean =>
    ignore.ignores(path) && !kept.some((rule) => rule.startsWith(`${path}/`));

  const walk = (parent: string): string[] =>
    readdirSync(join(folder, parent), { withFileTypes: true }).flatMap((entry) => {
      const path = parent === "" ? entry.name : `${parent}/${entry.name}`;
      if (entry.isDirectory()) return skips(path) ? [] : walk(path);
      return entry.isFile() && (path === "Dockerfile" || !ignore.ignores(path)) ? [path] : [];
    });
  return walk("");
}

function readIgnoreFile(folder: string): string {
  const file = join(folder, ".dockerignore");
  return existsSync(file) ? readFileSync(file, "utf8") : "";
}

/** The path stands in a shell command, and `$` would begin an alias of the task's own. */
function checkPath(folder: string, path: string): string {
  if (/^[\w.@+/-]+$/.test(path)) return path;
  throw new SourceError(
    `image.source.folder: "${folder}" has the file "${path}"; allowed in a file's name: letters, ` +
      `digits, _, -, ., @ and +`,
  );
}

/** Fingerprint of files: names and content, nothing of the machine (no time, no owner). */
export function contentHash(files: readonly SourceFile[]): string {
  const hash = createHash("sha256");
  for (const { path, content } of files) {
    hash.update(`${path}\0${content.length}\0`).update(content);
  }
  return hash.digest("hex");
}
