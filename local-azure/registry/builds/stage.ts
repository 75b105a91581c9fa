import type { ImageConfig } from "../../core/planes";
import type { Runtime } from "./base-images";

/** A stage while it is being put together. */
export interface StageState {
  /** The folder that is its file system. */
  readonly root: string;
  readonly runtime: Runtime;
  /** What ARG has set. */
  readonly variables: Record<string, string>;
  readonly env: Record<string, string>;
  entrypoint: readonly string[];
  cmd: readonly string[];
  /** Whether this stage has a CMD of its own: a later ENTRYPOINT keeps that, and drops an inherited one. */
  hasOwnCmd: boolean;
  workingDir: string;
  user: string;
  shell: readonly string[];
  readonly labels: Record<string, string>;
}

/** A stage that begins with an image. */
export const stageOf = (root: string, runtime: Runtime, config: ImageConfig): StageState => ({
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
  hasOwnCmd: false,
  workingDir: config.workingDir,
  user: config.user,
  shell: ["/bin/sh", "-c"],
  labels: { ...config.labels },
});

/** A stage that begins with another one. */
export const stageFrom = (base: StageState, root: string): StageState => ({
  ...base,
  root,
  variables: {},
  hasOwnCmd: false,
  env: { ...base.env },
  labels: { ...base.labels },
});

export const configOf = (stage: StageState): ImageConfig => ({
  entrypoint: stage.entrypoint,
  cmd: stage.cmd,
  env: Object.entries(stage.env).map(([name, value]) => `${name}=${value}`),
  workingDir: stage.workingDir,
  user: stage.user,
  labels: stage.labels,
});
