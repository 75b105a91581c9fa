import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { cp } from "node:fs/promises";
import { homedir } from "node:os";
import { isAbsolute, join, posix } from "node:path";
import type { ImageConfig, PulledImage } from "../../core/planes";
import { mapPaths, searchPath } from "../../core/image-paths";
import type { BuiltImage } from "../image-store";
import { buildEnvironment, runProcess } from "../run-process";
import { standIn, STAND_IN_NAMES, type Runtime } from "./base-images";
import { buildContext, copyInto, inside, wholeDirectory, type CopySource } from "./copy";
import { parseDockerfile, type Dockerfile, type Instruction, type Stage } from "./dockerfile";
import { expandVariables } from "./variables";

export interface BuildOptions {
  /** The context's folder on this machine. */
  readonly context: string;
  /** Relative to the context. */
  readonly dockerfile: string;
  readonly buildArguments: Readonly<Record<string, string>>;
  /** The name or number of the stage to build; @default the last one. */
  readonly target?: string;
  /** Where stages are put together; the caller removes it. */
  readonly scratch: string;
  /** Holds programs that keep a build from changing this machine. */
  readonly guards: string;
  /** An image of the local Azure, if it is one. */
  readonly findImage: (name: string) => PulledImage | BuiltImage | undefined;
  readonly output: (line: string) => void;
  readonly signal: AbortSignal;
}

/** A stage while it is being put together. */
interface StageState {
  readonly root: string;
  readonly runtime: Runtime;
  readonly variables: Record<string, string>;
  env: Record<string, string>;
  entrypoint: readonly string[];
  cmd: readonly string[];
  workingDir: string;
  user: string;
  shell: readonly string[];
  readonly labels: Record<string, string>;
}

/**
 * Builds a Dockerfile without a container engine: a stage is a folder, RUN is a process of this machine in it,
 * and a base image is what stands here for it.
 *
 * Source: https://docs.docker.com/reference/dockerfile/
 *
 * @throws Error naming the line and instruction that failed.
 */
export const buildImage = async (options: BuildOptions): Promise<BuiltImage> => {
  const file = join(options.context, options.dockerfile);
  if (!existsSync(file)) {
    throw new Error(
      `unable to evaluate symlinks in Dockerfile path: ${options.dockerfile}: no such file`,
    );
  }
  const dockerfile = parseDockerfile(readFileSync(file, "utf8"));
  const build = new Build(dockerfile, options);
  const stage = await build.stage(build.indexOf(options.target));
  return { rootDirectory: stage.root, config: configOf(stage) };
};

const configOf = (stage: StageState): ImageConfig => ({
  entrypoint: stage.entrypoint,
  cmd: stage.cmd,
  env: Object.entries(stage.env).map(([name, value]) => `${name}=${value}`),
  workingDir: stage.workingDir,
  user: stage.user,
  labels: stage.labels,
});

class Build {
  readonly #dockerfile: Dockerfile;
  readonly #options: BuildOptions;
  readonly #context: CopySource;
  readonly #globals: Record<string, string> = {};
  /** Only the stages that the target needs are built, each once. */
  readonly #stages = new Map<number, Promise<StageState>>();
  readonly #total: number;
  #step = 0;

