import type { Context } from "hono";
import type { KubernetesObject } from "../core/planes";
import { authenticate, authorize, type ConnectionBindings, type User } from "./authentication";
import type { Cluster } from "./cluster";
import { discover, isReview } from "./discovery";
import { kindOfResource } from "./kinds";
import { fromEventsK8sIo } from "./kinds/event";
import type { Kind } from "./kinds/kind";
import { list } from "./list";
import { reconcileNodes } from "./nodes";
import { parseBody, PATCH_TYPES, patchObject, strategicMerge } from "./patch";
import { podLog } from "./pods/log";
import { formOf, present, type TableOptions } from "./representation";
import { parseRequestPath, type RequestInfo } from "./request-info";
import { review } from "./reviews";
import { fieldSelector, labelSelector } from "./selectors";
import { badRequest, methodNotAllowed, StatusError, unsupportedMediaType } from "./status";
import { requestToken } from "./token-request";
import {
  createObject,
  deleteObject,
  getObject,
  updateObject,
  type DeleteOptions,
  type Target,
} from "./verbs";
import { watchObjects } from "./watch";

type ResourceInfo = Extract<RequestInfo, { type: "resource" }>;

const OBJECT_TYPES = ["application/json", "application/yaml"];

/** Everything that a handler needs to know of a request. */
interface ApiRequest {
  readonly cluster: Cluster;
  readonly user: User;
  readonly method: string;
  readonly info: ResourceInfo;
  readonly query: URLSearchParams;
  readonly contentType: string;
  readonly body: string;
  readonly accept: string | undefined;
  readonly dryRun: boolean;
}

/** Answers one request below a cluster's root: authenticate, authorize, act. Errors are `Status` objects. */
export const serve = async (
  cluster: Cluster,
  context: Context,
  path: string,
): Promise<Response> => {
  try {
    return await answer(cluster, context, path);
  } catch (error) {
    if (error instanceof StatusError) return error.toResponse();
    throw error;
  }
};

const answer = async (cluster: Cluster, context: Context, path: string): Promise<Response> => {
  const user = authenticate(
    context.env as ConnectionBindings | undefined,
    context.req.header("authorization"),
    {
      certificateAuthority: cluster.record.authority.certificate,
      userOfToken: (token) => cluster.userOfToken(token),
      now: cluster.azure.clock.now(),
    },
  );
  const info = parseRequestPath(path);
  if (info.type === "discovery") return discovery(cluster, info.path);
  const query = new URL(context.req.url).searchParams;
  const request: ApiRequest = {
    cluster,
    user,
    method: context.req.method,
    info,
    query,
    contentType: (context.req.header("content-type") ?? "").split(";")[0]?.trim() ?? "",
    body: await context.req.text(),
    accept: context.req.header("accept"),
    dryRun: query.get("dryRun") === "All",
  };
  authorize(user, { ...info, verb: verbOf(request) });
  if (isReview(info.group, info.version, info.plural)) return reviewed(request);
  const kind = kindOfResource(info.group, info.version, info.plural);
  if (!kind) return new Response("404 page not found\n", { status: 404 });
  if (kind.kind === "Node") reconcileNodes(cluster);
  const target = { cluster, kind, namespace: info.namespace };
  if (info.subresource !== undefined) return subresource(request, target);
  return info.name === undefined ? collection(request, target) : item(request, target, info.name);
};

const discovery = (cluster: Cluster, path: string): Response => {
  if (["/healthz", "/livez", "/readyz"].includes(path)) return new Response("ok");
  const found = discover(path, `v${cluster.version}`, cluster.server);
  return found === undefined
    ? new Response("404 page not found\n", { status: 404 })
    : Response.json(found);
};

const VERBS: Readonly<Record<string, string>> = {
  GET: "get",
  POST: "create",
  PUT: "update",
  PATCH: "patch",
  DELETE: "delete",
};

const verbOf = ({ method, info, query }: ApiRequest): string => {
  const verb = VERBS[method] ?? method.toLowerCase();
  if (verb === "get" && isWatch(query)) return "watch";
  if (info.name !== undefined) return verb;
  if (verb === "get") return "list";
  return verb === "delete" ? "deletecollection" : verb;
};

