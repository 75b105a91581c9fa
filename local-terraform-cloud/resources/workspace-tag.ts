import { Hono } from "hono";
import { z } from "zod";
import { type Resource, respond, respondPage } from "../core/json-api";
import type { TerraformCloud } from "../core/terraform-cloud";
import { bindTag, findWorkspace, type Workspace } from "./workspace";

/** A key and a value; a flat tag of the older API is a key without a value. */
export interface TagBinding {
  readonly id: string;
  readonly key: string;
  value: string;
}

const flatTags = z.object({
  data: z.array(z.object({ type: z.literal("tags"), attributes: z.object({ name: z.string() }) })),
});
const tagBindings = z.object({
  data: z.array(
    z.object({
      type: z.literal("tag-bindings"),
      attributes: z.object({ key: z.string(), value: z.string().default("") }),
    }),
  ),
});

export function workspaceTagRoutes(cloud: TerraformCloud): Hono {
  const routes = new Hono();
  routes.get("/workspaces/:workspace/relationships/tags", (context) =>
    respondPage(
      context,
      findWorkspace(cloud, context.req.param()).tags.map(({ id, key }) => ({
        id,
        type: "tags",
        attributes: { name: key },
      })),
    ),
  );
  routes.post("/workspaces/:workspace/relationships/tags", async (context) => {
    const workspace = findWorkspace(cloud, context.req.param());
    const { data } = flatTags.parse(await context.req.json());
    for (const { attributes } of data) bindTag(workspace, attributes.name, "");
    return context.body(null, 204);
  });
  for (const list of ["tag-bindings", "effective-tag-bindings"]) {
    routes.get(`/workspaces/:workspace/${list}`, (context) =>
      respond(context, 200, bindings(findWorkspace(cloud, context.req.param()), list)),
    );
  }
  routes.patch("/workspaces/:workspace/tag-bindings", async (context) => {
    const workspace = findWorkspace(cloud, context.req.param());
    const { data } = tagBindings.parse(await context.req.json());
    for (const { attributes } of data) bindTag(workspace, attributes.key, attributes.value);
    return respond(context, 200, bindings(workspace, "tag-bindings"));
  });
  return routes;
}

function bindings(workspace: Workspace, type: string): Resource[] {
  return workspace.tags.map(({ id, key, value }) => ({ id, type, attributes: { key, value } }));
}
