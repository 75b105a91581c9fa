import { mkdirSync } from "node:fs";
import { rm } from "node:fs/promises";
import { join } from "node:path";
import { parse } from "yaml";
import type {
  LocalAzure,
  RegistryRun,
  RegistryRunRequest,
  RegistryRunStatus,
} from "../core/planes";
import { fetchContext } from "./context";
import { parseImageReference } from "./image-reference";
import type { BuiltImage, ImageStore } from "./image-store";
import type { SourceUploads } from "./source-uploads";
import { parseTask, type RunVariables, type TaskFile } from "./tasks/task-file";
import { runTask } from "./tasks/task-run";

interface RunOptions {
  readonly loginServer: string;
  readonly allowFileContexts: boolean;
  readonly uploads: SourceUploads;
}

type PushedImage = ReturnType<RegistryRun["images"]>[number];

/** Why a run was aborted. */
type Abort = "Canceled" | "Timeout";

/** One run of a registry task. It begins when it is made. */
export class Run implements RegistryRun {
  readonly #azure: LocalAzure;
  readonly #store: ImageStore;
  readonly #request: RegistryRunRequest;
  readonly #options: RunOptions;
  readonly #abort = new AbortController();
  readonly #lines: string[] = [];
  readonly #images: PushedImage[] = [];
  readonly #started: Date;
  #finished: Date | undefined;
  #status: RegistryRunStatus = "Running";
  #error: string | undefined;
  /** Settles, without an error, when the run has ended. */
  readonly ended: Promise<void>;

  constructor(
    azure: LocalAzure,
    store: ImageStore,
    request: RegistryRunRequest,
    options: RunOptions,
  ) {
    this.#azure = azure;
    this.#store = store;
    this.#request = request;
    this.#options = options;
    this.#started = azure.clock.now();
    this.ended = this.#run();
  }

  status(): RegistryRunStatus {
    return this.#status;
  }

  readonly startTime = () => this.#started.toISOString();

  readonly finishTime = () => this.#finished?.toISOString();

  images(): PushedImage[] {
    return [...this.#images];
  }

  errorMessage(): string | undefined {
    return this.#error;
  }

  log(): string {
    return this.#lines.map((line) => `${line}\n`).join("");
  }

  cancel(): void {
    this.#stop("Canceled");
  }

  #stop(reason: Abort): void {
    this.#abort.abort(reason);
  }

  async #run(): Promise<void> {
    const { clock, workDirectory } = this.#azure;
    const { timeoutSeconds, runId, registryName } = this.#request;
    const directory = join(workDirectory, "runs", registryName, runId);
    const cancelTimeout = clock.after(timeoutSeconds * 1000, () => {
      this.#stop("Timeout");
    });
    try {
      await this.#execute(directory);
      this.#finish("Succeeded");
    } catch (error) {
      if (this.#abort.signal.aborted) this.#finish(this.#abort.signal.reason as Abort);
      else this.#finish("Failed", (error as Error).message);
    } finally {
      cancelTimeout();
      await rm(directory, { recursive: true, force: true });
    }
  }

