import { spawn } from "node:child_process";
import { join } from "node:path";
import type { Artifact } from "./artifact";
import type { Progress } from "./progress";

/** How many lines of a failed build are shown. */
const shownLines = 20;

const remedy =
  "Install Go (https://go.dev/dl), or use an engine and providers of your own: " +
  "TERRAFORM_BINARY_NAME names the engine, TF_CLI_CONFIG_FILE where the providers are; " +
  "where the Terraform registry answers, no provider is built.";

/** Builds with the Go toolchain, which fetches modules through GOPROXY and verifies go.sum. */
export class Go {
  constructor(
    private readonly toolchain: string,
    private readonly progress: Progress,
    private readonly signal: AbortSignal,
    private readonly environment: NodeJS.ProcessEnv,
  ) {}

  /**
   * Fails early, with what to do, when there is no Go or one that is too old for `go.mod`.
   *
   * @throws Error with the version that was found and the one that is needed.
   */
  async check(artifact: Artifact): Promise<void> {
    try {
      await this.#run(artifact, ["list", "-m"], () => undefined);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === "ENOENT") {
        throw new Error(`Building ${artifact.name} needs Go, which was not found. ${remedy}`, {
          cause: error,
        });
      }
      const reason = (error as Error).message;
      if (reason.includes("requires go >=")) {
        throw new Error(`The Go on this machine is too old: ${reason} ${remedy}`, { cause: error });
      }
      throw error;
    }
  }

  /** Builds one artifact into the file `output`; the progress counts packages. */
  async build(artifact: Artifact, output: string): Promise<void> {
    const step = this.progress.start(artifact);
    let downloaded = 0;
    let compiled = 0;
    try {
      await this.#run(
        artifact,
        [
          "build",
          "-v", // one line a package
          "-trimpath",
          "-ldflags",
          ["-s -w", artifact.linkerFlags].filter(Boolean).join(" "),
          "-o",
          output,
          artifact.package,
        ],
        (line) => {
          if (line.startsWith("go: downloading")) downloaded += 1;
          else compiled += 1;
          step.update(
            `${String(downloaded)} modules fetched, ${String(compiled)} packages compiled`,
          );
        },
      );
    } catch (error) {
      step.end("failed");
      throw new Error(`Building ${artifact.name} failed. ${(error as Error).message}`, {
        cause: error,
      });
    }
    step.end("built");
  }

  async #run(
    artifact: Artifact,
    args: readonly string[],
    onLine: (line: string) => void,
  ): Promise<void> {
    this.signal.throwIfAborted();
    const child = spawn("go", args, {
      cwd: join(this.toolchain, artifact.module),
      // A group of its own, so that the compilers that Go starts end with it.
      detached: process.platform !== "win32",
      stdio: ["ignore", "ignore", "pipe"],
      env: {
        ...this.environment,
        // No C compiler is needed, and the result does not depend on one.
        CGO_ENABLED: "0",
        GOWORK: "off",
        GOFLAGS: "-mod=readonly -buildvcs=false",
      },
    });
    const kill = (): void => {
      if (child.pid !== undefined) {
        if (process.platform === "win32") child.kill();
        else process.kill(-child.pid, "SIGTERM");
      }
    };
    this.signal.addEventListener("abort", kill, { once: true });
    const lines: string[] = [];
    let rest = "";
    child.stderr.setEncoding("utf8").on("data", (chunk: string) => {
      const parts = (rest + chunk).split("\n");
      rest = parts.pop() ?? "";
      for (const line of parts) {
        lines.push(line);
        onLine(line);
      }
    });
    try {
      await new Promise<void>((resolve, reject) => {
        child.once("error", reject);
        child.once("close", (code, killedBy) => {
          if (code === 0) resolve();
          else if (this.signal.aborted) reject(new Error("Interrupted."));
          else {
            const how = killedBy === null ? `exit code ${String(code)}` : `signal ${killedBy}`;
            const shown = [...lines, rest].filter(Boolean).slice(-shownLines).join("\n");
            reject(new Error(`\`go ${args[0] ?? ""}\` ended with ${how}:\n${shown}`));
          }
        });
      });
    } finally {
      this.signal.removeEventListener("abort", kill);
    }
  }
}
