import { type Context, Hono } from "hono";
import { z } from "zod";
import {
  ApiError,
  type Resource,
  includes,
  notFound,
  readDocument,
  respond,
  respondPage,
} from "../core/json-api";
import type { TerraformCloud } from "../core/terraform-cloud";
import type { PlanOptions } from "../core/worker";
import { representApply } from "./apply";
import { representConfigurationVersion } from "./configuration-version";
import { type Phase, type Plan, representPlan } from "./plan";
import { type RunComment, runCommentRoutes } from "./run-comment";
import { findWorkspace, representWorkspace } from "./workspace";

export type RunStatus =
  | "pending"
  | "plan_queued"
  | "planning"
  | "planned"
  | "planned_and_finished"
  | "planned_and_saved"
  | "confirmed"
  | "apply_queued"
  | "applying"
  | "applied"
  | "errored"
  | "canceled"
  | "discarded";

export interface Run extends PlanOptions {
  readonly id: string;
  readonly workspaceId: string;
  readonly configurationVersionId: string;
  readonly message: string;
  readonly autoApply: boolean;
  /** The run ends with its plan. */
  readonly planOnly: boolean;
  /** The plan is made at once, and kept until somebody confirms it. */
  readonly savePlan: boolean;
  /** Values of input variables as expressions, above the workspace's own. */
  readonly variables: readonly { readonly key: string; readonly value: string }[];
  readonly createdAt: Date;
  readonly plan: Plan;
  readonly apply: Phase;
  readonly comments: RunComment[];
  readonly cancel: AbortController;
  readonly forceCancel: AbortController;
  readonly statusTimestamps: Map<RunStatus, Date>;
  status: RunStatus;
}

const FINAL: readonly RunStatus[] = [
  "planned_and_finished",
  "applied",
  "errored",
  "canceled",
  "discarded",
];
const CANCELABLE: readonly RunStatus[] = [
  "pending",
  "plan_queued",
  "planning",
  "confirmed",
  "apply_queued",
  "applying",
];

export const isFinal = ({ status }: Run) => FINAL.includes(status);
const isCancelable = (run: Run) => CANCELABLE.includes(run.status) && !run.cancel.signal.aborted;
const isForceCancelable = (run: Run) => run.cancel.signal.aborted && !isFinal(run);
const isConfirmable = ({ status, autoApply }: Run) =>
  (status === "planned" && !autoApply) || status === "planned_and_saved";
const isDiscardable = ({ status }: Run) =>
  status === "pending" || status === "planned" || status === "planned_and_saved";

const runAttributes = z.object({
  message: z.string(),
  "auto-apply": z.boolean(),
  "plan-only": z.boolean(),
  "is-destroy": z.boolean(),
  refresh: z.boolean(),
  "refresh-only": z.boolean(),
  "save-plan": z.boolean(),
  "allow-config-generation": z.boolean(),
  "target-addrs": z.array(z.string()).nullable(),
  "replace-addrs": z.array(z.string()).nullable(),
  variables: z.array(z.object({ key: z.string(), value: z.string() })),
});
const createDocument = z.object({
  attributes: runAttributes.partial().default({}),
  relationships: z.object({
    workspace: z.object({ data: z.object({ id: z.string() }) }),
    "configuration-version": z.object({ data: z.object({ id: z.string() }).nullish() }).optional(),
  }),
});

/** The attributes that a client may give to a new run. */
export type RunAttributes = Partial<z.output<typeof runAttributes>>;

