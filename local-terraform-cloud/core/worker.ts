import type { Log } from "./log";

/** How a run wants its plan made: the engine's own planning options. */
export interface PlanOptions {
  readonly isDestroy: boolean;
  readonly refresh: boolean;
  readonly refreshOnly: boolean;
  readonly targetAddrs: readonly string[];
  readonly replaceAddrs: readonly string[];
  readonly allowConfigGeneration: boolean;
}

/** A workspace's or a run's variable, as it reaches the engine. */
export interface WorkerVariable {
  readonly key: string;
  readonly value: string;
  /** `env`: an environment variable; `terraform`: an input variable of the configuration. */
  readonly category: "env" | "terraform";
  /** The value is an expression, not a string. */
  readonly hcl: boolean;
}

/** All that a phase of a run is given; there is no other way from the workspace to the engine. */
export interface Job {
  readonly runId: string;
  readonly organization: string;
  readonly project: string;
  readonly workspace: string;
  /** The gzipped tar archive that was uploaded. */
  readonly configuration: Buffer;
  /** Relative to the archive's root; empty for the root itself. */
  readonly workingDirectory: string;
  /** The current state version's content; none in a new workspace. */
  readonly state?: Buffer;
  readonly variables: readonly WorkerVariable[];
  readonly options: PlanOptions;
  /** The engine writes machine-readable lines, which the client renders. */
  readonly structuredRunOutput: boolean;
  readonly log: Log;
  /** Asks the engine to stop after what it is doing now, as `SIGINT` does. */
  readonly cancel: AbortSignal;
  /** Ends the engine at once. */
  readonly forceCancel: AbortSignal;
}

export interface ResourceCounts {
  readonly additions: number;
  readonly changes: number;
  readonly destructions: number;
  readonly imports: number;
}

export interface PlanResult {
  readonly status: "finished" | "errored" | "canceled";
  readonly hasChanges: boolean;
  readonly counts: ResourceCounts;
  /** `show -json` of the plan. */
  readonly json?: string;
  /** What `json-output-redacted` answers: the changes without sensitive values, and the schemas to render them. */
  readonly redactedJson?: string;
}

export interface ApplyResult {
  readonly status: "finished" | "errored" | "canceled";
  readonly counts: ResourceCounts;
  /** The state after the apply, also of one that failed or was canceled half-way. */
  readonly state?: Buffer;
}

/** Executes the phases of runs: the part that HCP Terraform calls an agent. Neither phase throws. */
export interface Worker {
  /** The engine's version, which new workspaces get. */
  readonly terraformVersion: string;
  plan(job: Job): Promise<PlanResult>;
  /** Applies the plan that {@link plan} made for the same run. */
  apply(job: Job): Promise<ApplyResult>;
  /** Forgets what was kept of a run between its phases. */
  release(runId: string): Promise<void>;
}
