import { Hono } from "hono";
import { identifier } from "../core/identifier";
import { type Resource, notFound, respond } from "../core/json-api";
import { Log } from "../core/log";
import type { TerraformCloud } from "../core/terraform-cloud";
import type { ResourceCounts } from "../core/worker";

type PhaseStatus =
  "pending" | "queued" | "running" | "finished" | "errored" | "canceled" | "unreachable";

/** What a run's plan and its apply have in common. */
export interface Phase {
  readonly id: string;
  readonly log: Log;
  readonly logReadUrl: string;
  status: PhaseStatus;
  counts: ResourceCounts;
}

export interface Plan extends Phase {
  hasChanges: boolean;
  json?: string;
  redactedJson?: string;
}

export function createPhase(cloud: TerraformCloud, prefix: "plan" | "apply"): Phase {
  const log = new Log();
  return {
    id: identifier(prefix),
    log,
    logReadUrl: cloud.archivist.readable((range) => log.read(range)),
    status: "pending",
    counts: { additions: 0, changes: 0, destructions: 0, imports: 0 },
  };
}

export function planRoutes(cloud: TerraformCloud): Hono {
  const routes = new Hono();
  routes.get("/plans/:plan", (context) =>
    respond(context, 200, representPlan(find(cloud, context.req.param("plan")))),
  );
  // Both answer 204 while there is no plan to show (API documentation, "Retrieve the JSON Execution Plan").
  routes.get("/plans/:plan/json-output", (context) => {
    const { json } = find(cloud, context.req.param("plan"));
    if (json === undefined) return context.body(null, 204);
    return context.redirect(
      cloud.archivist.readable(() => Buffer.from(json)),
      307,
    );
  });
  routes.get("/plans/:plan/json-output-redacted", (context) => {
    const { redactedJson } = find(cloud, context.req.param("plan"));
    if (redactedJson === undefined) return context.body(null, 204);
    return context.body(redactedJson, 200, { "content-type": "application/json" });
  });
  return routes;
}

function find(cloud: TerraformCloud, id: string): Plan {
  const run = [...cloud.runs.values()].find(({ plan }) => plan.id === id);
  if (!run) throw notFound();
  return run.plan;
}

export function representPlan(plan: Plan): Resource {
  return {
    id: plan.id,
    type: "plans",
    attributes: { ...phaseAttributes(plan), "has-changes": plan.hasChanges },
    links: { "json-output": `/api/v2/plans/${plan.id}/json-output` },
  };
}

export function phaseAttributes({ status, logReadUrl, counts }: Phase): Record<string, unknown> {
  return {
    status,
    "log-read-url": logReadUrl,
    "resource-additions": counts.additions,
    "resource-changes": counts.changes,
    "resource-destructions": counts.destructions,
    "resource-imports": counts.imports,
  };
}
