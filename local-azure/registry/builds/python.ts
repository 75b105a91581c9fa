import { existsSync } from "node:fs";
import { join } from "node:path";
import { buildEnvironment, runProcess, type ProcessOptions } from "../run-process";
import type { StageState } from "./stage";

type Output = Pick<ProcessOptions, "output" | "signal">;

/** @throws Error when this machine has no Python that could stand for the image. */
export const checkPython = async (image: string, { output, signal }: Output): Promise<void> => {
  const version = ["python3", "--version"];
  try {
    await runProcess(version, { cwd: "/", env: buildEnvironment(), output, signal });
  } catch (error) {
    signal.throwIfAborted();
    throw new Error(
      `${image} is represented by this machine's python3, which does not run: ${(error as Error).message}`,
      { cause: error },
    );
  }
};

/** A virtual environment in the image's `/usr/local`, so that `pip install` goes into the image. */
export const preparePython = async (
  { root }: StageState,
  { output, signal }: Output,
): Promise<void> => {
  const prefix = join(root, "usr", "local");
  if (existsSync(join(prefix, "pyvenv.cfg"))) return;
  await runProcess(["python3", "-m", "venv", prefix], {
    cwd: root,
    env: buildEnvironment(),
    output,
    signal,
  });
};
