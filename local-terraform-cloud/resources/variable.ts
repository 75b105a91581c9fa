import { Hono } from "hono";
import { z } from "zod";
import { identifier } from "../core/identifier";
import { ApiError, type Resource, notFound, readDocument, respond } from "../core/json-api";
import type { TerraformCloud } from "../core/terraform-cloud";
import type { WorkerVariable } from "../core/worker";
import { findWorkspace, type Workspace } from "./workspace";

/** A workspace's variable. A sensitive one is write-only: no answer carries its value. */
export interface Variable extends WorkerVariable {
  readonly id: string;
  readonly description: string;
  readonly sensitive: boolean;
}

const attributes = z.object({
  key: z.string().min(1),
  value: z.string().default(""),
  description: z.string().default(""),
  category: z.enum(["env", "terraform"]),
  hcl: z.boolean().default(false),
  sensitive: z.boolean().default(false),
});
const createDocument = z.object({ attributes });
const updateDocument = z.object({ attributes: z.record(z.string(), z.unknown()) });

export function variableRoutes(cloud: TerraformCloud): Hono {
  const routes = new Hono();
  routes.get("/workspaces/:workspace/vars", (context) => {
    const { variables } = findWorkspace(cloud, context.req.param());
    return respond(context, 200, [...variables.values()].map(represent));
  });
  routes.post("/workspaces/:workspace/vars", async (context) => {
    const workspace = findWorkspace(cloud, context.req.param());
    const document = await readDocument(context, "vars", createDocument);
    return respond(context, 201, represent(setVariable(workspace, document.attributes)));
  });
  routes.patch("/workspaces/:workspace/vars/:variable", async (context) => {
    const workspace = findWorkspace(cloud, context.req.param());
    const variable = find(workspace, context.req.param("variable"));
    const document = await readDocument(context, "vars", updateDocument);
    const changed = attributes.safeParse({ ...variable, ...document.attributes });
    if (!changed.success) throw new ApiError(422, "invalid attribute", changed.error.message);
    if (variable.sensitive && !changed.data.sensitive) {
      throw new ApiError(422, "invalid attribute", "A sensitive variable stays sensitive.");
    }
    const updated = { ...changed.data, id: variable.id };
    workspace.variables.set(variable.id, updated);
    return respond(context, 200, represent(updated));
  });
  routes.delete("/workspaces/:workspace/vars/:variable", (context) => {
    const workspace = findWorkspace(cloud, context.req.param());
    workspace.variables.delete(find(workspace, context.req.param("variable")).id);
    return context.body(null, 204);
  });
  return routes;
}

/** @throws {@link ApiError} 422 when the workspace has a variable of that key and category */
export function setVariable(workspace: Workspace, given: z.input<typeof attributes>): Variable {
  const variable = { ...attributes.parse(given), id: identifier("var") };
  for (const { key, category } of workspace.variables.values()) {
    if (key === variable.key && category === variable.category) {
      throw new ApiError(422, "invalid attribute", "Key has already been taken");
    }
  }
  workspace.variables.set(variable.id, variable);
  return variable;
}

function find(workspace: Workspace, id: string): Variable {
  const variable = workspace.variables.get(id);
  if (!variable) throw notFound();
  return variable;
}

function represent({ id, sensitive, value, ...rest }: Variable): Resource {
  return {
    id,
    type: "vars",
    attributes: { ...rest, sensitive, value: sensitive ? null : value },
  };
}
