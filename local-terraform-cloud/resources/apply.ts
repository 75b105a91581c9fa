import { Hono } from "hono";
import { type Resource, notFound, respond } from "../core/json-api";
import type { TerraformCloud } from "../core/terraform-cloud";
import { type Phase, phaseAttributes } from "./plan";

export function applyRoutes(cloud: TerraformCloud): Hono {
  const routes = new Hono();
  routes.get("/applies/:apply", (context) => {
    const id = context.req.param("apply");
    const run = [...cloud.runs.values()].find(({ apply }) => apply.id === id);
    if (!run) throw notFound();
    return respond(context, 200, representApply(run.apply));
  });
  return routes;
}

export function representApply(apply: Phase): Resource {
  return { id: apply.id, type: "applies", attributes: phaseAttributes(apply) };
}
