import { shellWords } from "../shell-words";

/** The arguments of a `build` step. */
export interface BuildCommand {
  readonly tags: readonly string[];
  /** Relative to the working directory; @default `Dockerfile` in the context */
  readonly dockerfile?: string;
  readonly buildArguments: Readonly<Record<string, string>>;
  readonly target?: string;
  /** A folder relative to the working directory, or a git repository. */
  readonly context: string;
}

/** Options that take a value and change nothing here. */
const IGNORED_WITH_VALUE = [
  "--platform",
  "--network",
  "--label",
  "--memory",
  "-m",
  "--cpus",
  "--isolation",
  "--cache-from",
  "--progress",
  "--shm-size",
];
const IGNORED = [
  "--no-cache",
  "--pull",
  "--rm",
  "--force-rm",
  "--squash",
  "--compress",
  "-q",
  "--quiet",
];

/**
 * Source: https://docs.docker.com/reference/cli/docker/buildx/build/
 *
 * @throws Error when an option is not known here, or the context is missing.
 */
export const parseBuildCommand = (line: string): BuildCommand => {
  const words = shellWords(line);
  const tags: string[] = [];
  const buildArguments: Record<string, string> = {};
  let dockerfile: string | undefined;
  let target: string | undefined;
  const contexts: string[] = [];
  while (words.length > 0) {
    const word = words.shift() ?? "";
    const [option = "", inline] = /^(--[\w-]+)=(.*)$/s.exec(word)?.slice(1) ?? [word];
    const value = () => {
      const given = inline ?? words.shift();
      if (given === undefined) throw new Error(`build: ${option} needs a value`);
      return given;
    };
    if (option === "-t" || option === "--tag") tags.push(value());
    else if (option === "-f" || option === "--file") dockerfile = value();
    else if (option === "--target") target = value();
    else if (option === "--build-arg") {
      const [name = "", ...rest] = value().split("=");
      buildArguments[name] = rest.join("=");
    } else if (IGNORED_WITH_VALUE.includes(option)) value();
    else if (!option.startsWith("-")) contexts.push(word);
    else if (!IGNORED.includes(option)) throw new Error(`build: unknown option ${option}`);
  }
  const [context, ...others] = contexts;
  if (context === undefined || others.length > 0) {
    throw new Error(`build: exactly one context is needed, ${contexts.length} were given`);
  }
  return { tags, dockerfile, buildArguments, target, context };
};
