import { spawn } from "node:child_process";

export interface EngineProps {
  /** The engine's executable: `terraform` or `tofu`. */
  readonly binary: string;
  readonly directory: string;
  readonly environment: Readonly<Record<string, string>>;
  /** Asks the engine to stop (`SIGINT`). */
  readonly cancel: AbortSignal;
  /** Ends it with all its children (`SIGKILL`). */
  readonly forceCancel: AbortSignal;
}

export interface Exit {
  /** `undefined` when a signal ended it, or it could not be started. */
  readonly code: number | undefined;
  readonly stdout: string;
  /** Both streams in the order of their arrival. */
  readonly output: string;
}

/** Runs one command of the engine. Never throws: what cannot be started says so in its output. */
export function runEngine(
  props: EngineProps,
  args: readonly string[],
  onOutput?: (chunk: Buffer) => void,
): Promise<Exit> {
  return new Promise((resolve) => {
    const stdout: Buffer[] = [];
    const output: Buffer[] = [];
    // Its own process group: a Ctrl+C in the terminal of the client is not meant for the agent.
    const engine = spawn(props.binary, args, {
      cwd: props.directory,
      env: { ...props.environment },
      stdio: ["ignore", "pipe", "pipe"],
      detached: true,
    });
    const collect = (chunk: Buffer) => {
      output.push(chunk);
      onOutput?.(chunk);
    };
    const interrupt = () => {
      engine.kill("SIGINT");
    };
    const kill = () => {
      if (engine.pid !== undefined) process.kill(-engine.pid, "SIGKILL");
    };
    const finish = (code: number | undefined) => {
      props.cancel.removeEventListener("abort", interrupt);
      props.forceCancel.removeEventListener("abort", kill);
      const text = (chunks: Buffer[]) => Buffer.concat(chunks).toString();
      resolve({ code, stdout: text(stdout), output: text(output) });
    };
    engine.stdout.on("data", (chunk: Buffer) => stdout.push(chunk));
    engine.stdout.on("data", collect);
    engine.stderr.on("data", collect);
    engine.once("error", (error) => {
      collect(Buffer.from(`${props.binary}: ${error.message}\n`));
      finish(undefined);
    });
    engine.once("close", (code) => {
      finish(code ?? undefined);
    });
    props.cancel.addEventListener("abort", interrupt);
    props.forceCancel.addEventListener("abort", kill);
    if (props.cancel.aborted) interrupt();
    if (props.forceCancel.aborted) kill();
  });
}