export function runRoutes(cloud: TerraformCloud): Hono {
  const routes = new Hono();
  routes.post("/runs", async (context) => {
    const { attributes, relationships } = await readDocument(context, "runs", createDocument);
    const workspace = findWorkspace(cloud, { workspace: relationships.workspace.data.id });
    const wanted = relationships["configuration-version"]?.data?.id;
    const version = [...cloud.configurationVersions.values()].findLast(
      ({ id, workspaceId, speculative, provisional }) =>
        workspaceId === workspace.id &&
        (wanted === undefined ? !speculative && !provisional : id === wanted),
    );
    if (!version?.content) {
      throw new ApiError(
        422,
        "invalid attribute",
        "Configuration version is missing or not uploaded.",
      );
    }
    if (attributes["is-destroy"] && !workspace.allowDestroyPlan) {
      throw new ApiError(422, "invalid attribute", "The workspace does not allow destroy plans.");
    }
    return respond(
      context,
      201,
      representRun(cloud, cloud.queue.create(workspace, version, attributes)),
    );
  });
  routes.get("/workspaces/:workspace/runs", (context) => {
    const { id } = findWorkspace(cloud, context.req.param());
    const runs = [...cloud.runs.values()].filter(({ workspaceId }) => workspaceId === id).reverse();
    return respondPage(
      context,
      runs.map((run) => representRun(cloud, run)),
    );
  });
  routes.get("/runs/:run", (context) => {
    const run = findRun(cloud, context);
    const wanted = includes(context, [
      "plan",
      "apply",
      "workspace",
      "configuration_version",
      "created_by",
      "cost_estimate",
      "task_stages",
      "comments",
    ]);
    const workspace = cloud.workspaces.get(run.workspaceId);
    const version = cloud.configurationVersions.get(run.configurationVersionId);
    return respond(context, 200, representRun(cloud, run), [
      ...(wanted.has("plan") ? [representPlan(run.plan)] : []),
      ...(wanted.has("apply") ? [representApply(run.apply)] : []),
      ...(wanted.has("workspace") && workspace ? [representWorkspace(cloud, workspace)] : []),
      ...(wanted.has("configuration_version") && version
        ? [representConfigurationVersion(version)]
        : []),
    ]);
  });
  routes.get("/runs/:run/plan", (context) =>
    respond(context, 200, representPlan(findRun(cloud, context).plan)),
  );
  routes.get("/runs/:run/apply", (context) =>
    respond(context, 200, representApply(findRun(cloud, context).apply)),
  );
  // No policy, cost estimate or run task ever adds an event that clients would have to show.
  routes.get("/runs/:run/run-events", (context) => {
    findRun(cloud, context);
    return respond(context, 200, []);
  });
  routes.route("/", runCommentRoutes(cloud));

  action("apply", isConfirmable, (run) => {
    cloud.queue.confirm(run);
  });
  action("discard", isDiscardable, (run) => {
    cloud.queue.discard(run);
  });
  action("cancel", isCancelable, (run) => {
    cloud.queue.cancel(run);
  });
  action("force-cancel", isForceCancelable, (run) => {
    run.forceCancel.abort();
  });
  return routes;

  function action(name: string, isAllowed: (run: Run) => boolean, act: (run: Run) => void) {
    routes.post(`/runs/:run/actions/${name}`, (context) => {
      const run = findRun(cloud, context);
      if (!isAllowed(run)) throw new ApiError(409, "transition not allowed");
      act(run);
      return context.body(null, 202);
    });
  }
}

/** @throws {@link ApiError} 404 */
export function findRun(cloud: TerraformCloud, context: Context): Run {
  const run = cloud.runs.get(context.req.param("run") ?? "");
  if (!run) throw notFound();
  return run;
}

export function representRun(cloud: TerraformCloud, run: Run): Resource {
  const pending = cloud.queue.pending();
  return {
    id: run.id,
    type: "runs",
    attributes: {
      actions: {
        "is-cancelable": isCancelable(run),
        "is-confirmable": isConfirmable(run),
        "is-discardable": isDiscardable(run),
        "is-force-cancelable": isForceCancelable(run),
      },
      "allow-config-generation": run.allowConfigGeneration,
      "auto-apply": run.autoApply,
      "created-at": run.createdAt.toISOString(),
      "has-changes": run.plan.hasChanges,
      "is-destroy": run.isDestroy,
      message: run.message,
      permissions: {
        "can-apply": true,
        "can-cancel": true,
        "can-comment": true,
        "can-discard": true,
        "can-force-cancel": true,
        "can-force-execute": true,
      },
      "plan-only": run.planOnly,
      "position-in-queue": pending.indexOf(run) + 1,
      refresh: run.refresh,
      "refresh-only": run.refreshOnly,
      "replace-addrs": run.replaceAddrs,
      "save-plan": run.savePlan,
      source: "tfe-api",
      status: run.status,
      "status-timestamps": Object.fromEntries(
        [...run.statusTimestamps].map(([status, at]) => [
          `${status.replaceAll("_", "-")}-at`,
          at.toISOString(),
        ]),
      ),
      "target-addrs": run.targetAddrs,
      "terraform-version": cloud.worker.terraformVersion,
      "trigger-reason": "manual",
      variables: run.variables,
    },
    relationships: {
      apply: { data: { id: run.apply.id, type: "applies" } },
      comments: { data: run.comments.map(({ id }) => ({ id, type: "comments" })) },
      "configuration-version": {
        data: { id: run.configurationVersionId, type: "configuration-versions" },
      },
      // Only plans that include cost estimation and policies have these; clients skip what is absent.
      "cost-estimate": { data: null },
      plan: { data: { id: run.plan.id, type: "plans" } },
      "policy-checks": { data: [] },
      "run-events": { data: [] },
      "task-stages": { data: [] },
      workspace: { data: { id: run.workspaceId, type: "workspaces" } },
    },
  };
}
