import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";

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
