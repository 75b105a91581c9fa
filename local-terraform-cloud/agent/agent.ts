import { mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { existsSync } from "node:fs";
import { arch, platform, tmpdir } from "node:os";
import { join } from "node:path";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { extract } from "tar";
import { z } from "zod";
import type { ApplyResult, Job, PlanResult, ResourceCounts, Worker } from "../core/worker";
import { type Exit, runEngine } from "./run-engine";
import { runEnvironment } from "./environment";
import { type PlanJson, planJson, providerSchemas, redactedPlan } from "./redacted-plan";
import { terraformTfvars } from "./terraform-tfvars";

export interface AgentProps {
  /** The engine's executable: `terraform` or `tofu`. */
  readonly engine: string;
  /**
   * What the agent's machine brings to every run besides the workspace's variables: where the engine finds
   * its providers (`TF_CLI_CONFIG_FILE`), and which certificate authorities it trusts (`SSL_CERT_FILE`).
   *
   * @default {}
   */
  readonly environment?: Readonly<Record<string, string>>;
}

interface RunFolder {
  readonly root: string;
  readonly home: string;
  readonly state: string;
  readonly plan: string;
  /** Where the engine runs: the configuration's working directory. */
  readonly directory: string;
  /** Of the plan that is kept here. */
  counts: ResourceCounts;
}

const NOTHING: ResourceCounts = { additions: 0, changes: 0, destructions: 0, imports: 0 };
const versionJson = z.object({ terraform_version: z.string() });

/**
 * Executes runs as HCP Terraform's agents do: in an empty folder that holds the uploaded configuration and
 * nothing else, with the workspace's variables, and with the state in a local file that the server hands
 * over and takes back (an override file replaces the `cloud` block).
 */
export class Agent implements Worker {
  private readonly folders = new Map<string, RunFolder>();

  private constructor(
    private readonly props: AgentProps,
    readonly terraformVersion: string,
    private readonly isOpenTofu: boolean,
  ) {}

  /** @throws Error when the engine cannot tell its version */
  static async create(props: AgentProps): Promise<Agent> {
    const { signal } = new AbortController();
    const command = {
      binary: props.engine,
      directory: tmpdir(),
      environment: { PATH: process.env.PATH ?? "", CHECKPOINT_DISABLE: "1" },
      cancel: signal,
      forceCancel: signal,
    };
    const { code, stdout, output } = await runEngine(command, ["version", "-json"]);
    if (code !== 0) throw new Error(`The engine does not run: ${output.trim()}`);
    const human = await runEngine(command, ["version"]);
    const version = versionJson.parse(JSON.parse(stdout)).terraform_version;
    return new Agent(props, version, human.stdout.startsWith("OpenTofu"));
  }

  async plan(job: Job): Promise<PlanResult> {
    const failed = (exit?: Exit): PlanResult => ({
      status: exit === undefined || !job.cancel.aborted ? "errored" : "canceled",
      hasChanges: false,
      counts: NOTHING,
    });
    this.writeHeader(job);
    let folder: RunFolder;
    try {
      folder = await this.prepare(job);
    } catch (error) {
      job.log.append(`Setup failed: ${error instanceof Error ? error.message : String(error)}\n`);
      return failed();
    }
    const init = await this.engine(job, folder, ["init", "-input=false", "-no-color"]);
    if (init.code !== 0) {
      job.log.append(init.output);
      return failed(init);
    }
    const args = ["plan", "-input=false", "-detailed-exitcode", `-out=${folder.plan}`];
    const plan = await this.engine(job, folder, [...args, ...planArguments(job)], job.log);
    if (plan.code !== 0 && plan.code !== 2) return failed(plan);

    const shown = await this.engine(job, folder, ["show", "-json", folder.plan]);
    const schemas = await this.engine(job, folder, ["providers", "schema", "-json"]);
    if (shown.code !== 0 || schemas.code !== 0) {
      job.log.append(shown.code === 0 ? schemas.output : shown.output);
      return failed(shown);
    }
    const json = planJson.parse(JSON.parse(shown.stdout));
    const redacted = redactedPlan(json, providerSchemas.parse(JSON.parse(schemas.stdout)));
    folder.counts = count(json);
    return {
      status: "finished",
      hasChanges: plan.code === 2,
      counts: folder.counts,
      json: shown.stdout,
      redactedJson: JSON.stringify(redacted),
    };
  }

  async apply(job: Job): Promise<ApplyResult> {
    this.writeHeader(job);
    const folder = this.folders.get(job.runId);
    if (!folder) {
      job.log.append("Setup failed: the plan of this run is gone.\n");
      return { status: "errored", counts: NOTHING };
    }
    const format = job.structuredRunOutput ? ["-json"] : [];
    const args = ["apply", "-input=false", ...format, folder.plan];
    const { code } = await this.engine(job, folder, args, job.log);
    const state = existsSync(folder.state) ? await readFile(folder.state) : undefined;
    const status = code === 0 ? "finished" : job.cancel.aborted ? "canceled" : "errored";
    return { status, counts: code === 0 ? folder.counts : NOTHING, ...(state && { state }) };
  }

  async release(runId: string): Promise<void> {
    const folder = this.folders.get(runId);
    this.folders.delete(runId);
    if (folder) await rm(folder.root, { recursive: true, force: true });
  }

  /** Three lines: clients leave out as many of an apply's log, having shown them with the plan's. */
  private writeHeader({ log }: Job): void {
    const name = this.isOpenTofu ? "OpenTofu" : "Terraform";
    const machine = `${platform()}_${arch() === "x64" ? "amd64" : arch()}`;
    log.append(
      `${name} v${this.terraformVersion}\non ${machine}\nInitializing plugins and modules...\n`,
    );
  }

  private async prepare(job: Job): Promise<RunFolder> {
    const root = await mkdtemp(join(tmpdir(), "terraform-run-"));
    const configuration = join(root, "configuration");
    const folder: RunFolder = {
      root,
      home: join(root, "home"),
      state: join(root, "terraform.tfstate"),
      plan: join(root, "terraform.tfplan"),
      directory: join(configuration, job.workingDirectory),
      counts: NOTHING,
    };
    this.folders.set(job.runId, folder);
    await mkdir(folder.home);
    await mkdir(configuration);
    // `tar` refuses entries and links that lead out of the folder.
    await pipeline(
      Readable.from([job.configuration]),
      extract({ cwd: configuration, strict: true }),
    );
    if (!existsSync(folder.directory)) {
      throw new Error(
        `the working directory "${job.workingDirectory}" is not in the configuration`,
      );
    }
    const backend = { terraform: { backend: { local: { path: folder.state } } } };
    await writeFile(
      join(folder.directory, "zzz_backend_override.tf.json"),
      JSON.stringify(backend),
    );
    const tfvars = terraformTfvars(job.variables);
    if (tfvars) await writeFile(join(folder.directory, "terraform.tfvars"), tfvars);
    if (job.state) await writeFile(folder.state, job.state);
    return folder;
  }

  private engine(
    job: Job,
    folder: RunFolder,
    args: readonly string[],
    log?: Job["log"],
  ): Promise<Exit> {
    return runEngine(
      {
        binary: this.props.engine,
        directory: folder.directory,
        environment: runEnvironment(job, folder.home, this.props.environment ?? {}),
        cancel: job.cancel,
        forceCancel: job.forceCancel,
      },
      args,
      log &&
        ((chunk) => {
          log.append(chunk);
        }),
    );
  }
}

function planArguments({ options, structuredRunOutput }: Job): string[] {
  return [
    ...(structuredRunOutput ? ["-json"] : []),
    ...(options.isDestroy ? ["-destroy"] : []),
    ...(options.refreshOnly ? ["-refresh-only"] : []),
    ...(options.refresh ? [] : ["-refresh=false"]),
    ...(options.allowConfigGeneration ? ["-generate-config-out=generated.tf"] : []),
    ...options.targetAddrs.map((address) => `-target=${address}`),
    ...options.replaceAddrs.map((address) => `-replace=${address}`),
  ];
}

function count({ resource_changes }: PlanJson): ResourceCounts {
  const having = (action: string) =>
    resource_changes.filter(
      ({ mode, change }) => mode === "managed" && change.actions.includes(action),
    ).length;
  return {
    additions: having("create"),
    changes: having("update"),
    destructions: having("delete"),
    imports: resource_changes.filter(({ change }) => change.importing != null).length,
  };
}
