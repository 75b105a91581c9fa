import {
  existsSync,
  lstatSync,
  readdirSync,
  readFileSync,
  realpathSync,
  writeFileSync,
} from "node:fs";
import { basename, delimiter, join, sep } from "node:path";

/**
 * The interpreter in the first lines of a script, in both of pip's forms: the second is for a path that is too long
 * for the first. Source: pypa/distlib, distlib/scripts.py, `_build_shebang`.
 */
const INTERPRETER = /^#!(?:\/bin\/sh\n'''exec' )?"?(\/[^\s"]+)/;

/**
 * Scripts name their interpreter by its path on this machine, which the image's folder was a part of when they were
 * made. In a copy of the folder they name the copy's.
 *
 * @param path - The image's `PATH`.
 */
export const relocateScripts = (root: string, path = ""): void => {
  for (const directory of path.split(delimiter).filter((entry) => entry.startsWith("/"))) {
    const folder = join(root, directory);
    if (!existsSync(folder) || !isBelow(root, folder)) continue;
    for (const name of readdirSync(folder)) {
      if (lstatSync(join(folder, name)).isFile()) relocate(join(folder, name), folder, directory);
    }
  }
};

/** Links do not lead out of it. */
const isBelow = (root: string, folder: string): boolean =>
  realpathSync(folder).startsWith(`${realpathSync(root)}${sep}`);

const relocate = (file: string, folder: string, directory: string): void => {
  const content = readFileSync(file, "latin1");
  const [head = "", interpreter = ""] = INTERPRETER.exec(content) ?? [];
  const program = basename(interpreter);
  const isOfAnImage = interpreter.endsWith(join(directory, program));
  const ownInterpreter = join(folder, program);
  // `#!/usr/local/bin/python3`, to the letter, is no path of a folder that was copied.
  if (!isOfAnImage || interpreter === join(directory, program)) return;
  if (interpreter === ownInterpreter || !existsSync(ownInterpreter)) return;
  const ownHead = head.replace(interpreter, () => ownInterpreter);
  writeFileSync(file, `${ownHead}${content.slice(head.length)}`, "latin1");
};
