import { spawn, type ChildProcess } from "node:child_process";
import { existsSync, mkdirSync, readFileSync, rmSync, symlinkSync } from "node:fs";
import { cp, rm } from "node:fs/promises";
import { constants } from "node:os";
import { basename, dirname, isAbsolute, join } from "node:path";
import { createInterface } from "node:readline";
import { mapPaths, searchPath } from "../../core/image-paths";
import { relocateScripts } from "../../core/image-scripts";
import type { ImageConfig, PulledImage } from "../../core/planes";
import type { Container } from "../pod";
import type { ContainerLog } from "./container-log";
import { expand } from "./environment";

/** How a container ended. */
export interface Exit {
  readonly exitCode: number;
  readonly reason: "Completed" | "Error" | "StartError";
  readonly message?: string;
}

export interface ContainerProcessOptions {
  readonly container: Container;
  readonly image: PulledImage;
  /** Becomes the container's file system. */
  readonly root: string;
  /** Where the pod's volumes are, by their names. */
  readonly volumes: string;
  readonly environment: Readonly<Record<string, string>>;
  readonly podName: string;
  /** Files of certificates that the node trusts, by the variable that names them. */
  readonly trust: Readonly<Record<string, string>>;
  readonly log: ContainerLog;
  readonly now: () => Date;
}

const MAXIMUM_MESSAGE_BYTES = 4096;

/** The signals of which a container can die add this to their number: its exit code. */
const SIGNAL_BASE = 128;

/**
 * A container as a process of this machine. Its file system is a copy of the image's folder, with the volumes
 * in their places as links; paths that lead into it are rewritten, since the process is not confined to it.
 */
export class ContainerProcess {
  readonly #child: ChildProcess;
  readonly ended: Promise<Exit>;

  private constructor(child: ChildProcess, ended: Promise<Exit>) {
    this.#child = child;
    this.ended = ended;
  }

  static async start(options: ContainerProcessOptions): Promise<ContainerProcess> {
    await prepareRoot(options);
    const [program = "", ...parameters] = commandLine(options);
    const child = spawn(program, parameters, {
      cwd: workingDirectory(options),
      env: processEnvironment(options),
      detached: true,
      stdio: ["ignore", "pipe", "pipe"],
    });
    return new ContainerProcess(child, exitOf(child, program, options));
  }

  /** Asks the container's first process to end, as a container runtime does. */
  terminate(): void {
    this.#child.kill("SIGTERM");
  }

