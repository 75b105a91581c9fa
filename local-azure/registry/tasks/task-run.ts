import { existsSync, mkdirSync } from "node:fs";
import { join, posix } from "node:path";
import type { Clock } from "../../core/clock";
import { buildImage } from "../builds/build";
import { inside, relativeTo } from "../builds/image-path";
import { fetchContext } from "../context";
import { writeGuards } from "../guards";
import type { BuiltImage } from "../image-store";
import { parseBuildCommand } from "./build-command";
import { runCommandStep } from "./command-step";
import type { Step, TaskFile } from "./task-file";

export interface TaskRunOptions {
  readonly task: TaskFile;
  /** The folder that all steps share. */
  readonly workspace: string;
  /** Holds everything that the run makes; the caller removes it. */
  readonly directory: string;
  readonly clock: Clock;
  readonly allowFileContexts: boolean;
  /** An image that a registry of the local Azure holds. */
  readonly findImage: (name: string) => BuiltImage | undefined;
  /**
   * Puts an image into its registry, which takes over its files.
   *
   * @returns The image as it is kept.
   * @throws Error when it does not belong to the run's registry.
   */
  readonly push: (name: string, image: BuiltImage) => BuiltImage;
  /** A line of the run's own. */
  readonly report: (line: string) => void;
  /** A line of a step's output. */
  readonly output: (line: string) => void;
  readonly signal: AbortSignal;
}

/** A step's time is over. */
class StepTimeout extends Error {}

/**
 * Runs the steps of a task: each after the one before it, or after those that it waits for (`when`).
 *
 * @throws Error naming the first step that failed.
 */
export const runTask = async (options: TaskRunOptions): Promise<void> => {
  const { task, directory } = options;
  const guards = join(directory, "guards");
  writeGuards(guards);
  const images = new Map<string, BuiltImage>();
  const finished = new Map<string, Promise<void>>();
  let previous: string | undefined;
  for (const step of task.steps) {
    const needed = (step.when ?? (previous === undefined ? [] : [previous])).filter(
      (id) => id !== "-",
    );
    const ready = Promise.all(needed.map((id) => finished.get(id) ?? Promise.resolve()));
    finished.set(
      step.id,
      ready.then(() => runStep(step, { ...options, guards, images })),
    );
    previous = step.id;
  }
  const results = await Promise.allSettled(finished.values());
  const failure = results.find((result) => result.status === "rejected");
  if (failure) throw failure.reason;
};

interface StepOptions extends TaskRunOptions {
  readonly guards: string;
  /** What the run has built, by each of its names. */
  readonly images: Map<string, BuiltImage>;
}

const runStep = async (step: Step, options: StepOptions): Promise<void> => {
  const { task, clock, report, signal } = options;
  const seconds = step.timeout ?? task.stepTimeout;
  if (step.startDelay !== undefined) await wait(clock, step.startDelay, signal);
  const started = clock.now().getTime();
  for (let repeated = 0; repeated <= (step.repeat ?? 0); repeated++) {
    report(
      `Executing step ID: ${step.id}. Timeout(sec): ${seconds}, Working directory: '${step.workingDirectory ?? ""}'`,
    );
    try {
      await attempt(step, options, seconds);
    } catch (error) {
      signal.throwIfAborted();
      const message = (error as Error).message;
      report(`failed to run step ID: ${step.id}: ${message}`);
      if (step.ignoreErrors !== true) {
        throw new Error(`failed to run step ID: ${step.id}: ${message}`, { cause: error });
      }
    }
  }
  const elapsed = (clock.now().getTime() - started) / 1000;
  report(
    `Step ID: ${step.id} marked as successful (elapsed time in seconds: ${elapsed.toFixed(6)})`,
  );
};

