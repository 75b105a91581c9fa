import { decodeObject, isDryRun, readBody, respond, VERBS, type ApiRequest } from "./api-request";
import { answerPatch } from "./patch-request";
import { podLog } from "./pods/log";
import { methodNotAllowed, StatusError } from "./status";
import { requestToken } from "./token-request";
import { getObject, updateObject, type Target } from "./verbs";

/** Answers a request for a part of an object: its status, a log, a token. */
export const answerSubresource = (
  request: ApiRequest,
  target: Target,
  name: string,
  subresource: string,
): Response => {
  const { method, query } = request;
  const { kind, cluster, namespace = "" } = target;
  const known = kind.subresources?.find((entry) => entry.name === subresource);
  if (!known) {
    throw new StatusError(
      404,
      "NotFound",
      `the local Azure does not serve ${kind.plural}/${subresource}`,
    );
  }
  if (!known.verbs.includes(VERBS[method] ?? "")) throw methodNotAllowed();
  if (subresource === "log") return podLog(target, name, query);
  if (subresource === "token") {
    const token = requestToken(cluster, namespace, name, readBody(request) ?? {});
    return Response.json(token, { status: 201 });
  }
  if (method === "GET") return respond(request, kind, getObject(target, name));
  if (method === "PATCH") return answerPatch(request, target, name, subresource);
  const options = { dryRun: isDryRun(request), subresource };
  return respond(request, kind, updateObject(target, name, decodeObject(request, kind), options));
};
