import type { KubernetesObject } from "../core/planes";
import {
  decodeObject,
  flag,
  isDryRun,
  isWatch,
  optionalNumber,
  respond,
  tableOptions,
  type ApiRequest,
} from "./api-request";
import { deleteOptions } from "./delete-options";
import { apiVersionOf, type Kind } from "./kinds/kind";
import { list } from "./list";
import { fieldSelector, labelSelector } from "./selectors";
import { methodNotAllowed } from "./status";
import { createObject, deleteObject, type Target } from "./verbs";
import { watchObjects } from "./watch";

/** Answers a request whose path names a kind, and no object. */
export const answerCollection = (request: ApiRequest, target: Target): Response => {
  const { method, query } = request;
  const { kind, namespace } = target;
  switch (method) {
    case "GET":
      return isWatch(query)
        ? watch(request, target)
        : Response.json(
            list(target, {
              matches: selection(query, kind),
              table: tableOptions(request),
              query,
            }),
          );
    case "POST": {
      if (kind.namespaced && namespace === undefined) throw methodNotAllowed();
      const dryRun = isDryRun(request);
      const created = createObject(target, decodeObject(request, kind), { dryRun });
      return respond(request, kind, created, 201);
    }
    case "DELETE":
      if (!kind.verbs.includes("deletecollection")) throw methodNotAllowed();
      return deleteAll(request, target);
    default:
      throw methodNotAllowed();
  }
};

export const watch = (request: ApiRequest, target: Target): Response => {
  const { query } = request;
  return watchObjects(target, {
    since: query.get("resourceVersion") ?? "",
    timeoutSeconds: optionalNumber(query, "timeoutSeconds"),
    table: tableOptions(request),
    allowBookmarks: flag(query, "allowWatchBookmarks"),
    sendInitialEvents: flag(query, "sendInitialEvents"),
    matches: selection(query, target.kind),
  });
};

const selection = (query: URLSearchParams, kind: Kind) => {
  const byLabel = labelSelector(query.get("labelSelector") ?? "");
  const fields = query.getAll("fieldSelector").join(",");
  const byField = fieldSelector(fields, kind.selectable);
  return ({ metadata, ...rest }: KubernetesObject): boolean =>
    byLabel(metadata.labels ?? {}) &&
    byField({
      "metadata.name": metadata.name,
      "metadata.namespace": metadata.namespace ?? "",
      ...kind.selectableFields?.({ metadata, ...rest }),
    });
};

const deleteAll = (request: ApiRequest, target: Target): Response => {
  const { cluster, kind, namespace } = target;
  const options = deleteOptions(request);
  const items = cluster.objects
    .list(kind.plural, namespace)
    .filter(selection(request.query, kind))
    .map(
      ({ metadata }) =>
        deleteObject({ ...target, namespace: metadata.namespace }, metadata.name, options).object,
    );
  return Response.json({
    kind: `${kind.kind}List`,
    apiVersion: apiVersionOf(kind),
    metadata: { resourceVersion: String(cluster.objects.resourceVersion) },
    items,
  });
};
