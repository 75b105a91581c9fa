import { accessSync, constants, existsSync, mkdirSync, statSync, writeFileSync } from "node:fs";
import { delimiter, join } from "node:path";

/** Directories of this machine that a command means when it names them. */
const OF_THIS_MACHINE = /^\/(dev|proc)(\/|$)/;

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

/** Would install into, or change, this machine instead of an image. */
const REFUSED = [
  "apk",
  "apt",
  "apt-get",
  "dnf",
  "dpkg",
  "microdnf",
  "mount",
  "pacman",
  "rpm",
  "su",
  "sudo",
  "systemctl",
  "tdnf",
  "umount",
  "yum",
  "zypper",
];

/** Mean nothing here: files belong to who runs the local Azure, and users are names only. */
const WITHOUT_EFFECT = ["addgroup", "adduser", "chgrp", "chown", "groupadd", "useradd", "usermod"];

/** Writes programs that stand before the machine's own on a build's `PATH`, so that no build changes the machine. */
export const writeGuards = (directory: string): void => {
  mkdirSync(directory, { recursive: true });
  const write = (name: string, lines: readonly string[]) => {
    writeFileSync(join(directory, name), ["#!/bin/sh", ...lines, ""].join("\n"), { mode: 0o755 });
  };
  for (const name of REFUSED) {
    write(name, [
      `echo "${name}: not available in the local Azure: it would change this machine, not the image." >&2`,
      "exit 1",
    ]);
  }
  for (const name of WITHOUT_EFFECT) {
    write(name, [`echo "${name}: without effect in the local Azure." >&2`]);
  }
};
