import { createHash } from "node:crypto";
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
import {
  type StateVersionOutput,
  representOutput,
  stateVersionOutputs,
} from "./state-version-output";
import { findWorkspace, type Workspace } from "./workspace";

/** The parts of a state file (format 4) that the API shows. */
const stateFile = z.object({
  version: z.literal(4),
  terraform_version: z.string(),
  serial: z.number(),
  lineage: z.string(),
  outputs: z.record(
    z.string(),
    z.object({ value: z.unknown(), type: z.unknown(), sensitive: z.boolean().default(false) }),
  ),
  resources: z.array(z.object({ mode: z.string(), type: z.string(), name: z.string() })),
});
export type StateFile = z.output<typeof stateFile>;

export interface StateVersion {
  readonly id: string;
  readonly workspaceId: string;
  readonly runId?: string;
  readonly createdAt: Date;
  readonly serial: number;
  readonly uploadUrl: string;
  readonly jsonUploadUrl: string;
  readonly downloadUrl: string;
  readonly jsonDownloadUrl: string;
  /** None while the version is `pending`. */
  content?: Buffer;
  json?: Buffer;
  file?: StateFile;
  outputs: readonly StateVersionOutput[];
}

const createDocument = z.object({
  attributes: z.object({
    serial: z.number().int().nonnegative(),
    md5: z.string().regex(/^[0-9a-f]{32}$/),
    lineage: z.string().optional(),
    force: z.boolean().default(false),
    state: z.base64().optional(),
    "json-state": z.base64().optional(),
  }),
  relationships: z
    .object({ run: z.object({ data: z.object({ id: z.string() }).nullish() }).optional() })
    .default({}),
});

export function stateVersionRoutes(cloud: TerraformCloud): Hono {
  const routes = new Hono();
  routes.post("/workspaces/:workspace/state-versions", async (context) => {
    const workspace = findWorkspace(cloud, context.req.param());
    const document = await readDocument(context, "state-versions", createDocument);
    const { attributes, relationships } = document;
    if (!workspace.lock) {
      throw new ApiError(
        409,
        "conflict",
        "The workspace must be locked to create a state version.",
      );
    }
    const current = currentStateVersion(cloud, workspace);
    if (current?.file && !attributes.force) {
      if (attributes.lineage !== undefined && attributes.lineage !== current.file.lineage) {
        throw new ApiError(409, "conflict", "The state's lineage differs from the workspace's.");
      }
      if (attributes.serial < current.serial) {
        throw new ApiError(
          409,
          "conflict",
          `Serial ${attributes.serial} is below the current one.`,
        );
      }
    }
    const runId = relationships.run?.data?.id;
    const version = addStateVersion(cloud, workspace, attributes.serial, attributes.md5, runId);
    if (attributes.state !== undefined) {
      upload(version, Buffer.from(attributes.state, "base64"), attributes.md5);
    }
    return respond(context, 201, represent(version));
  });
  routes.get("/state-versions", (context) => {
    const name = context.req.query("filter[workspace][name]");
    const workspace = [...cloud.workspaces.values()].find((candidate) => candidate.name === name);
    if (!workspace || context.req.query("filter[organization][name]") !== cloud.organization) {
      throw notFound();
    }
    return respondPage(context, ofWorkspace(cloud, workspace).map(represent).reverse());
  });
  routes.get("/state-versions/:version", (context) => {
    const version = find(cloud, context.req.param("version"));
    const wanted = includes(context, ["outputs", "run", "created_by"]);
    return respond(context, 200, represent(version), wanted.has("outputs") ? shown(version) : []);
  });
  routes.get("/state-versions/:version/outputs", (context) =>
    respondPage(context, shown(find(cloud, context.req.param("version")))),
  );
  routes.get("/workspaces/:workspace/current-state-version", (context) => {
    const version = currentStateVersion(cloud, findWorkspace(cloud, context.req.param()));
    if (!version) throw notFound();
    const wanted = includes(context, ["outputs", "run", "created_by"]);
    return respond(context, 200, represent(version), wanted.has("outputs") ? shown(version) : []);
  });
  routes.get("/workspaces/:workspace/current-state-version-outputs", (context) => {
    const version = currentStateVersion(cloud, findWorkspace(cloud, context.req.param()));
    if (!version) throw notFound();
    return respondPage(context, shown(version));
  });
  // Only here is a sensitive output's value shown: it has to be asked for by its own id.
  routes.get("/state-version-outputs/:output", (context) => {
    const id = context.req.param("output");
    const output = [...cloud.stateVersions.values()]
      .flatMap(({ outputs }) => outputs)
      .find((candidate) => candidate.id === id);
    if (!output) throw notFound();
    return respond(context, 200, representOutput(output, { revealed: true }));
  });
  return routes;
}

