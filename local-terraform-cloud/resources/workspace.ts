import { Hono } from "hono";
import { z } from "zod";
import { identifier } from "../core/identifier";
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
import { representOrganization } from "./organization";
import { representRun } from "./run";
import { currentStateVersion } from "./state-version";
import type { Variable } from "./variable";
import { lockRoutes, type WorkspaceLock } from "./workspace-lock";
import { type TagBinding, workspaceTagRoutes } from "./workspace-tag";

interface WorkspaceSettings {
  name: string;
  description: string;
  /** Where the engine runs: with the server, or on the client, which then only keeps its state here. */
  executionMode: "remote" | "local";
  /** Relative to the root of the uploaded configuration; empty for the root itself. */
  workingDirectory: string;
  autoApply: boolean;
  allowDestroyPlan: boolean;
  terraformVersion: string;
  /** Logs are machine-readable lines, and the client renders the plan itself. */
  structuredRunOutput: boolean;
  projectId: string;
}

export interface Workspace extends WorkspaceSettings {
  readonly id: string;
  readonly createdAt: Date;
  readonly variables: Map<string, Variable>;
  readonly tags: TagBinding[];
  lock?: WorkspaceLock;
  /** The run that holds the workspace, or held it last. */
  currentRunId?: string;
}

const workspaceAttributes = z.object({
  name: z.string().regex(/^[A-Za-z0-9_-]{1,90}$/, "only letters, numbers, - and _, at most 90"),
  description: z.string().nullable(),
  "execution-mode": z.enum(["remote", "local"]),
  "working-directory": z
    .string()
    .regex(/^(?!\/)(?!.*(^|\/)\.\.(\/|$))/, "must be relative and stay inside the configuration")
    .nullable(),
  "auto-apply": z.boolean(),
  "allow-destroy-plan": z.boolean(),
  "terraform-version": z.string(),
  "structured-run-output-enabled": z.boolean(),
});

const relationships = z.object({
  project: z.object({ data: z.object({ id: z.string() }).nullish() }).optional(),
  tags: z
    .object({ data: z.array(z.object({ attributes: z.object({ name: z.string() }) })) })
    .optional(),
  "tag-bindings": z
    .object({
      data: z.array(
        z.object({ attributes: z.object({ key: z.string(), value: z.string().default("") }) }),
      ),
    })
    .optional(),
});

const createDocument = z.object({
  attributes: workspaceAttributes.partial().required({ name: true }),
  relationships: relationships.default({}),
});
const updateDocument = z.object({
  attributes: workspaceAttributes.partial().default({}),
  relationships: relationships.default({}),
});

export function workspaceRoutes(cloud: TerraformCloud): Hono {
  const routes = new Hono();
  const byName = "/organizations/:organization/workspaces/:name";

  routes.get("/organizations/:organization/workspaces", (context) =>
    respondPage(
      context,
      listed(cloud, (name) => context.req.query(name)).map((workspace) =>
        representWorkspace(cloud, workspace),
      ),
    ),
  );
  routes.post("/organizations/:organization/workspaces", async (context) => {
    const document = await readDocument(context, "workspaces", createDocument);
    return respond(context, 201, representWorkspace(cloud, createWorkspace(cloud, document)));
  });
  for (const [path, find] of [
    ["/workspaces/:workspace", findWorkspace],
    [byName, findWorkspaceByName],
  ] as const) {
    routes.get(path, (context) => {
      const workspace = find(cloud, context.req.param());
      const wanted = includes(context, ["organization", "current_run", "project", "readme"]);
      const run = cloud.runs.get(workspace.currentRunId ?? "");
      return respond(context, 200, representWorkspace(cloud, workspace), [
        ...(wanted.has("organization") ? [representOrganization(cloud)] : []),
        ...(wanted.has("current_run") && run ? [representRun(cloud, run)] : []),
      ]);
    });
    routes.patch(path, async (context) => {
      const workspace = find(cloud, context.req.param());
      const document = await readDocument(context, "workspaces", updateDocument);
      return respond(
        context,
        200,
        representWorkspace(cloud, updateWorkspace(cloud, workspace, document)),
      );
    });
    routes.delete(path, (context) => {
      const workspace = find(cloud, context.req.param());
      if (workspace.lock) {
        throw new ApiError(409, "conflict", `Workspace ${workspace.name} is locked.`);
      }
      cloud.workspaces.delete(workspace.id);
      return context.body(null, 204);
    });
    routes.post(`${path}/actions/safe-delete`, (context) => {
      const workspace = find(cloud, context.req.param());
      if (workspace.lock) throw new ApiError(409, "conflict", "The workspace is locked.");
      if (managesResources(cloud, workspace)) {
        throw new ApiError(409, "conflict", "The workspace still manages resources.");
      }
      cloud.workspaces.delete(workspace.id);
      return context.body(null, 204);
    });
  }
  routes.route("/", lockRoutes(cloud));
  routes.route("/", workspaceTagRoutes(cloud));
  return routes;
}

export function createWorkspace(
  cloud: TerraformCloud,
  { attributes, relationships: related }: z.output<typeof createDocument>,
): Workspace {
  const [defaultProject] = cloud.projects.values();
  const workspace: Workspace = {
    id: identifier("ws"),
    createdAt: cloud.now(),
    variables: new Map(),
    tags: [],
    name: attributes.name,
    description: "",
    executionMode: "remote",
    workingDirectory: "",
    autoApply: false,
    allowDestroyPlan: true,
    terraformVersion: cloud.worker.terraformVersion,
    structuredRunOutput: true,
    projectId: defaultProject?.id ?? "",
  };
  updateWorkspace(cloud, workspace, { attributes, relationships: related });
  cloud.workspaces.set(workspace.id, workspace);
  return workspace;
}

