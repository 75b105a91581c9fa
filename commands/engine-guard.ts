import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";

/**
 * Lets an engine that cdktf runs end in its own time. cdktf gives it a terminal (node-pty), writes Ctrl-C to that when
 * it is interrupted, and ends at once; the terminal goes with it, and the engine would be hung up while it waits for
 * its providers and before it has written its state. A shell makes it deaf to that: Go's runtime, and so the engine,
 * leaves SIGHUP ignored where it is when a program starts (package os/signal).
 */
export class EngineGuard {
  readonly #folder = mkdtempSync(join(tmpdir(), "engine-"));
  /** For cdktf. */
  readonly environment: NodeJS.ProcessEnv;

  constructor(environment: NodeJS.ProcessEnv) {
    if (process.platform === "win32") {
      this.environment = environment;
      return;
    }
    const script = join(this.#folder, "engine");
    // `exec` keeps the process id under which the engine is found again.
    const lines = [
      "#!/bin/sh",
      "trap '' HUP",
      ': > "$ENGINE_PIDS/$$"',
      'exec "$GUARDED_ENGINE" "$@"',
    ];
    writeFileSync(script, `${lines.join("\n")}\n`, { mode: 0o755 });
    this.environment = {
      ...environment,
      TERRAFORM_BINARY_NAME: script,
      GUARDED_ENGINE: environment.TERRAFORM_BINARY_NAME ?? "terraform",
      ENGINE_PIDS: this.#folder,
    };
  }

  /** Waits for engines that cdktf has left behind. A further Ctrl-C makes them stop at once, as is their way. */
  async end(): Promise<void> {
    const stop = (): void => {
      for (const pid of this.#running()) process.kill(pid, "SIGINT");
    };
    process.on("SIGINT", stop);
    try {
      if (this.#running().length > 0) {
        console.error("The engine ends what it has begun, and writes its state.");
      }
      while (this.#running().length > 0) await sleep(50);
    } finally {
      process.off("SIGINT", stop);
      rmSync(this.#folder, { recursive: true });
    }
  }

  #running(): number[] {
    if (!existsSync(this.#folder)) return [];
    return readdirSync(this.#folder)
      .map(Number)
      .filter((pid) => pid > 0 && isRunning(pid));
  }
}

function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
    // In a container whose first process does not wait for orphans, they stay as zombies.
    return (
      process.platform !== "linux" || !readFileSync(`/proc/${pid}/stat`, "utf8").includes(") Z ")
    );
  } catch {
    return false;
  }
}