  constructor(dockerfile: Dockerfile, options: BuildOptions) {
    this.#dockerfile = dockerfile;
    this.#options = options;
    const rules = [`${options.dockerfile}.dockerignore`, ".dockerignore"]
      .map((name) => join(options.context, name))
      .find((path) => existsSync(path));
    this.#context = buildContext(
      options.context,
      rules === undefined ? undefined : readFileSync(rules, "utf8"),
    );
    for (const { pairs } of dockerfile.globalArguments) {
      for (const [name, value = ""] of pairs) {
        this.#globals[name] = options.buildArguments[name] ?? expandVariables(value, this.#globals);
      }
    }
    this.#total =
      dockerfile.globalArguments.length +
      dockerfile.stages.reduce((sum, { instructions }) => sum + 1 + instructions.length, 0);
  }

  indexOf(target: string | undefined): number {
    const { stages } = this.#dockerfile;
    if (target === undefined) return stages.length - 1;
    const index = stages.findIndex(
      ({ name }, position) => name === target.toLowerCase() || String(position) === target,
    );
    if (index < 0) throw new Error(`target stage "${target}" could not be found`);
    return index;
  }

  stage(index: number): Promise<StageState> {
    const known = this.#stages.get(index);
    if (known) return known;
    const stage = this.#dockerfile.stages[index];
    if (!stage) throw new Error(`the Dockerfile has no stage ${index}`);
    const made = this.#build(stage, index);
    this.#stages.set(index, made);
    return made;
  }

  async #build(stage: Stage, index: number): Promise<StageState> {
    const state = await this.#begin(stage, index);
    for (const instruction of stage.instructions) {
      this.#announce(instruction);
      try {
        await this.#execute(instruction, state, index);
      } catch (error) {
        this.#options.signal.throwIfAborted();
        const { keyword, line, text } = instruction;
        throw new Error(
          `Dockerfile line ${line}: ${keyword} ${text}: ${(error as Error).message}`,
          { cause: error },
        );
      }
    }
    return state;
  }

  #announce({ keyword, text }: Instruction): void {
    this.#options.output(`Step ${++this.#step}/${this.#total} : ${keyword} ${text}`);
  }

  async #begin(stage: Stage, index: number): Promise<StageState> {
    const name = expandVariables(stage.image, this.#globals);
    const root = join(this.#options.scratch, `stage-${index}`);
    mkdirSync(root, { recursive: true });
    const earlier = this.#earlierStage(name, index);
    if (earlier !== undefined) {
      const base = await this.stage(earlier);
      this.#announce(stage.from);
      await cp(base.root, root, { recursive: true, verbatimSymlinks: true });
      return { ...base, root, variables: {}, env: { ...base.env }, labels: { ...base.labels } };
    }
    this.#announce(stage.from);
    const image = this.#options.findImage(name);
    if (image) {
      await cp(image.rootDirectory, root, { recursive: true, verbatimSymlinks: true });
      return stateOf(root, "shell", image.config);
    }
    const base = standIn(name);
    if (!base) {
      throw new Error(
        `Dockerfile line ${stage.from.line}: FROM ${name}: no registry of the local Azure holds this image, and nothing here can stand for it. Stand-ins: ${STAND_IN_NAMES}.`,
      );
    }
    if (base.runtime !== "none") {
      this.#options.output(` ---> ${name} is represented by this machine (${base.runtime})`);
    }
    return stateOf(root, base.runtime, base.config);
  }

  #earlierStage(name: string, before: number): number | undefined {
    const index = this.#dockerfile.stages
      .slice(0, before)
      .findIndex((stage) => stage.name === name.toLowerCase());
    return index < 0 ? undefined : index;
  }

  async #execute(instruction: Instruction, state: StageState, index: number): Promise<void> {
    const known = { ...state.variables, ...state.env };
    const expand = (text: string) => expandVariables(text, known);
    const { keyword, pairs, text, json } = instruction;
    switch (keyword) {
      case "ARG":
        for (const [name, value] of pairs) {
          const given =
            this.#options.buildArguments[name] ?? (value && expand(value)) ?? this.#globals[name];
          if (given !== undefined) state.variables[name] = given;
        }
        return;
      case "ENV":
        for (const [name, value = ""] of pairs) state.env[name] = expand(value);
        return;
      case "LABEL":
        for (const [name, value = ""] of pairs) state.labels[name] = expand(value);
        return;
      case "WORKDIR":
        state.workingDir = posix.resolve(state.workingDir, expand(text));
        mkdirSync(inside(state.root, state.workingDir), { recursive: true });
        return;
      case "USER":
        state.user = expand(text);
        return;
      case "ENTRYPOINT":
        state.entrypoint = json ?? [...state.shell, text];
        // An entry point of its own drops the base image's command.
        state.cmd = [];
        return;
      case "CMD":
        state.cmd = json ?? [...state.shell, text];
        return;
      case "SHELL":
        if (!json) throw new Error("SHELL requires the arguments to be in JSON form");
        state.shell = json;
        return;
      case "COPY":
      case "ADD":
        await this.#copy(instruction, state, index, expand);
        return;
      case "RUN":
        await this.#run(instruction, state);
        return;
      default:
        // EXPOSE, VOLUME, STOPSIGNAL, HEALTHCHECK and MAINTAINER change nothing that a pod here would see.
        return;
    }
  }

  async #copy(
    { keyword, flags, text, json, heredocs }: Instruction,
    state: StageState,
    index: number,
    expand: (text: string) => string,
  ): Promise<void> {
    const words = (json ?? text.split(/\s+/)).map(expand);
    const destination = words.pop() ?? "";
    if (words.length === 0) throw new Error(`${keyword} requires at least two arguments`);
    const target = isAbsolute(destination)
      ? destination
      : posix.join(state.workingDir, destination) + (/(^|\/)\.?$/.test(destination) ? "/" : "");
    const mode = flags.chmod === undefined ? undefined : parseInt(flags.chmod, 8);
    if (Number.isNaN(mode)) throw new Error(`--chmod=${flags.chmod ?? ""}: not an octal number`);
    const patterns = words.filter((word) => !word.startsWith("<<"));
    for (const { name, content } of heredocs) {
      const path = inside(state.root, target.endsWith("/") ? `${target}${name}` : target);
      mkdirSync(join(path, ".."), { recursive: true });
      writeFileSync(path, content, { mode: mode ?? 0o644 });
    }
    if (keyword === "ADD" && patterns.some((word) => /^(https?|git|ssh):|^git@/.test(word))) {
      throw new Error("ADD of a remote file or repository is not available in the local Azure");
    }
    if (patterns.length === 0) return;
    const from =
      flags.from === undefined ? this.#context : await this.#sourceOf(expand(flags.from), index);
    const archives =
      keyword === "ADD"
        ? patterns.filter((word) => /\.(tar|tgz|tar\.(gz|bz2|xz))$/.test(word))
        : [];
    for (const archive of archives) {
      const to = inside(state.root, target);
      mkdirSync(to, { recursive: true });
      const file = join(from.directory, archive);
      await runProcess(["tar", "-xf", file, "-C", to], {
        cwd: from.directory,
        env: buildEnvironment(),
        output: this.#options.output,
        signal: this.#options.signal,
      });
    }
    const files = patterns.filter((word) => !archives.includes(word));
    if (files.length > 0) copyInto(from, files, state.root, target, mode);
  }

  async #sourceOf(name: string, index: number): Promise<CopySource> {
    const byName = this.#earlierStage(name, index);
    const number = /^\d+$/.test(name) && Number(name) < index ? Number(name) : undefined;
    const stage = byName ?? number;
    if (stage !== undefined) return wholeDirectory((await this.stage(stage)).root);
    const image = this.#options.findImage(name);
    if (image) return wholeDirectory(image.rootDirectory);
    throw new Error(
      `--from=${name}: neither a stage before this one nor an image of the local Azure`,
    );
  }

  async #run({ text, json, flags, heredocs }: Instruction, state: StageState): Promise<void> {
    if (flags.mount !== undefined && /type=(secret|ssh)/.test(flags.mount)) {
      throw new Error(`RUN --mount=${flags.mount}: secrets are not available in the local Azure`);
    }
    const [heredoc] = heredocs;
    const script = heredoc && /^<<-?\s*["']?\w+["']?\s*$/.test(text) ? heredoc.content : text;
    const { root, runtime } = state;
    if (runtime === "python") await this.#preparePython(state);
    const mapped = (command: string) => mapPaths(command, root);
    await runProcess(json ? json.map(mapped) : [...state.shell, mapped(script)], {
      cwd: inside(root, state.workingDir),
      env: this.#environment(state),
      output: this.#options.output,
      signal: this.#options.signal,
    });
  }

  /** A virtual environment in the image's `/usr/local`, so that `pip install` goes into the image. */
  async #preparePython({ root }: StageState): Promise<void> {
    const prefix = join(root, "usr", "local");
    if (existsSync(join(prefix, "pyvenv.cfg"))) return;
    await runProcess(["python3", "-m", "venv", prefix], {
      cwd: root,
      env: buildEnvironment(),
      output: this.#options.output,
      signal: this.#options.signal,
    });
  }

  #environment({ root, env, variables }: StageState): Record<string, string> {
    const machine = buildEnvironment();
    const home = join(root, "root");
    mkdirSync(home, { recursive: true });
    mkdirSync(join(root, "tmp"), { recursive: true });
    const path = searchPath(root, env.PATH, machine.PATH ?? "");
    return {
      ...machine,
      ...registrySettings(),
      ...variables,
      ...env,
      HOME: home,
      PATH: `${this.#options.guards}:${path}`,
    };
  }
}

const stateOf = (root: string, runtime: Runtime, config: ImageConfig): StageState => ({
  root,
  runtime,
  variables: {},
  env: Object.fromEntries(
    config.env.map((entry) => {
      const [name = "", ...value] = entry.split("=");
      return [name, value.join("=")];
    }),
  ),
  entrypoint: config.entrypoint,
  cmd: config.cmd,
  workingDir: config.workingDir,
  user: config.user,
  shell: ["/bin/sh", "-c"],
  labels: { ...config.labels },
});

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