const isWatch = (query: URLSearchParams) => ["true", "1"].includes(query.get("watch") ?? "");

const reviewed = ({ cluster, user, method, info, body }: ApiRequest): Response => {
  if (method !== "POST") throw methodNotAllowed();
  const answered = review(info.plural, user, parseBody(body), cluster.timestamp());
  return Response.json(answered, { status: 201 });
};

const tableOptions = ({ accept, query, cluster }: ApiRequest): TableOptions => ({
  form: formOf(accept),
  includeObject: query.get("includeObject") ?? "Metadata",
  now: cluster.azure.clock.now(),
});

const respond = (
  request: ApiRequest,
  kind: Kind,
  object: KubernetesObject,
  status = 200,
): Response => Response.json(present(kind, object, tableOptions(request)), { status });

const decodeObject = ({ contentType, body }: ApiRequest, kind: Kind): unknown => {
  if (contentType !== "" && !OBJECT_TYPES.includes(contentType)) {
    throw unsupportedMediaType(OBJECT_TYPES);
  }
  const object = parseBody(body);
  const { group } = kind;
  if (group !== "events.k8s.io" || typeof object !== "object" || object === null) return object;
  return { ...fromEventsK8sIo(object as KubernetesObject), apiVersion: "events.k8s.io/v1" };
};

const selection = ({ query }: ApiRequest, kind: Kind) => {
  const byLabel = labelSelector(query.get("labelSelector") ?? "");
  const byField = fieldSelector(query.get("fieldSelector") ?? "", [
    "metadata.name",
    "metadata.namespace",
    ...(kind.selectable ?? []),
  ]);
  return ({ metadata, ...rest }: KubernetesObject): boolean =>
    byLabel(metadata.labels ?? {}) &&
    byField({
      "metadata.name": metadata.name,
      "metadata.namespace": metadata.namespace ?? "",
      ...kind.selectableFields?.({ metadata, ...rest }),
    });
};

const collection = (request: ApiRequest, target: Target): Response => {
  const { method, query, dryRun } = request;
  const { kind, cluster, namespace } = target;
  switch (method) {
    case "GET": {
      const matches = selection(request, kind);
      const table = tableOptions(request);
      if (!isWatch(query)) return Response.json(list(target, { matches, table, query }));
      return watchObjects(target, {
        since: query.get("resourceVersion") ?? "",
        timeoutSeconds: optionalNumber(query, "timeoutSeconds"),
        table,
        allowBookmarks: query.get("allowWatchBookmarks") === "true",
        sendInitialEvents: query.get("sendInitialEvents") === "true",
        matches,
      });
    }
    case "POST":
      if (kind.namespaced && namespace === undefined) throw methodNotAllowed();
      return respond(
        request,
        kind,
        createObject(target, decodeObject(request, kind), { dryRun }),
        201,
      );
    case "DELETE": {
      if (!kind.verbs.includes("deletecollection")) throw methodNotAllowed();
      const options = deleteOptions(request);
      const doomed = cluster.objects.list(kind.plural, namespace).filter(selection(request, kind));
      const deleted = doomed.map(
        ({ metadata }) =>
          deleteObject({ ...target, namespace: metadata.namespace }, metadata.name, options).object,
      );
      return Response.json(listOfDeleted(kind, deleted, cluster));
    }
    default:
      throw methodNotAllowed();
  }
};

const listOfDeleted = (kind: Kind, items: KubernetesObject[], cluster: Cluster) => ({
  kind: `${kind.kind}List`,
  apiVersion: "v1",
  metadata: { resourceVersion: String(cluster.objects.resourceVersion) },
  items,
});

