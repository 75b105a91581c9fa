import { existsSync, mkdirSync, readFileSync } from "node:fs";
import { cp } from "node:fs/promises";
import { join, posix } from "node:path";
import { relocateScripts } from "../../core/image-scripts";
import type { PulledImage } from "../../core/planes";
import type { BuiltImage } from "../image-store";
import { standIn, STAND_IN_NAMES } from "./base-images";
import { buildContext, wholeDirectory, type CopySource } from "./copy";
import { executeCopy } from "./copy-instruction";
import { parseDockerfile, type Dockerfile, type Instruction, type Stage } from "./dockerfile";
import { checkFlags } from "./flags";
import { inside } from "./image-path";
import { executeRun, type RunOptions } from "./run-instruction";
import { checkPython } from "./python";
import { configOf, stageFrom, stageOf, type StageState } from "./stage";
import { expandVariables } from "./variables";

export interface BuildOptions extends RunOptions {
  /** The context's folder on this machine. */
  readonly context: string;
  /** The Dockerfile on this machine. */
  readonly dockerfile: string;
  readonly buildArguments: Readonly<Record<string, string>>;
  /** The name or number of the stage to build; @default the last one. */
  readonly target?: string;
  /** Where stages are put together; the caller removes it. */
  readonly scratch: string;
  /** An image of the local Azure, if it is one. */
  readonly findImage: (name: string) => PulledImage | BuiltImage | undefined;
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
  const dockerfile = parseDockerfile(readFileSync(options.dockerfile, "utf8"));
  const build = new Build(dockerfile, options);
  const stage = await build.stage(build.indexOf(options.target));
  return { rootDirectory: stage.root, config: configOf(stage) };
};

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
    const rules = [
      `${options.dockerfile}.dockerignore`,
      join(options.context, ".dockerignore"),
    ].find((path) => existsSync(path));
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
    const state = await this.#naming(stage.from, () => this.#begin(stage, index));
    for (const instruction of stage.instructions) {
      this.#announce(instruction);
      await this.#naming(instruction, () => this.#execute(instruction, state, index));
    }
    return state;
  }

  /** Puts the instruction's place before the message of what it fails with. */
  async #naming<T>(instruction: Instruction, act: () => Promise<T>): Promise<T> {
    try {
      checkFlags(instruction);
      return await act();
    } catch (error) {
      this.#options.signal.throwIfAborted();
      const { keyword, line, text } = instruction;
      const { message } = error as Error;
      // What a stage that this one needs has failed with already says where.
      const place = message.startsWith("Dockerfile line")
        ? ""
        : `Dockerfile line ${line}: ${keyword} ${text}: `;
      throw new Error(`${place}${message}`, { cause: error });
    }
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
      relocateScripts(root, base.env.PATH);
      return stageFrom(base, root);
    }
    this.#announce(stage.from);
    const image = this.#options.findImage(name);
    if (image) {
      await cp(image.rootDirectory, root, { recursive: true, verbatimSymlinks: true });
      const state = stageOf(root, "shell", image.config);
      relocateScripts(root, state.env.PATH);
      return state;
    }
    const base = standIn(name);
    if (!base) {
      throw new Error(
        `no registry of the local Azure holds ${name}, and nothing here can stand for it. Stand-ins: ${STAND_IN_NAMES}.`,
      );
    }
    if (base.runtime !== "none") {
      this.#options.output(` ---> ${name} is represented by this machine (${base.runtime})`);
    }
    if (base.runtime === "python") await checkPython(name, this.#options);
    return stageOf(root, base.runtime, base.config);
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
    const { keyword, pairs, text, json, flags } = instruction;
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
        if (!state.hasOwnCmd) state.cmd = [];
        return;
      case "CMD":
        state.cmd = json ?? [...state.shell, text];
        state.hasOwnCmd = true;
        return;
      case "SHELL":
        if (!json) throw new Error("SHELL requires the arguments to be in JSON form");
        state.shell = json;
        return;
      case "COPY":
      case "ADD":
        await executeCopy(instruction, state, {
          ...this.#options,
          expand,
          source: () => this.#sourceOf(flags.from && expand(flags.from), index),
        });
        return;
      case "RUN":
        await executeRun(instruction, state, this.#options);
        return;
      case "ONBUILD":
        throw new Error("ONBUILD is not available in the local Azure");
      default:
        // EXPOSE, VOLUME, STOPSIGNAL, HEALTHCHECK and MAINTAINER change nothing that a pod here would see.
        return;
    }
  }

  /** What `--from` names; @default the context */
  async #sourceOf(name: string | undefined, index: number): Promise<CopySource> {
    if (name === undefined) return this.#context;
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
}
