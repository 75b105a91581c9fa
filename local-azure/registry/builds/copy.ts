import { chmodSync, cpSync, lstatSync, mkdirSync, readdirSync, rmSync } from "node:fs";
import { basename, dirname, join, posix } from "node:path";
import dockerignore from "@balena/dockerignore";
import { inside } from "./image-path";

/** Where files are copied from: the build's context, a stage or an image. */
export interface CopySource {
  readonly directory: string;
  /** Whether a path (relative to the directory, divided by `/`) is left out. */
  ignores(path: string): boolean;
}

export const wholeDirectory = (directory: string): CopySource => ({
  directory,
  ignores: () => false,
});

/** A context without what its `.dockerignore` names. */
export const buildContext = (directory: string, rules: string | undefined): CopySource => {
  if (rules === undefined) return wholeDirectory(directory);
  const ignore = dockerignore().add(rules);
  return { directory, ignores: (path) => ignore.ignores(path) };
};

/**
 * Copies as COPY does.
 *
 * Source: https://docs.docker.com/reference/dockerfile/#copy
 *
 * @param patterns - Relative to the source, with the wildcards of Go's filepath.Match.
 * @param destination - Absolute path in the image; with a slash at the end it is a directory.
 * @throws Error when a pattern matches nothing.
 */
export const copyInto = (
  source: CopySource,
  patterns: readonly string[],
  root: string,
  destination: string,
  mode?: number,
): void => {
  const matches = patterns.flatMap((pattern) => match(source, pattern));
  const isDirectory =
    destination.endsWith("/") || matches.length > 1 || isDirectoryAt(inside(root, destination));
  for (const path of matches) {
    if (isDirectoryAt(join(source.directory, path))) {
      // The content of a directory is copied, not the directory.
      copyTree(source, path, root, destination, mode);
    } else {
      const to = isDirectory ? posix.join(destination, basename(path)) : destination;
      copyFile(join(source.directory, path), root, to, mode);
    }
  }
};

const copyTree = (
  source: CopySource,
  path: string,
  root: string,
  destination: string,
  mode?: number,
): void => {
  mkdirSync(inside(root, destination), { recursive: true });
  for (const name of readdirSync(join(source.directory, path))) {
    const child = path === "" ? name : `${path}/${name}`;
    const from = join(source.directory, child);
    const to = posix.join(destination, name);
    if (isDirectoryAt(from)) {
      // A directory that is left out may hold files that are not.
      if (hasFiles(source, child)) copyTree(source, child, root, to, mode);
    } else if (!source.ignores(child)) {
      copyFile(from, root, to, mode);
    }
  }
};

const copyFile = (from: string, root: string, destination: string, mode?: number): void => {
  const to = join(inside(root, dirname(destination)), basename(destination));
  mkdirSync(dirname(to), { recursive: true });
  // A file takes the place of a link. Whether cpSync would write through it is not documented.
  if (lstatSync(to, { throwIfNoEntry: false })?.isSymbolicLink() === true) rmSync(to);
  cpSync(from, to, { force: true, verbatimSymlinks: true });
  if (mode !== undefined && !lstatSync(to).isSymbolicLink()) chmodSync(to, mode);
};

const isDirectoryAt = (path: string): boolean =>
  lstatSync(path, { throwIfNoEntry: false })?.isDirectory() === true;

const hasFiles = (source: CopySource, path: string): boolean => {
  if (!source.ignores(path)) return true;
  return readdirSync(join(source.directory, path)).some((name) => {
    const child = `${path}/${name}`;
    return isDirectoryAt(join(source.directory, child))
      ? hasFiles(source, child)
      : !source.ignores(child);
  });
};

/**
 * The paths that a pattern of COPY or ADD means. Links between folders are not followed.
 *
 * @throws Error when it leads out of the source, or matches nothing.
 */
export const match = (source: CopySource, pattern: string): string[] => {
  const clean = pattern.replace(/^(\.?\/)+/, "").replace(/\/+$/, "");
  if (clean === "" || clean === ".") return [""];
  if (clean.split("/").includes("..")) throw new Error(`"${pattern}" leads out of the context`);
  let found = [""];
  for (const part of clean.split("/").filter((name) => name !== ".")) {
    const test = wildcard(part);
    found = found.flatMap((parent) => {
      const directory = join(source.directory, parent);
      if (!isDirectoryAt(directory)) return [];
      return readdirSync(directory)
        .filter((name) => test.test(name))
        .sort()
        .map((name) => (parent === "" ? name : `${parent}/${name}`));
    });
  }
  const matches = found.filter(
    (path) => isDirectoryAt(join(source.directory, path)) || !source.ignores(path),
  );
  if (matches.length === 0) throw new Error(`"${pattern}": not found`);
  return matches;
};

/** Go's filepath.Match, for one part of a path. */
const wildcard = (part: string): RegExp =>
  new RegExp(
    `^${part.replace(/\\.|\[[^\]]*\]|[*?]|[.+^${}()|]/g, (token) => {
      if (token === "*") return "[^/]*";
      if (token === "?") return "[^/]";
      return token.startsWith("[") || token.startsWith("\\") ? token : `\\${token}`;
    })}$`,
  );
