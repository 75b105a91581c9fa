import {
  decodeObject,
  isDryRun,
  isWatch,
  managerOf,
  respond,
  tableOptions,
  type ApiRequest,
} from "./api-request";
import { watch } from "./collection";
import { deleteOptions } from "./delete-options";
import { answerPatch } from "./patch-request";
import { present } from "./representation";
import { methodNotAllowed } from "./status";
import { deleteObject, getObject, updateObject, type Target } from "./verbs";

/** Answers a request whose path names an object. */
export const answerItem = (request: ApiRequest, target: Target, name: string): Response => {
  const { method, query } = request;
  const { kind } = target;
  switch (method) {
    case "GET":
      if (isWatch(query)) {
        query.append("fieldSelector", `metadata.name=${name}`);
        return watch(request, target);
      }
      return respond(request, kind, getObject(target, name));
    case "PUT": {
      const dryRun = isDryRun(request);
      const options = { dryRun, manager: managerOf(request) };
      const updated = updateObject(target, name, decodeObject(request, kind), options);
      return respond(request, kind, updated);
    }
    case "PATCH":
      return answerPatch(request, target, name);
    case "DELETE":
      return remove(request, target, name);
    default:
      throw methodNotAllowed();
  }
};

const remove = (request: ApiRequest, target: Target, name: string): Response => {
  const { kind } = target;
  const { object, gone } = deleteObject(target, name, deleteOptions(request));
  // k8s.io/kubernetes/pkg/registry/core: `ReturnDeletedObject`.
  if (!gone || kind.kind === "Pod" || kind.kind === "ServiceAccount") {
    return Response.json(present(kind, object, tableOptions(request)));
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
};
