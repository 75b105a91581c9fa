import type { Instruction } from "./dockerfile";

/** The flags that are followed here, or mean nothing to a build without a container engine. */
const KNOWN: Readonly<Record<string, readonly string[]>> = {
  FROM: ["platform"],
  COPY: ["from", "chown", "chmod", "link"],
  ADD: ["chown", "chmod", "link"],
  RUN: ["mount", "network", "security"],
  HEALTHCHECK: ["interval", "timeout", "start-period", "start-interval", "retries"],
};

/** The flags that Docker has besides, and that would change what is built. */
const NOT_AVAILABLE: Readonly<Record<string, readonly string[]>> = {
  COPY: ["parents", "exclude"],
  ADD: ["checksum", "keep-git-dir", "unpack", "exclude"],
};

/** A cache may always be empty, and what a tmpfs holds is not part of the image. */
const MOUNTS_WITHOUT_EFFECT = ["cache", "tmpfs"];

/**
 * Source: https://docs.docker.com/reference/dockerfile/
 *
 * @throws Error when a flag would change the image, and is not followed here.
 */
export const checkFlags = ({ keyword, flags }: Instruction): void => {
  for (const flag of Object.keys(flags)) {
    if (NOT_AVAILABLE[keyword]?.includes(flag) === true) {
      throw new Error(`--${flag} is not available in the local Azure`);
    }
    if (KNOWN[keyword]?.includes(flag) !== true) throw new Error(`unknown flag: --${flag}`);
  }
  if (keyword !== "RUN" || flags.mount === undefined) return;
  const type = /(?:^|,)type=([\w-]+)/.exec(flags.mount)?.[1] ?? "bind";
  if (!MOUNTS_WITHOUT_EFFECT.includes(type)) {
    throw new Error(`--mount=type=${type} is not available in the local Azure`);
  }
};
