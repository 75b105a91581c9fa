import { delimiter } from "node:path";
import type { ImageConfig } from "../../core/planes";

/** A program of this machine that stands for what a base image brings. */
export type Runtime = "node" | "python" | "shell" | "none";

export interface BaseImage {
  readonly runtime: Runtime;
  readonly config: ImageConfig;
}

const STANDARD_PATH = [
  "/usr/local/sbin",
  "/usr/local/bin",
  "/usr/sbin",
  "/usr/bin",
  "/sbin",
  "/bin",
];

/** By the last parts of the image's path: registries and mirrors differ, names hardly do. */
const STAND_INS: readonly {
  readonly path: RegExp;
  readonly runtime: Runtime;
  readonly cmd: string[];
}[] = [
  { path: /(^|\/)node(js)?$/, runtime: "node", cmd: ["node"] },
  { path: /(^|\/)python3?$/, runtime: "python", cmd: ["python3"] },
  { path: /(^|\/)bash$/, runtime: "shell", cmd: ["bash"] },
  {
    path: /(^|\/)(alpine|busybox|debian|ubuntu)$|(^|\/)azurelinux\/(base|distroless)\/(core|base|minimal)$/,
    runtime: "shell",
    cmd: ["sh"],
  },
];

/** For messages. */
export const STAND_IN_NAMES =
  "node, python, bash, alpine, busybox, debian, ubuntu, azurelinux core, scratch";

/**
 * What stands here for an image of another registry, which cannot be pulled.
 *
 * @param name - The image's name; a tag that ends in `nonroot` sets the user, as those images do.
 */
export const standIn = (name: string): BaseImage | undefined => {
  const unpinned = name.split("@")[0] ?? "";
  const tag = /:([\w.-]+)$/.exec(unpinned)?.[1] ?? "latest";
  const path = unpinned.replace(/:[\w.-]+$/, "");
  const config = (cmd: readonly string[]): ImageConfig => ({
    entrypoint: [],
    cmd,
    env: [`PATH=${STANDARD_PATH.join(delimiter)}`],
    workingDir: "/",
    user: tag.endsWith("nonroot") ? "65532" : "",
    labels: {},
  });
  if (path === "scratch") return { runtime: "none", config: config([]) };
  const found = STAND_INS.find((entry) => entry.path.test(path));
  return found && { runtime: found.runtime, config: config(found.cmd) };
};