/** Once, and again for each of the step's `retries`. */
const attempt = async (step: Step, options: StepOptions, seconds: number): Promise<void> => {
  const { clock, report, signal } = options;
  for (let left = step.retries ?? 0; ; left--) {
    const timeout = new AbortController();
    const cancel =
      seconds === 0
        ? () => undefined
        : clock.after(seconds * 1000, () => {
            timeout.abort(new StepTimeout(`timed out after ${seconds} seconds`));
          });
    try {
      await execute(step, { ...options, signal: AbortSignal.any([signal, timeout.signal]) });
      return;
    } catch (failure) {
      signal.throwIfAborted();
      // What a process that was killed says is not why.
      const error: unknown = timeout.signal.aborted ? timeout.signal.reason : failure;
      if (left <= 0) throw error;
      report(`step ID: ${step.id} failed (${(error as Error).message}); retries left: ${left}`);
      await wait(clock, step.retryDelay ?? 0, signal);
    } finally {
      cancel();
    }
  }
};

const wait = (clock: Clock, seconds: number, signal: AbortSignal): Promise<void> =>
  new Promise((resolve, reject) => {
    if (seconds === 0) {
      resolve();
      return;
    }
    const cancel = clock.after(seconds * 1000, resolve);
    signal.addEventListener("abort", () => {
      cancel();
      reject(signal.reason as Error);
    });
  });

const execute = async (step: Step, options: StepOptions): Promise<void> => {
  if (step.push) {
    push(step.push, options);
  } else if (step.build !== undefined) {
    await build(step, step.build, options);
  } else {
    await runCommandStep({
      ...options,
      command: step.cmd ?? "",
      entryPoint: step.entryPoint,
      cwd: workingDirectory(step, options),
      scratch: join(options.directory, "steps", step.id),
      env: environment([...options.task.env, ...(step.env ?? [])]),
      findImage: (name) => options.images.get(name) ?? options.findImage(name),
    });
  }
};

const push = (names: readonly string[], { images, push: store, report }: StepOptions): void => {
  for (const name of names) {
    report(`Pushing image: ${name}, attempt 1`);
    const image = images.get(name);
    if (!image) {
      throw new Error(
        `An image does not exist locally with the tag: ${name}; no step has built it`,
      );
    }
    const kept = store(name, image);
    for (const [tag, built] of images) if (built === image) images.set(tag, kept);
    report(`Successfully pushed image: ${name}`);
  }
};

const build = async (step: Step, line: string, options: StepOptions): Promise<void> => {
  const { tags, dockerfile, buildArguments, target, context } = parseBuildCommand(line);
  const { directory, output, signal, guards, images, findImage } = options;
  const isRemote = /^\w+:\/\//.test(context);
  const folder = isRemote
    ? await fetchContext(context, join(directory, "contexts", step.id), {
        allowFiles: options.allowFileContexts,
        output,
        signal,
      })
    : workspacePath(step, options, context, "build context");
  // Named with `-f`, it is looked for where the step works, not in the context.
  const file = isRemote
    ? relativeTo(folder, dockerfile ?? "Dockerfile", "Dockerfile")
    : dockerfile === undefined
      ? inside(folder, "Dockerfile")
      : workspacePath(step, options, dockerfile, "Dockerfile");
  if (!existsSync(file)) {
    throw new Error(
      `unable to evaluate symlinks in Dockerfile path: ${dockerfile ?? "Dockerfile"}: no such file`,
    );
  }
  const image = await buildImage({
    context: folder,
    dockerfile: file,
    buildArguments,
    target,
    scratch: join(directory, "builds", step.id),
    guards,
    findImage: (name) => images.get(name) ?? findImage(name),
    output,
    signal,
  });
  for (const tag of tags) {
    images.set(tag, image);
    output(`Successfully tagged ${tag}`);
  }
};

const workingDirectory = (step: Step, options: StepOptions): string => {
  const directory = workspacePath(step, options, ".", "workingDirectory");
  mkdirSync(directory, { recursive: true });
  return directory;
};

/** What a step means by a path: relative to its working directory, and never out of the workspace. */
const workspacePath = (
  { workingDirectory: ofStep }: Step,
  { task, workspace }: StepOptions,
  path: string,
  what: string,
): string => {
  const directory = (ofStep ?? task.workingDirectory ?? "").replace(/^\/workspace(?=\/|$)/, ".");
  return relativeTo(workspace, posix.join(directory, path), what);
};

const environment = (entries: readonly string[]): Record<string, string> =>
  Object.fromEntries(
    entries.map((entry) => {
      const [name = "", ...value] = entry.split("=");
      return [name, value.join("=")];
    }),
  );
