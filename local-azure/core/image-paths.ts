import { accessSync, constants, existsSync, statSync } from "node:fs";
import { delimiter, join } from "node:path";

/** Directories of this machine that a command means when it names them. */
const OF_THIS_MACHINE = /^\/(dev(?!\/termination-log$)|proc)(\/|$)/;

const PROGRAM_DIRECTORY = /^\/(usr\/(local\/)?)?s?bin\/[^/]+$/;

const isProgramHere = (path: string): boolean => {
  if (!PROGRAM_DIRECTORY.test(path) || !existsSync(path)) return false;
  try {
    accessSync(path, constants.X_OK);
    return statSync(path).isFile();
  } catch {
    return false;
  }
};

/** An absolute path at the start of a word, of a quoted text, or behind `=`, `:` and shell operators. */
const ABSOLUTE = /(^|[\s"'=:;&|<>(,])(\/(?!\/)[^\s"'`;&|<>(),:]*)/g;

/**
 * Replaces the absolute paths in a shell command by their places in an image's folder, since the command
 * runs without a file system of its own. Programs of this machine keep their path.
 *
 * @param isInImage - Which paths belong to the image.
 */
export const mapPaths = (
  command: string,
  root: string,
  isInImage: (path: string) => boolean = () => true,
): string =>
  command.replace(ABSOLUTE, (match, before: string, path: string) => {
    if (OF_THIS_MACHINE.test(path) || !isInImage(path)) return match;
    if (!existsSync(join(root, path)) && isProgramHere(path)) return match;
    return `${before}${join(root, path)}`;
  });

/** A `PATH`: the image's own directories that exist, then what this machine has. */
export const searchPath = (root: string, ofImage: string | undefined, ofMachine: string): string =>
  [
    ...(ofImage ?? "")
      .split(delimiter)
      .filter((directory) => directory.startsWith("/"))
      .map((directory) => join(root, directory))
      .filter((directory) => existsSync(directory)),
    ofMachine,
  ].join(delimiter);
