import { type ChildProcess, spawn } from "node:child_process";
import { resolve } from "node:path";

/** A local Azure that runs as a process of its own. */
export interface LocalAzureProcess {
  /** What to set so that providers and clients use it instead of Azure. */
  readonly environment: Readonly<Record<string, string>>;
  /** Ends it, with its pods and builds. */
  stop(): Promise<void>;
}

const root = resolve(__dirname, "..");

/**
 * Starts the local Azure on a free port and waits until it listens.
 *
 * @param flags - Further flags of `npm run local`.
 * @throws Error with what it printed, when it ends instead.
 */
export async function startLocalAzure(flags: readonly string[] = []): Promise<LocalAzureProcess> {
  const child = spawn(
    process.execPath,
    ["--require", "./register-tsx.cjs", "local-azure/main.ts", "--port", "0", "--json", ...flags],
    // A group of its own: Ctrl-C reaches this process only, which then stops the local Azure last. The channel
    // tells it when this process is gone without having done so.
    { cwd: root, stdio: ["ignore", "pipe", "pipe", "ipc"], detached: true },
  );
  const { environment } = JSON.parse(await firstLine(child)) as Pick<
    LocalAzureProcess,
    "environment"
  >;
  child.unref();
  child.channel?.unref();
  return {
    environment,
    stop: async () => {
      if (child.exitCode !== null) return;
      child.ref(); // Or this process might end before it has.
      const ended = new Promise((done) => child.once("close", done));
      child.kill("SIGTERM");
      await ended;
    },
  };
}

async function firstLine(child: ChildProcess): Promise<string> {
  return new Promise((found, failed) => {
    let output = "";
    let errors = "";
    child.stderr?.setEncoding("utf8").on("data", (text: string) => (errors += text));
    child.stdout?.setEncoding("utf8").on("data", (text: string) => {
      output += text;
      const end = output.indexOf("\n");
      if (end >= 0) found(output.slice(0, end));
    });
    child.on("error", failed);
    child.on("close", () => {
      failed(new Error(`The local Azure did not start:\n${errors || output}`));
    });
  });
}
