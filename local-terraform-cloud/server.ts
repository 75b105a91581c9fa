import { timingSafeEqual } from "node:crypto";
import { Hono } from "hono";
import { Archivist } from "./core/archivist";
import { ApiError, notFound, respondError } from "./core/json-api";
import { RunQueue } from "./core/run-queue";
import type { TerraformCloud } from "./core/terraform-cloud";
import type { Worker } from "./core/worker";
import { applyRoutes } from "./resources/apply";
import { configurationVersionRoutes } from "./resources/configuration-version";
import { organizationRoutes } from "./resources/organization";
import { planRoutes } from "./resources/plan";
import { createProject, DEFAULT_PROJECT, projectRoutes } from "./resources/project";
import { runRoutes } from "./resources/run";
import { stateVersionRoutes } from "./resources/state-version";
import { variableRoutes } from "./resources/variable";
import { workspaceRoutes } from "./resources/workspace";

export interface TerraformCloudProps {
  /** The one organization that this server has. */
  readonly organization: string;
  /** The one API token that it accepts. */
  readonly token: string;
  /** Executes the runs. */
  readonly worker: Worker;
  /** Where clients reach this server, such as `https://localhost:8443`; asked for once it listens. */
  readonly origin: () => string;
  /** @default the system's clock */
  readonly now?: () => Date;
}

/** Service discovery: what clients of the `cloud` block and of module and state addresses look for. */
const SERVICES = {
  "state.v2": "/api/v2/",
  "tfe.v2": "/api/v2/",
  "tfe.v2.1": "/api/v2/",
  "tfe.v2.2": "/api/v2/",
};

/**
 * Headers of every API answer. `TFP-API-Version` has to be 2.5 or later for the `cloud` block, and
 * `TFP-AppName` makes clients render structured run output (Terraform, internal/cloud/backend.go and
 * backend_plan.go; go-tfe, tfe.go).
 */
const FEATURES = { "TFP-API-Version": "2.6", "TFP-AppName": "HCP Terraform" };

/** The API of HCP Terraform as far as an engine's `cloud` block uses it. Composes, does not listen. */
export function createTerraformCloud(props: TerraformCloudProps): {
  readonly app: Hono;
  readonly cloud: TerraformCloud;
} {
  const cloud: TerraformCloud = {
    organization: props.organization,
    now: props.now ?? (() => new Date()),
    archivist: new Archivist(props.origin),
    worker: props.worker,
    queue: new RunQueue(() => cloud),
    projects: new Map(),
    workspaces: new Map(),
    configurationVersions: new Map(),
    runs: new Map(),
    stateVersions: new Map(),
  };
  createProject(cloud, DEFAULT_PROJECT);

  const app = new Hono();
  app.get("/.well-known/terraform.json", (context) => context.json(SERVICES));
  app.route(Archivist.path, cloud.archivist.routes());
  app.use("/api/v2/*", async (context, next) => {
    await next();
    for (const [name, value] of Object.entries(FEATURES)) context.header(name, value);
  });
  app.use("/api/v2/*", async (context, next) => {
    const given = Buffer.from(context.req.header("authorization") ?? "");
    const expected = Buffer.from(`Bearer ${props.token}`);
    if (given.length !== expected.length || !timingSafeEqual(given, expected)) {
      throw new ApiError(401, "unauthorized");
    }
    await next();
  });
  app.get("/api/v2/ping", (context) => context.body(null, 204));
  for (const routes of [
    organizationRoutes,
    projectRoutes,
    workspaceRoutes,
    variableRoutes,
    configurationVersionRoutes,
    runRoutes,
    planRoutes,
    applyRoutes,
    stateVersionRoutes,
  ]) {
    app.route("/api/v2", routes(cloud));
  }
  app.notFound((context) => respondError(context, notFound()));
  app.onError((error, context) => {
    if (!(error instanceof ApiError)) throw error;
    return respondError(context, error);
  });
  return { app, cloud };
}
