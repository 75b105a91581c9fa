import { cpSync, existsSync, lstatSync, mkdirSync, readdirSync, chmodSync } from "node:fs";
import { basename, dirname, join, relative, resolve, sep } from "node:path";
import dockerignore from "@balena/dockerignore";

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
  const matches = patterns.flatMap((pattern) => {
    const found = match(source, pattern);
    if (found.length === 0) throw new Error(`"${pattern}": not found`);
    return found;
  });
  const target = inside(root, destination);
  const isDirectory =
    destination.endsWith("/") ||
    matches.length > 1 ||
    (existsSync(target) && lstatSync(target).isDirectory());
  for (const path of matches) {
    const from = join(source.directory, path);
    if (lstatSync(from).isDirectory()) {
      // The content of a directory is copied, not the directory.
      copyTree(source, path, target);
    } else {
      const to = isDirectory ? join(target, basename(path)) : target;
      mkdirSync(dirname(to), { recursive: true });
      cpSync(from, to, { force: true, verbatimSymlinks: true });
    }
    if (mode !== undefined) applyMode(target, mode);
  }
};

const applyMode = (target: string, mode: number): void => {
  if (lstatSync(target).isDirectory()) {
    for (const name of readdirSync(target)) applyMode(join(target, name), mode);
  } else {
    chmodSync(target, mode);
  }
};

const copyTree = (source: CopySource, path: string, target: string): void => {
  mkdirSync(target, { recursive: true });
  for (const name of readdirSync(join(source.directory, path))) {
    const child = path === "" ? name : `${path}/${name}`;
    const from = join(source.directory, child);
    const to = join(target, name);
    if (lstatSync(from).isDirectory()) {
      // A directory that is left out may hold files that are not.
      if (hasFiles(source, child)) copyTree(source, child, to);
    } else if (!source.ignores(child)) {
      cpSync(from, to, { force: true, verbatimSymlinks: true });
    }
  }
};

const hasFiles = (source: CopySource, path: string): boolean => {
  if (!source.ignores(path)) return true;
  return readdirSync(join(source.directory, path)).some((name) => {
    const child = `${path}/${name}`;
    return lstatSync(join(source.directory, child)).isDirectory()
      ? hasFiles(source, child)
      : !source.ignores(child);
  });
};

/**
 * A path of the image as one of this machine.
 *
 * @throws Error when it would lead out of the image.
 */
export const inside = (root: string, path: string): string => {
  const result = resolve(root, `.${sep}${path}`);
  if (relative(root, result).startsWith("..")) throw new Error(`"${path}" leads out of the image`);
  return result;
};

const match = (source: CopySource, pattern: string): string[] => {
  const clean = pattern.replace(/^(\.?\/)+/, "").replace(/\/+$/, "");
  if (clean === "" || clean === ".") return [""];
  if (clean.split("/").includes("..")) throw new Error(`"${pattern}" leads out of the context`);
  let found = [""];
  for (const part of clean.split("/")) {
    const test = wildcard(part);
    found = found.flatMap((parent) => {
      const directory = join(source.directory, parent);
      if (!existsSync(directory) || !lstatSync(directory).isDirectory()) return [];
      return readdirSync(directory)
        .filter((name) => test.test(name))
        .sort()
        .map((name) => (parent === "" ? name : `${parent}/${name}`));
    });
  }
  return found.filter(
    (path) => lstatSync(join(source.directory, path)).isDirectory() || !source.ignores(path),
  );
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
