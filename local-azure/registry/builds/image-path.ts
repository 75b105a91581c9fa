import { lstatSync, readlinkSync } from "node:fs";
import { isAbsolute, join, posix } from "node:path";

/** As many as Linux follows before it gives up with ELOOP. */
const MOST_LINKS = 40;

/**
 * A path below a folder as one of this machine. Links are followed as a process does whose root the folder is,
 * so that none leads out of it. What does not exist yet is taken as it is written.
 *
 * @throws Error when the links go round in circles.
 */
export const inside = (root: string, path: string): string => {
  let links = 0;
  const rest = partsOf(path);
  const done: string[] = [];
  while (rest.length > 0) {
    const part = rest.shift() ?? "";
    const candidate = join(root, ...done, part);
    const target = linkTarget(candidate);
    if (target === undefined) {
      done.push(part);
      continue;
    }
    if (++links > MOST_LINKS) throw new Error(`"${path}": too many levels of symbolic links`);
    // A command that was told its image's folder may have written it into a link.
    const inImage = target.startsWith(`${root}/`) ? target.slice(root.length) : target;
    const next = isAbsolute(inImage) ? inImage : posix.join("/", ...done, inImage);
    rest.unshift(...partsOf(next));
    done.length = 0;
  }
  return join(root, ...done);
};

/**
 * The same for a path that somebody wrote relative to a folder, and may have meant to leave it.
 *
 * @param what - For the message, e.g. `workingDirectory`.
 * @throws Error when it does.
 */
export const relativeTo = (root: string, path: string, what: string): string => {
  if (posix.join(path, ".").split("/")[0] === "..") {
    throw new Error(`${what}: "${path}" leads out of the run's workspace`);
  }
  return inside(root, path);
};

const partsOf = (path: string): string[] =>
  posix
    .resolve("/", path)
    .split("/")
    .filter((part) => part !== "");

const linkTarget = (path: string): string | undefined =>
  lstatSync(path, { throwIfNoEntry: false })?.isSymbolicLink() === true
    ? readlinkSync(path)
    : undefined;