  #finish(status: RegistryRunStatus, error?: string): void {
    const { runId, timeoutSeconds } = this.#request;
    this.#finished = this.#azure.clock.now();
    const seconds = Math.round((this.#finished.getTime() - this.#started.getTime()) / 1000);
    if (status === "Succeeded") {
      this.#lines.push(`Run ID: ${runId} was successful after ${seconds}s`);
    } else {
      const reason =
        error ??
        (status === "Timeout" ? `the run took more than ${timeoutSeconds} seconds` : "canceled");
      this.#error = `failed during run, err: ${reason}`;
      this.#lines.push(`Run ID: ${runId} failed after ${seconds}s. Error: ${this.#error}`);
    }
    // The status comes last: whoever sees it finds the log complete.
    this.#status = status;
    this.#azure.log(`registry run ${runId}: ${status}${error === undefined ? "" : `: ${error}`}`);
  }

  async #execute(directory: string): Promise<void> {
    const { step } = this.#request;
    const task = this.#task();
    const signal = this.#abort.signal;
    const output = (line: string) => {
      this.#lines.push(line);
    };
    await rm(directory, { recursive: true, force: true });
    let workspace = join(directory, "workspace");
    mkdirSync(workspace, { recursive: true, mode: 0o700 });
    const { contextPath } = step;
    if (contextPath !== undefined && contextPath !== "" && contextPath !== "/dev/null") {
      this.#report("Downloading source code...");
      const { allowFileContexts: allowFiles, uploads } = this.#options;
      if (!(await uploads.unpack(this.#request.registryName, contextPath, workspace))) {
        workspace = await fetchContext(contextPath, workspace, { allowFiles, output, signal });
      }
      this.#report("Finished downloading source code");
    }
    await runTask({
      task,
      workspace,
      directory,
      clock: this.#azure.clock,
      allowFileContexts: this.#options.allowFileContexts,
      findImage: (name) => this.#findImage(name),
      push: (name, image) => this.#push(name, image),
      report: (line) => {
        this.#report(line);
      },
      output,
      signal,
    });
  }

  /** A line with the time, as the task runner writes its own. */
  #report(line: string): void {
    const time = this.#azure.clock.now().toISOString().slice(0, 19).replaceAll("-", "/");
    this.#lines.push(`${time.replace("T", " ")} ${line}`);
  }

  #variables(): RunVariables {
    const { runId, registryName, taskName = "" } = this.#request;
    return {
      ID: runId,
      Registry: this.#options.loginServer,
      RegistryName: registryName,
      Date: this.#started
        .toISOString()
        .replace(/^(\d+)-(\d+)-(\d+)T(\d+):(\d+):(\d+).*$/, "$1$2$3-$4$5$6z"),
      SharedVolume: "workspace",
      OS: "linux",
      Architecture: "amd64",
      Commit: "",
      Branch: "",
      TaskName: taskName,
    };
  }

  #task(): TaskFile {
    const { step } = this.#request;
    const variables = this.#variables();
    if (step.type === "EncodedTask") {
      const file = (parse(step.valuesContent ?? "") ?? {}) as Record<string, unknown>;
      const values = {
        ...Object.fromEntries(Object.entries(file).map(([name, value]) => [name, String(value)])),
        ...Object.fromEntries(step.values.map(({ name, value }) => [name, value])),
      };
      return parseTask(step.taskContent, variables, values);
    }
    const names = step.imageNames.map((name) =>
      name.startsWith(`${this.#options.loginServer}/`)
        ? name
        : `${this.#options.loginServer}/${name}`,
    );
    const words = [
      ...names.flatMap((name) => ["-t", name]),
      "-f",
      step.dockerFilePath,
      ...step.arguments.flatMap(({ name, value }) => ["--build-arg", `${name}=${value}`]),
      ".",
    ].map((word) => `'${word.replaceAll("'", String.raw`'\''`)}'`);
    const build = { build: words.join(" ") };
    const steps = step.isPushEnabled ? [build, { push: names }] : [build];
    return parseTask(JSON.stringify({ version: "v1.0.0", steps }), variables, {});
  }

  #findImage(name: string): BuiltImage | undefined {
    const located = this.#locate(name);
    return located && this.#store.find(located.registry, located.repository, located);
  }

  #push(name: string, image: BuiltImage): BuiltImage {
    const located = this.#locate(name);
    const { registryName } = this.#request;
    if (located?.registry.toLowerCase() !== registryName.toLowerCase()) {
      throw new Error(
        `failed to push ${name}: unauthorized: the run may push to its own registry only (${this.#options.loginServer}/...)`,
      );
    }
    const { repository, tag } = located;
    const now = this.#azure.clock.now().toISOString();
    // The name of the registry as it was created, whichever way the task spells it.
    const kept = this.#store.push(image, { registry: registryName, repository, tag }, now);
    this.#images.push({
      registry: this.#options.loginServer,
      repository,
      tag,
      digest: kept.digest,
    });
    return kept;
  }

  /** Registry and repository of an image of the local Azure. */
  #locate(name: string) {
    const { host, path, tag, digest } = parseImageReference(name);
    if (host !== new URL(this.#azure.origin).host) return undefined;
    const [registry = "", ...rest] = path.split("/");
    return { registry, repository: rest.join("/"), tag, digest };
  }
}