/** The newest version whose content has arrived. */
export function currentStateVersion(
  cloud: TerraformCloud,
  workspace: Workspace,
): StateVersion | undefined {
  return ofWorkspace(cloud, workspace).findLast(({ file }) => file !== undefined);
}

/** Keeps what a run's engine left as its state; nothing happens when it is the current version's content. */
export function saveState(
  cloud: TerraformCloud,
  workspace: Workspace,
  content: Buffer,
  runId: string,
): void {
  if (currentStateVersion(cloud, workspace)?.content?.equals(content)) return;
  const md5 = digest(content);
  const { serial } = stateFile.parse(JSON.parse(content.toString()));
  upload(addStateVersion(cloud, workspace, serial, md5, runId), content, md5);
}

function addStateVersion(
  cloud: TerraformCloud,
  workspace: Workspace,
  serial: number,
  md5: string,
  runId?: string,
): StateVersion {
  const version: StateVersion = {
    id: identifier("sv"),
    workspaceId: workspace.id,
    createdAt: cloud.now(),
    serial,
    outputs: [],
    ...(runId !== undefined && { runId }),
    uploadUrl: cloud.archivist.writable((content) => {
      upload(version, content, md5);
    }),
    jsonUploadUrl: cloud.archivist.writable((content) => {
      version.json = content;
    }),
    downloadUrl: cloud.archivist.readable(() => version.content),
    jsonDownloadUrl: cloud.archivist.readable(() => version.json),
  };
  cloud.stateVersions.set(version.id, version);
  return version;
}

function upload(version: StateVersion, content: Buffer, md5: string): void {
  if (digest(content) !== md5) throw new ApiError(400, "invalid attribute", "MD5 does not match.");
  const parsed = stateFile.safeParse(JSON.parse(content.toString()));
  if (!parsed.success) throw new ApiError(422, "invalid attribute", "Not a state of format 4.");
  version.content = content;
  version.file = parsed.data;
  version.outputs = stateVersionOutputs(parsed.data);
}

const digest = (content: Buffer) => createHash("md5").update(content).digest("hex");

const ofWorkspace = (cloud: TerraformCloud, { id }: Workspace) =>
  [...cloud.stateVersions.values()].filter(({ workspaceId }) => workspaceId === id);

const shown = ({ outputs }: StateVersion) =>
  outputs.map((output) => representOutput(output, { revealed: false }));

function find(cloud: TerraformCloud, id: string): StateVersion {
  const version = cloud.stateVersions.get(id);
  if (!version) throw notFound();
  return version;
}

function represent(version: StateVersion): Resource {
  const finalized = version.file !== undefined;
  return {
    id: version.id,
    type: "state-versions",
    attributes: {
      "created-at": version.createdAt.toISOString(),
      "hosted-json-state-download-url": version.jsonDownloadUrl,
      "hosted-json-state-upload-url": version.jsonUploadUrl,
      "hosted-state-download-url": version.downloadUrl,
      "hosted-state-upload-url": version.uploadUrl,
      "resources-processed": finalized,
      serial: version.serial,
      "state-version": 4,
      status: finalized ? "finalized" : "pending",
      "terraform-version": version.file?.terraform_version,
    },
    relationships: {
      outputs: {
        data: version.outputs.map(({ id }) => ({ id, type: "state-version-outputs" })),
      },
      run: { data: version.runId === undefined ? null : { id: version.runId, type: "runs" } },
      workspace: { data: { id: version.workspaceId, type: "workspaces" } },
    },
  };
}
