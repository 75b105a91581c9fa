import { existsSync, mkdirSync, symlinkSync } from "node:fs";
import { join } from "node:path";
import type { ImageConfig } from "../../core/planes";
import { standIn, STAND_IN_NAMES } from "../builds/base-images";
import { mapPaths, searchPath } from "../../core/image-paths";
import type { BuiltImage } from "../image-store";
import { buildEnvironment, runProcess, type ProcessOptions } from "../run-process";
import { shellWords } from "../shell-words";

export interface CommandStep extends Pick<ProcessOptions, "output" | "signal"> {
  /** `<image> [arguments]`. */
  readonly command: string;
  readonly entryPoint?: string;
  /** The folder in which the step starts, on this machine. */
  readonly cwd: string;
  /** The folder that all steps of the run share; the image sees it as `/workspace`. */
  readonly workspace: string;
  /** What stands for the container's own file system, for images that this machine stands in for. */
  readonly scratch: string;
  readonly guards: string;
  readonly env: Readonly<Record<string, string>>;
  /** An image that this run has built, or that a registry here holds. */
  readonly findImage: (name: string) => BuiltImage | undefined;
}

/** Where a command of a shell's image writes beside the workspace. */
const CONTAINER_DIRECTORY = /^\/(etc|home|mnt|opt|root|run|srv|tmp|usr|var|workspace)(\/|$)/;

/**
 * Runs a `cmd` step: an image of the local Azure, or this machine's shell where the step names an image with one.
 *
 * @throws Error when the image is neither, or the command fails.
 */
export const runCommandStep = async (step: CommandStep): Promise<void> => {
  const [name = "", ...parameters] = shellWords(step.command);
  const image = step.findImage(name);
  const base = image ? undefined : standIn(name);
  const config: ImageConfig | undefined = image?.config ?? base?.config;
  if (!config || base?.runtime === "none") {
    throw new Error(
      `cmd: ${name}: no registry of the local Azure holds this image, and nothing here can stand for it. Stand-ins: ${STAND_IN_NAMES}.`,
    );
  }
  const root = image?.rootDirectory ?? step.scratch;
  if (!image) prepareScratch(step);
  const mapped = (text: string) =>
    mapPaths(text, root, (path) =>
      image ? existsSync(join(root, path)) : CONTAINER_DIRECTORY.test(path),
    );
  const machine = buildEnvironment();
  const ofImage = Object.fromEntries(
    config.env.map((entry) => {
      const [variable = "", ...value] = entry.split("=");
      return [variable, value.join("=")];
    }),
  );
  await runProcess(commandLine(step.entryPoint, parameters, config).map(mapped), {
    cwd: step.cwd,
    env: {
      ...machine,
      ...ofImage,
      ...step.env,
      HOME: join(step.scratch, "root"),
      PATH: `${step.guards}:${searchPath(root, ofImage.PATH, machine.PATH ?? "")}`,
    },
    output: step.output,
    signal: step.signal,
  });
};

const commandLine = (
  entryPoint: string | undefined,
  parameters: readonly string[],
  { entrypoint, cmd }: ImageConfig,
): readonly string[] => {
  const program = entryPoint === undefined ? entrypoint : shellWords(entryPoint);
  if (parameters.length === 0) return [...program, ...(entryPoint === undefined ? cmd : [])];
  // Official images run their program with arguments that begin with a dash.
  if (program.length === 0 && parameters[0]?.startsWith("-")) return [...cmd, ...parameters];
  return [...program, ...parameters];
};

const prepareScratch = ({ scratch, workspace }: CommandStep): void => {
  for (const directory of ["tmp", "root", "home"]) {
    mkdirSync(join(scratch, directory), { recursive: true });
  }
  if (!existsSync(join(scratch, "workspace"))) symlinkSync(workspace, join(scratch, "workspace"));
};
