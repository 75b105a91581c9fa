import { Hono } from "hono";
import { z } from "zod";
import { identifier } from "../core/identifier";
import { type Resource, notFound, readDocument, respond } from "../core/json-api";
import type { TerraformCloud } from "../core/terraform-cloud";
import { findRun } from "./run";

export interface RunComment {
  readonly id: string;
  readonly body: string;
}

const createDocument = z.object({ attributes: z.object({ body: z.string().min(1) }) });

export function runCommentRoutes(cloud: TerraformCloud): Hono {
  const routes = new Hono();
  routes.get("/runs/:run/comments", (context) =>
    respond(context, 200, findRun(cloud, context).comments.map(represent)),
  );
  routes.post("/runs/:run/comments", async (context) => {
    const run = findRun(cloud, context);
    const { attributes } = await readDocument(context, "comments", createDocument);
    const comment = { id: identifier("wscom"), body: attributes.body };
    run.comments.push(comment);
    return respond(context, 201, represent(comment));
  });
  routes.get("/comments/:comment", (context) => {
    const id = context.req.param("comment");
    const comment = [...cloud.runs.values()]
      .flatMap(({ comments }) => comments)
      .find((candidate) => candidate.id === id);
    if (!comment) throw notFound();
    return respond(context, 200, represent(comment));
  });
  return routes;
}

function represent({ id, body }: RunComment): Resource {
  return { id, type: "comments", attributes: { body } };
}
