import { spawn } from "node:child_process";
import { createInterface } from "node:readline";

/** What a process of a build may know of this machine: how to reach package registries, and nothing secret. */
const INHERITED = new RegExp(
  [
    "^(PATH|HOME|USER|LOGNAME|SHELL|LANG|LC_\\w+|TMPDIR|TZ)$",
    "^(HTTPS?|ALL|NO)_PROXY$",
    "^(NODE_EXTRA_CA_CERTS|SSL_CERT_FILE|SSL_CERT_DIR|REQUESTS_CA_BUNDLE|CURL_CA_BUNDLE)$",
    "^(PIP|UV)_(INDEX_URL|EXTRA_INDEX_URL|DEFAULT_INDEX|INDEX|TRUSTED_HOST|CERT|CONFIG_FILE|CACHE_DIR|NO_INDEX|FIND_LINKS)$",
    "^npm_config_(registry|\\w*registry|//.*|cafile|userconfig|globalconfig|cache|proxy|https_proxy|noproxy|strict_ssl|_auth\\w*)$",
    "^npm_config_@.*$",
  ].join("|"),
  "i",
);

/** The environment of this process, reduced to what a build may have. */
export const buildEnvironment = (): Record<string, string> =>
  Object.fromEntries(
    Object.entries(process.env).flatMap(([name, value]) =>
      value !== undefined && INHERITED.test(name) ? [[name, value]] : [],
    ),
  );

export interface ProcessOptions {
  readonly cwd: string;
  readonly env: Readonly<Record<string, string>>;
  /** Each line of output, standard error included, as it comes. */
  readonly output: (line: string) => void;
  /** Ends the process and everything that it started. */
  readonly signal: AbortSignal;
}

/**
 * Runs a program without a shell, in a process group of its own.
 *
 * @throws Error `exit status <n>` as a registry task reports it, or why it could not start.
 */
export const runProcess = async (
  [program = "", ...parameters]: readonly string[],
  { cwd, env, output, signal }: ProcessOptions,
): Promise<void> => {
  signal.throwIfAborted();
  const child = spawn(program, parameters, {
    cwd,
    env,
    detached: true,
    stdio: ["ignore", "pipe", "pipe"],
  });
  const kill = () => {
    if (child.pid === undefined) return;
    try {
      process.kill(-child.pid, "SIGKILL");
    } catch {
      // It has ended already.
    }
  };
  signal.addEventListener("abort", kill, { once: true });
  for (const stream of [child.stdout, child.stderr]) {
    createInterface({ input: stream, crlfDelay: Infinity }).on("line", output);
  }
  try {
    await new Promise<void>((resolve, reject) => {
      child.on("error", reject);
      child.on("close", (code, killedBy) => {
        if (code === 0) resolve();
        else
          reject(new Error(code === null ? `signal: ${String(killedBy)}` : `exit status ${code}`));
      });
    });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "ENOENT") throw error;
    throw new Error(`exec: "${program}": executable file not found on this machine`, {
      cause: error,
    });
  } finally {
    signal.removeEventListener("abort", kill);
  }
  signal.throwIfAborted();
};