function updateWorkspace(
  cloud: TerraformCloud,
  workspace: Workspace,
  { attributes, relationships: related }: z.output<typeof updateDocument>,
): Workspace {
  const invalid = (detail: string) => new ApiError(422, "invalid attribute", detail);
  const version = attributes["terraform-version"] ?? workspace.terraformVersion;
  if (version !== "latest" && version !== cloud.worker.terraformVersion) {
    throw invalid(
      `Terraform version ${version} is not available; this server runs ${cloud.worker.terraformVersion}.`,
    );
  }
  const name = attributes.name ?? workspace.name;
  if ([...cloud.workspaces.values()].some((other) => other !== workspace && other.name === name)) {
    throw invalid("Name has already been taken");
  }
  const projectId = related.project?.data?.id ?? workspace.projectId;
  if (!cloud.projects.has(projectId)) throw invalid(`Project ${projectId} does not exist.`);
  for (const { attributes: tag } of related.tags?.data ?? []) bindTag(workspace, tag.name, "");
  for (const { attributes: tag } of related["tag-bindings"]?.data ?? []) {
    bindTag(workspace, tag.key, tag.value);
  }
  return Object.assign(workspace, {
    name,
    projectId,
    terraformVersion: version,
    description: attributes.description ?? workspace.description,
    executionMode: attributes["execution-mode"] ?? workspace.executionMode,
    workingDirectory: attributes["working-directory"] ?? workspace.workingDirectory,
    autoApply: attributes["auto-apply"] ?? workspace.autoApply,
    allowDestroyPlan: attributes["allow-destroy-plan"] ?? workspace.allowDestroyPlan,
    structuredRunOutput:
      attributes["structured-run-output-enabled"] ?? workspace.structuredRunOutput,
  } satisfies WorkspaceSettings);
}

export function bindTag(workspace: Workspace, key: string, value: string): void {
  const bound = workspace.tags.find((tag) => tag.key === key);
  if (bound) bound.value = value;
  else workspace.tags.push({ id: identifier("tb"), key, value });
}

/** @throws {@link ApiError} 404 */
export function findWorkspace(
  cloud: TerraformCloud,
  { workspace }: { workspace?: string },
): Workspace {
  const found = cloud.workspaces.get(workspace ?? "");
  if (!found) throw notFound();
  return found;
}

function findWorkspaceByName(cloud: TerraformCloud, { name }: { name?: string }): Workspace {
  const found = [...cloud.workspaces.values()].find((workspace) => workspace.name === name);
  if (!found) throw notFound();
  return found;
}

function listed(cloud: TerraformCloud, query: (name: string) => string | undefined): Workspace[] {
  const tags = query("search[tags]")?.split(",") ?? [];
  const name = query("search[name]") ?? "";
  const project = query("filter[project][id]");
  return [...cloud.workspaces.values()]
    .filter((workspace) => tags.every((tag) => workspace.tags.some(({ key }) => key === tag)))
    .filter((workspace) => workspace.name.includes(name))
    .filter((workspace) => project === undefined || workspace.projectId === project)
    .sort((one, other) => one.name.localeCompare(other.name));
}

function managesResources(cloud: TerraformCloud, workspace: Workspace): boolean {
  return (currentStateVersion(cloud, workspace)?.file?.resources.length ?? 0) > 0;
}

export function representWorkspace(cloud: TerraformCloud, workspace: Workspace): Resource {
  const state = currentStateVersion(cloud, workspace);
  return {
    id: workspace.id,
    type: "workspaces",
    attributes: {
      name: workspace.name,
      description: workspace.description,
      actions: { "is-destroyable": true },
      "allow-destroy-plan": workspace.allowDestroyPlan,
      "auto-apply": workspace.autoApply,
      "created-at": workspace.createdAt.toISOString(),
      "execution-mode": workspace.executionMode,
      locked: workspace.lock !== undefined,
      operations: workspace.executionMode === "remote",
      permissions: PERMISSIONS,
      "queue-all-runs": false,
      "resource-count": state?.file?.resources.length ?? 0,
      source: "tfe-api",
      "speculative-enabled": true,
      "structured-run-output-enabled": workspace.structuredRunOutput,
      "tag-names": workspace.tags.map(({ key }) => key),
      "terraform-version": workspace.terraformVersion,
      "vcs-repo": null,
      "working-directory": workspace.workingDirectory,
    },
    relationships: {
      organization: { data: { id: cloud.organization, type: "organizations" } },
      project: { data: { id: workspace.projectId, type: "projects" } },
      "current-run": {
        data: workspace.currentRunId ? { id: workspace.currentRunId, type: "runs" } : null,
      },
      "current-state-version": { data: state ? { id: state.id, type: "state-versions" } : null },
      ...(workspace.lock?.by === "run" && {
        "locked-by": { data: { id: workspace.lock.id, type: "runs" } },
      }),
    },
    links: { self: `/api/v2/organizations/${cloud.organization}/workspaces/${workspace.name}` },
  };
}

/** Of the one token that this server knows; it may do everything. */
const PERMISSIONS = {
  "can-destroy": true,
  "can-force-delete": true,
  "can-force-unlock": true,
  "can-lock": true,
  "can-queue-apply": true,
  "can-queue-destroy": true,
  "can-queue-run": true,
  "can-read-settings": true,
  "can-read-state-versions": true,
  "can-read-variable": true,
  "can-unlock": true,
  "can-update": true,
  "can-update-variable": true,
};