  kill(): void {
    killGroup(this.#child);
  }
}

/** The process and everything that it started. */
const killGroup = ({ pid }: ChildProcess): void => {
  if (pid === undefined) return;
  try {
    process.kill(-pid, "SIGKILL");
  } catch {
    // All of them have ended.
  }
};

const prepareRoot = async ({
  container,
  image,
  root,
  volumes,
}: ContainerProcessOptions): Promise<void> => {
  await rm(root, { recursive: true, force: true });
  await cp(image.rootDirectory, root, { recursive: true, verbatimSymlinks: true });
  relocateScripts(root, ofImage(image.config).PATH);
  for (const directory of ["tmp", "dev"]) mkdirSync(join(root, directory), { recursive: true });
  for (const { name, mountPath, subPath } of container.volumeMounts ?? []) {
    const place = join(root, mountPath);
    rmSync(place, { recursive: true, force: true });
    mkdirSync(dirname(place), { recursive: true });
    symlinkSync(join(volumes, name, subPath ?? ""), place);
  }
};

const workingDirectory = ({ container, image, root }: ContainerProcessOptions): string => {
  const directory = join(root, container.workingDir ?? image.config.workingDir);
  mkdirSync(directory, { recursive: true });
  return directory;
};

/** Whether a path of the container is in its own file system. */
const isOwn = ({ container, root }: ContainerProcessOptions, path: string): boolean =>
  existsSync(join(root, path)) ||
  path === container.terminationMessagePath ||
  path.startsWith("/tmp/") ||
  (container.volumeMounts ?? []).some(
    ({ mountPath }) => path === mountPath || path.startsWith(`${mountPath}/`),
  );

const ofImage = ({ env }: ImageConfig): Record<string, string> =>
  Object.fromEntries(
    env.map((entry) => {
      const [name = "", ...value] = entry.split("=");
      return [name, value.join("=")];
    }),
  );

/** Made from nothing: what the local Azure was started with is none of the container's business. */
const processEnvironment = (options: ContainerProcessOptions): Record<string, string> => {
  const { image, environment, podName, root, trust } = options;
  const given: Record<string, string | undefined> = {
    ...ofImage(image.config),
    HOSTNAME: podName,
    ...environment,
  };
  const mapped = Object.fromEntries(
    Object.entries(given).map(([name, value = ""]) => [
      name,
      // The files of `trust` are this machine's, and may well be in its /tmp.
      isAbsolute(value) && value !== trust[name] && isOwn(options, value)
        ? join(root, value)
        : value,
    ]),
  );
  const home = join(root, given.HOME ?? "/root");
  mkdirSync(home, { recursive: true });
  return {
    TMPDIR: join(root, "tmp"),
    ...trust,
    ...mapped,
    HOME: home,
    PATH: searchPath(root, given.PATH, process.env.PATH ?? ""),
  };
};

/**
 * Source: https://kubernetes.io/docs/tasks/inject-data-application/define-command-argument-container/
 */
const commandLine = (options: ContainerProcessOptions): string[] => {
  const { container, image, environment, root } = options;
  const { command, args } = container;
  const own = [...(command ?? []), ...(args ?? [])].map((word) => expand(word, environment));
  const words = command
    ? own
    : args
      ? [...image.config.entrypoint, ...own]
      : [...image.config.entrypoint, ...image.config.cmd];
  const [program = "", ...parameters] = words.map((word) =>
    mapPaths(word, root, (path) => isOwn(options, path)),
  );
  // A base image has its programs elsewhere than this machine, which stands in for it.
  const isMissing = isAbsolute(program) && !existsSync(program);
  return [isMissing ? basename(program) : program, ...parameters];
};

const exitOf = (
  child: ChildProcess,
  program: string,
  { container, root, log, now }: ContainerProcessOptions,
): Promise<Exit> => {
  const last: string[] = [];
  for (const stream of ["stdout", "stderr"] as const) {
    const source = child[stream];
    if (!source) continue;
    createInterface({ input: source, crlfDelay: Infinity }).on("line", (text) => {
      last.push(text);
      if (last.length > 80) last.shift();
      log.append({ time: now().toISOString().replace("Z", "000000Z"), stream, text });
    });
  }
  return new Promise<Exit>((resolve) => {
    child.on("error", (error: NodeJS.ErrnoException) => {
      const reason = error.code === "ENOENT" ? "executable file not found in $PATH" : error.message;
      resolve({
        exitCode: SIGNAL_BASE,
        reason: "StartError",
        message: `failed to create containerd task: failed to create shim task: OCI runtime create failed: runc create failed: unable to start container process: exec: ${JSON.stringify(program)}: ${reason}: unknown`,
      });
    });
    // What the first process leaves behind ends with the container.
    child.on("exit", () => {
      killGroup(child);
    });
    child.on("close", (code, signal) => {
      const exitCode = code ?? SIGNAL_BASE + (signal ? constants.signals[signal] : 0);
      const isDone = exitCode === 0;
      resolve({
        exitCode,
        reason: isDone ? "Completed" : "Error",
        message: terminationMessage(container, root, isDone ? [] : last),
      });
    });
  }).finally(() => {
    log.end();
  });
};

/** Source: https://kubernetes.io/docs/tasks/debug/debug-application/determine-reason-pod-failure/ */
const terminationMessage = (
  container: Container,
  root: string,
  lastLines: readonly string[],
): string | undefined => {
  const file = join(
    root,
    (container.terminationMessagePath as string | undefined) ?? "/dev/termination-log",
  );
  if (existsSync(file)) return readFileSync(file, "utf8").slice(0, MAXIMUM_MESSAGE_BYTES);
  if (container.terminationMessagePolicy !== "FallbackToLogsOnError") return undefined;
  return lastLines.length === 0 ? undefined : lastLines.join("\n").slice(-MAXIMUM_MESSAGE_BYTES);
};
