import { type ConfigurationVersion } from "../resources/configuration-version";
import { createPhase, type Phase } from "../resources/plan";
import { isFinal, type Run, type RunAttributes, type RunStatus } from "../resources/run";
import { currentStateVersion, saveState } from "../resources/state-version";
import type { Workspace } from "../resources/workspace";
import { identifier } from "./identifier";
import type { TerraformCloud } from "./terraform-cloud";
import type { Job, WorkerVariable } from "./worker";

/**
 * Takes runs through their states. A workspace has one run at a time that may change it; plan-only runs and
 * saved plans are made at once, beside it (documentation, "Run States and Stages").
 */
export class RunQueue {
  private readonly work = new Set<Promise<void>>();

  constructor(private readonly cloud: () => TerraformCloud) {}

  create(workspace: Workspace, version: ConfigurationVersion, given: RunAttributes): Run {
    const cloud = this.cloud();
    const run: Run = {
      id: identifier("run"),
      workspaceId: workspace.id,
      configurationVersionId: version.id,
      message: given.message ?? "Queued manually using Terraform",
      autoApply: given["auto-apply"] ?? workspace.autoApply,
      planOnly: version.speculative || (given["plan-only"] ?? false),
      savePlan: given["save-plan"] ?? false,
      isDestroy: given["is-destroy"] ?? false,
      refresh: given.refresh ?? true,
      refreshOnly: given["refresh-only"] ?? false,
      allowConfigGeneration: given["allow-config-generation"] ?? false,
      targetAddrs: given["target-addrs"] ?? [],
      replaceAddrs: given["replace-addrs"] ?? [],
      variables: given.variables ?? [],
      createdAt: cloud.now(),
      plan: { ...createPhase(cloud, "plan"), hasChanges: false },
      apply: createPhase(cloud, "apply"),
      comments: [],
      cancel: new AbortController(),
      forceCancel: new AbortController(),
      statusTimestamps: new Map(),
      status: "pending",
    };
    cloud.runs.set(run.id, run);
    if (run.planOnly || run.savePlan) this.start(workspace, run);
    else this.advance(workspace);
    return run;
  }

  /** Gives the workspace to its oldest waiting run when nothing holds it. */
  advance(workspace: Workspace): void {
    if (workspace.lock) return;
    const next = this.pending().find(({ workspaceId }) => workspaceId === workspace.id);
    if (!next) return;
    workspace.lock = { by: "run", id: next.id };
    workspace.currentRunId = next.id;
    if (next.status === "confirmed") this.startApply(workspace, next);
    else this.start(workspace, next);
  }

  /** Runs that wait for their workspace, oldest first. */
  pending(): Run[] {
    const { runs, workspaces } = this.cloud();
    return [...runs.values()].filter(
      ({ id, status, workspaceId }) =>
        status === "pending" ||
        (status === "confirmed" && workspaces.get(workspaceId)?.currentRunId !== id),
    );
  }

  /** Runs whose plan or apply is being made. */
  running(): Run[] {
    return [...this.cloud().runs.values()].filter(
      ({ status }) => status === "planning" || status === "applying",
    );
  }

  confirm(run: Run): void {
    const workspace = this.workspace(run);
    this.transition(run, "confirmed");
    if (workspace.currentRunId === run.id) this.startApply(workspace, run);
    else this.advance(workspace);
  }

  discard(run: Run): void {
    this.finish(run, "discarded");
  }

  /** A run that is planning or applying ends when its engine has stopped; any other at once. */
  cancel(run: Run): void {
    run.cancel.abort();
    if (run.status !== "planning" && run.status !== "applying") this.finish(run, "canceled");
  }

  /** Cancels what is running and waits for its end. */
  async close(): Promise<void> {
    for (const run of this.running()) {
      run.cancel.abort();
      run.forceCancel.abort();
    }
    await Promise.all(this.work);
  }

  private start(workspace: Workspace, run: Run): void {
    this.transition(run, "plan_queued");
    this.track(this.plan(workspace, run));
  }

  private startApply(workspace: Workspace, run: Run): void {
    this.transition(run, "apply_queued");
    this.track(this.apply(workspace, run));
  }

  private async plan(workspace: Workspace, run: Run): Promise<void> {
    const { worker } = this.cloud();
    this.transition(run, "planning");
    run.plan.status = "running";
    const result = await worker.plan(this.job(workspace, run, run.plan));
    Object.assign(run.plan, result);
    if (result.status !== "finished") {
      this.finish(run, result.status);
    } else if (run.planOnly || !result.hasChanges) {
      this.finish(run, "planned_and_finished");
    } else if (run.savePlan) {
      this.transition(run, "planned_and_saved");
    } else {
      this.transition(run, "planned");
      if (run.autoApply) this.confirm(run);
    }
    run.plan.log.end();
  }

  private async apply(workspace: Workspace, run: Run): Promise<void> {
    const cloud = this.cloud();
    this.transition(run, "applying");
    run.apply.status = "running";
    const { state, ...result } = await cloud.worker.apply(this.job(workspace, run, run.apply));
    if (state) saveState(cloud, workspace, state, run.id);
    Object.assign(run.apply, result);
    // A plan that was saved before this apply describes a world that is gone.
    for (const other of cloud.runs.values()) {
      if (other.workspaceId === workspace.id && other.status === "planned_and_saved") {
        this.finish(other, "discarded");
      }
    }
    this.finish(run, result.status === "finished" ? "applied" : result.status);
    run.apply.log.end();
  }

  private job(workspace: Workspace, run: Run, phase: Phase): Job {
    const cloud = this.cloud();
    const state = currentStateVersion(cloud, workspace)?.content;
    const ofRun = run.variables.map(({ key, value }): WorkerVariable => ({
      key,
      value,
      category: "terraform",
      hcl: true,
    }));
    return {
      runId: run.id,
      organization: cloud.organization,
      project: cloud.projects.get(workspace.projectId)?.name ?? "",
      workspace: workspace.name,
      configuration:
        cloud.configurationVersions.get(run.configurationVersionId)?.content ?? Buffer.alloc(0),
      workingDirectory: workspace.workingDirectory,
      variables: [
        ...[...workspace.variables.values()].filter(
          ({ key, category }) =>
            category === "env" || !ofRun.some((variable) => variable.key === key),
        ),
        ...ofRun,
      ],
      options: run,
      structuredRunOutput: workspace.structuredRunOutput,
      log: phase.log,
      cancel: run.cancel.signal,
      forceCancel: run.forceCancel.signal,
      ...(state && { state }),
    };
  }

  private finish(run: Run, status: RunStatus): void {
    this.transition(run, status);
    for (const phase of [run.plan, run.apply]) {
      if (phase.status !== "pending") continue;
      phase.status = "unreachable";
      phase.log.end();
    }
    this.track(this.cloud().worker.release(run.id));
    const workspace = this.workspace(run);
    if (workspace.lock?.id === run.id) delete workspace.lock;
    this.advance(workspace);
  }

  private transition(run: Run, status: RunStatus): void {
    if (isFinal(run))
      throw new Error(`Run ${run.id} is ${run.status} and cannot become ${status}.`);
    run.status = status;
    run.statusTimestamps.set(status, this.cloud().now());
  }

  private workspace({ workspaceId }: Run): Workspace {
    const workspace = this.cloud().workspaces.get(workspaceId);
    if (!workspace)
      throw new Error(`Workspace ${workspaceId} was deleted while a run of it was active.`);
    return workspace;
  }

  private track(work: Promise<void>): void {
    this.work.add(work);
    void work.finally(() => this.work.delete(work));
  }
}
