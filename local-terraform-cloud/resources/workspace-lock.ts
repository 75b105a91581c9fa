import { Hono } from "hono";
import { ApiError, respond } from "../core/json-api";
import type { TerraformCloud } from "../core/terraform-cloud";
import { findWorkspace, representWorkspace, type Workspace } from "./workspace";

/** A user's lock keeps runs pending and guards a client's own operations; a run's lock lasts until it ends. */
export interface WorkspaceLock {
  readonly by: "user" | "run";
  /** The run's id. */
  readonly id: string;
}

/**
 * `actions/lock`, `actions/unlock` and `actions/force-unlock`. The details' words matter: go-tfe tells a lock
 * by a run from a lock by a user by them (`checkResponseCode`).
 */
export function lockRoutes(cloud: TerraformCloud): Hono {
  const routes = new Hono();
  routes.post("/workspaces/:workspace/actions/lock", (context) => {
    const workspace = findWorkspace(cloud, context.req.param());
    if (workspace.lock)
      throw new ApiError(409, "conflict", "Unable to lock workspace. It is locked.");
    workspace.lock = { by: "user", id: "user-local" };
    return respond(context, 200, representWorkspace(cloud, workspace));
  });
  routes.post("/workspaces/:workspace/actions/unlock", (context) => {
    const workspace = findWorkspace(cloud, context.req.param());
    if (!workspace.lock) throw new ApiError(409, "conflict", "The workspace is already unlocked.");
    if (workspace.lock.by === "run") {
      throw new ApiError(
        409,
        "conflict",
        `Unable to unlock workspace. The workspace is locked by Run ${workspace.lock.id}.`,
      );
    }
    return unlock(workspace, () => respond(context, 200, representWorkspace(cloud, workspace)));
  });
  routes.post("/workspaces/:workspace/actions/force-unlock", (context) => {
    const workspace = findWorkspace(cloud, context.req.param());
    if (!workspace.lock) throw new ApiError(409, "conflict", "The workspace is already unlocked.");
    if (workspace.lock.by === "run") {
      throw new ApiError(409, "conflict", `The workspace is locked by Run ${workspace.lock.id}.`);
    }
    return unlock(workspace, () => respond(context, 200, representWorkspace(cloud, workspace)));
  });
  return routes;

  function unlock(workspace: Workspace, answer: () => Response): Response {
    delete workspace.lock;
    cloud.queue.advance(workspace);
    return answer();
  }
}