const item = (request: ApiRequest, target: Target, name: string): Response => {
  const { method, query, dryRun } = request;
  const { kind } = target;
  switch (method) {
    case "GET":
      if (isWatch(query)) {
        query.append("fieldSelector", `metadata.name=${name}`);
        return collection(request, target);
      }
      return respond(request, kind, getObject(target, name));
    case "PUT":
      return respond(
        request,
        kind,
        updateObject(target, name, decodeObject(request, kind), { dryRun }),
      );
    case "PATCH":
      return patch(request, target, name);
    case "DELETE": {
      const { object, gone } = deleteObject(target, name, deleteOptions(request));
      // k8s.io/kubernetes/pkg/registry/core: `ReturnDeletedObject`.
      if (!gone || kind.kind === "Pod" || kind.kind === "ServiceAccount") {
        return respond(request, kind, object);
      }
      return Response.json({
        kind: "Status",
        apiVersion: "v1",
        metadata: {},
        status: "Success",
        details: {
          name,
          ...(kind.group !== "" && { group: kind.group }),
          kind: kind.plural,
          uid: object.metadata.uid,
        },
      });
    }
    default:
      throw methodNotAllowed();
  }
};

const deleteOptions = (request: ApiRequest): DeleteOptions & { dryRun: boolean } => {
  const body =
    request.body === "" ? {} : (parseBody(request.body) as DeleteOptions & { dryRun?: string[] });
  return {
    gracePeriodSeconds:
      optionalNumber(request.query, "gracePeriodSeconds") ?? body.gracePeriodSeconds,
    preconditions: body.preconditions,
    dryRun: request.dryRun || (body.dryRun ?? []).includes("All"),
  };
};

const optionalNumber = (query: URLSearchParams, name: string): number | undefined => {
  const text = query.get(name);
  if (text === null) return undefined;
  const value = Number(text);
  if (!Number.isInteger(value)) {
    throw badRequest(`strconv.ParseInt: parsing ${JSON.stringify(text)}: invalid syntax`);
  }
  return value;
};

const patch = (request: ApiRequest, target: Target, name: string, part?: string): Response => {
  const { contentType, body, dryRun, query } = request;
  const { kind, cluster, namespace } = target;
  if (contentType === "application/apply-patch+yaml") return apply(request, target, name, part);
  if (!(PATCH_TYPES as readonly string[]).includes(contentType)) {
    throw unsupportedMediaType(PATCH_TYPES);
  }
  if (query.has("force")) {
    throw badRequest(
      'PatchOptions.meta.k8s.io "" is invalid: force: Forbidden: may not be specified for non-apply patch',
    );
  }
  const before = getObject({ cluster, kind, namespace }, name);
  const patched = patchObject(contentType, body, before);
  return respond(request, kind, updateObject(target, name, patched, { dryRun, subresource: part }));
};

/**
 * Server-side apply, without ownership of fields: what is applied is merged, and nothing conflicts.
 *
 * Source: https://kubernetes.io/docs/reference/using-api/server-side-apply/
 */
const apply = (request: ApiRequest, target: Target, name: string, part?: string): Response => {
  const { body, dryRun, query } = request;
  const { kind, cluster, namespace } = target;
  if (!query.has("fieldManager")) {
    throw badRequest(
      'PatchOptions.meta.k8s.io "" is invalid: fieldManager: Required value: is required for apply patch',
    );
  }
  const applied = parseBody(body) as Record<string, unknown>;
  const before = cluster.objects.get(kind.plural, namespace, name);
  if (!before) return respond(request, kind, createObject(target, applied, { dryRun }), 201);
  const merged = strategicMerge(before, applied);
  return respond(request, kind, updateObject(target, name, merged, { dryRun, subresource: part }));
};

const subresource = (request: ApiRequest, target: Target): Response => {
  const { method, info, body, dryRun } = request;
  const { kind, cluster, namespace = "" } = target;
  const { name = "", subresource: part } = info;
  const known = kind.subresources?.find((entry) => entry.name === part);
  if (!known) return new Response("404 page not found\n", { status: 404 });
  if (!known.verbs.includes(VERBS[method] ?? "")) throw methodNotAllowed();
  switch (part) {
    case "log":
      return podLog(target, name, request.query);
    case "token":
      return Response.json(requestToken(cluster, namespace, name, parseBody(body) ?? {}), {
        status: 201,
      });
    default:
      if (method === "GET") return respond(request, kind, getObject(target, name));
      if (method === "PATCH") return patch(request, target, name, part);
      return respond(
        request,
        kind,
        updateObject(target, name, decodeObject(request, kind), { dryRun, subresource: part }),
      );
  }
};
