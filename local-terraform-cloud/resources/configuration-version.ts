import { Hono } from "hono";
import { z } from "zod";
import { identifier } from "../core/identifier";
import { ApiError, type Resource, notFound, readDocument, respond } from "../core/json-api";
import type { TerraformCloud } from "../core/terraform-cloud";
import { findWorkspace } from "./workspace";

export interface ConfigurationVersion {
  readonly id: string;
  readonly workspaceId: string;
  /** Only for plans: a run of it cannot be applied. */
  readonly speculative: boolean;
  /** Becomes the workspace's configuration only when a run of it is applied. */
  readonly provisional: boolean;
  readonly autoQueueRuns: boolean;
  readonly uploadUrl: string;
  /** The gzipped tar archive; none while the version is `pending`. */
  content?: Buffer;
}

const createDocument = z.object({
  attributes: z
    .object({
      "auto-queue-runs": z.boolean().default(true),
      speculative: z.boolean().default(false),
      provisional: z.boolean().default(false),
    })
    .prefault({}),
});

export function configurationVersionRoutes(cloud: TerraformCloud): Hono {
  const routes = new Hono();
  routes.post("/workspaces/:workspace/configuration-versions", async (context) => {
    const workspace = findWorkspace(cloud, context.req.param());
    const { attributes } = await readDocument(context, "configuration-versions", createDocument);
    const version: ConfigurationVersion = {
      id: identifier("cv"),
      workspaceId: workspace.id,
      speculative: attributes.speculative,
      provisional: attributes.provisional,
      autoQueueRuns: attributes["auto-queue-runs"],
      uploadUrl: cloud.archivist.writable((content) => {
        version.content = content;
        if (version.autoQueueRuns) cloud.queue.create(workspace, version, {});
      }),
    };
    cloud.configurationVersions.set(version.id, version);
    return respond(context, 201, representConfigurationVersion(version));
  });
  routes.get("/configuration-versions/:version", (context) =>
    respond(context, 200, representConfigurationVersion(find(cloud, context.req.param("version")))),
  );
  routes.get("/configuration-versions/:version/download", (context) => {
    const { content } = find(cloud, context.req.param("version"));
    if (!content) throw new ApiError(422, "not uploaded", "The configuration is not uploaded yet.");
    return context.redirect(cloud.archivist.readable(() => content));
  });
  return routes;
}

function find(cloud: TerraformCloud, id: string): ConfigurationVersion {
  const version = cloud.configurationVersions.get(id);
  if (!version) throw notFound();
  return version;
}

export function representConfigurationVersion(version: ConfigurationVersion): Resource {
  const uploaded = version.content !== undefined;
  return {
    id: version.id,
    type: "configuration-versions",
    attributes: {
      "auto-queue-runs": version.autoQueueRuns,
      error: null,
      "error-message": null,
      provisional: version.provisional,
      source: "tfe-api",
      speculative: version.speculative,
      status: uploaded ? "uploaded" : "pending",
      "upload-url": uploaded ? null : version.uploadUrl,
    },
  };
}
