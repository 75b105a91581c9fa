import { Hono } from "hono";
import { type Resource, notFound, respond, respondPage } from "../core/json-api";
import type { TerraformCloud } from "../core/terraform-cloud";
import { representRun } from "./run";

/** What the organization's plan includes. `operations` is what makes clients run remotely (`backend.go`). */
const ENTITLEMENTS = {
  agents: false,
  "audit-logging": false,
  "cost-estimation": false,
  "global-run-tasks": false,
  operations: true,
  "policy-enforcement": false,
  "private-module-registry": false,
  "private-run-tasks": false,
  "run-tasks": false,
  sentinel: false,
  sso: false,
  "state-storage": true,
  teams: false,
  "vcs-integrations": false,
};

/** An organization with another name, or one that the token may not see, is answered 404. */
export function organizationRoutes(cloud: TerraformCloud): Hono {
  const routes = new Hono();
  routes.use("/organizations/:organization/*", async (context, next) => {
    if (context.req.param("organization") !== cloud.organization) throw notFound();
    await next();
  });
  routes.get("/organizations/:organization", (context) => {
    if (context.req.param("organization") !== cloud.organization) throw notFound();
    return respond(context, 200, representOrganization(cloud));
  });
  routes.get("/organizations/:organization/entitlement-set", (context) =>
    respond(context, 200, {
      id: cloud.organization,
      type: "entitlement-sets",
      attributes: ENTITLEMENTS,
    }),
  );
  routes.get("/organizations/:organization/capacity", (context) =>
    respond(context, 200, {
      id: cloud.organization,
      type: "organization-capacity",
      attributes: {
        pending: cloud.queue.pending().length,
        running: cloud.queue.running().length,
      },
    }),
  );
  routes.get("/organizations/:organization/runs/queue", (context) =>
    respondPage(
      context,
      cloud.queue.pending().map((run) => representRun(cloud, run)),
    ),
  );
  return routes;
}

export function representOrganization(cloud: TerraformCloud): Resource {
  return {
    id: cloud.organization,
    type: "organizations",
    attributes: {
      name: cloud.organization,
      "allow-force-delete-workspaces": false,
      "assessments-enforced": false,
      "cost-estimation-enabled": false,
      "default-execution-mode": "remote",
      permissions: { "can-create-workspace": true, "can-update": true },
    },
  };
}
