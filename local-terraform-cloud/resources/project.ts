import { Hono } from "hono";
import { z } from "zod";
import { identifier } from "../core/identifier";
import {
  ApiError,
  type Resource,
  notFound,
  readDocument,
  respond,
  respondPage,
} from "../core/json-api";
import type { TerraformCloud } from "../core/terraform-cloud";

export interface Project {
  readonly id: string;
  readonly name: string;
  readonly description: string;
}

/** Every organization has it; workspaces that name no project belong to it. */
export const DEFAULT_PROJECT = "Default Project";

const projectDocument = z.object({
  attributes: z.object({
    name: z.string().regex(/^[A-Za-z0-9 _-]{3,40}$/, "3 to 40 letters, digits, spaces, - and _"),
    description: z.string().default(""),
  }),
});

export function createProject(cloud: TerraformCloud, name: string, description = ""): Project {
  if ([...cloud.projects.values()].some((project) => project.name === name)) {
    throw new ApiError(422, "invalid attribute", "Name has already been taken");
  }
  const project = { id: identifier("prj"), name, description };
  cloud.projects.set(project.id, project);
  return project;
}

export function projectRoutes(cloud: TerraformCloud): Hono {
  const routes = new Hono();
  routes.get("/organizations/:organization/projects", (context) => {
    const names = context.req.query("filter[names]")?.split(",");
    const projects = [...cloud.projects.values()].filter(
      (project) => names?.includes(project.name) ?? true,
    );
    return respondPage(
      context,
      projects.map((project) => represent(cloud, project)),
    );
  });
  routes.post("/organizations/:organization/projects", async (context) => {
    const { attributes } = await readDocument(context, "projects", projectDocument);
    const project = createProject(cloud, attributes.name, attributes.description);
    return respond(context, 201, represent(cloud, project));
  });
  routes.get("/projects/:project", (context) => {
    const project = cloud.projects.get(context.req.param("project"));
    if (!project) throw notFound();
    return respond(context, 200, represent(cloud, project));
  });
  return routes;
}

function represent(cloud: TerraformCloud, project: Project): Resource {
  return {
    id: project.id,
    type: "projects",
    attributes: {
      name: project.name,
      description: project.description,
      "workspace-count": [...cloud.workspaces.values()].filter(
        ({ projectId }) => projectId === project.id,
      ).length,
    },
    relationships: { organization: { data: { id: cloud.organization, type: "organizations" } } },
  };
}
