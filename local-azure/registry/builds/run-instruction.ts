import { existsSync, mkdirSync } from "node:fs";
import { homedir } from "node:os";
import { join } from "node:path";
import { mapPaths, searchPath } from "../../core/image-paths";
import { buildEnvironment, runProcess, type ProcessOptions } from "../run-process";
import type { Instruction } from "./dockerfile";
import { inside } from "./image-path";
import { preparePython } from "./python";
import type { StageState } from "./stage";

export interface RunOptions extends Pick<ProcessOptions, "output" | "signal"> {
  /** Holds programs that keep a build from changing this machine. */
  readonly guards: string;
}

/**
 * RUN: a process of this machine in the stage's folder, with the paths of the image replaced by those below it.
 *
 * @throws Error when it fails.
 */
export const executeRun = async (
  { text, json, heredocs }: Instruction,
  stage: StageState,
  options: RunOptions,
): Promise<void> => {
  const [heredoc] = heredocs;
  const script = heredoc && /^<<-?\s*["']?\w+["']?\s*$/.test(text) ? heredoc.content : text;
  const { root, runtime } = stage;
  if (runtime === "python") await preparePython(stage, options);
  const mapped = (command: string) => mapPaths(command, root);
  await runProcess(json ? json.map(mapped) : [...stage.shell, mapped(script)], {
    cwd: inside(root, stage.workingDir),
    env: environmentOf(stage, options.guards, mapped),
    output: options.output,
    signal: options.signal,
  });
};

const environmentOf = (
  { root, env, variables }: StageState,
  guards: string,
  mapped: (text: string) => string,
): Record<string, string> => {
  const machine = buildEnvironment();
  const home = join(root, "root");
  mkdirSync(home, { recursive: true });
  mkdirSync(join(root, "tmp"), { recursive: true });
  const path = searchPath(root, env.PATH, machine.PATH ?? "");
  // A command that says `$VIRTUAL_ENV` means the image's folder as much as one that says `/venv`.
  const ofImage = Object.fromEntries(
    Object.entries({ ...variables, ...env }).map(([name, value]) => [name, mapped(value)]),
  );
  return {
    ...machine,
    ...registrySettings(),
    ...ofImage,
    HOME: home,
    PATH: `${guards}:${path}`,
  };
};

/** How npm and pip of this machine reach their registries, told to a build whose home is the image's. */
const registrySettings = (): Record<string, string> => {
  const home = homedir();
  const files = {
    npm_config_userconfig: join(home, ".npmrc"),
    npm_config_cache: join(home, ".npm"),
    PIP_CONFIG_FILE: join(home, ".config", "pip", "pip.conf"),
    PIP_CACHE_DIR: join(home, ".cache", "pip"),
  };
  const inherited = buildEnvironment();
  return Object.fromEntries(
    Object.entries(files).filter(
      ([name, path]) => inherited[name] === undefined && existsSync(path),
    ),
  );
};
