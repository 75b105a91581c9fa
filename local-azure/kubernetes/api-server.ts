import type { Context } from "hono";
import { isWatch, readBody, VERBS, type ApiRequest } from "./api-request";
import { authenticate, authorize, type ConnectionBindings } from "./authentication";
import type { Cluster } from "./cluster";
import { answerCollection } from "./collection";
import { discover, isReview } from "./discovery";
import { impersonate } from "./impersonation";
import { answerItem } from "./item";
import { kindOfResource } from "./kinds";
import { reconcileNodes } from "./nodes";
import { parseRequestPath } from "./request-info";
import { review } from "./reviews";
import { methodNotAllowed, StatusError } from "./status";
import { answerSubresource } from "./subresource";

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
  const authenticated = authenticate(
    context.env as ConnectionBindings | undefined,
    context.req.header("authorization"),
    {
      certificateAuthority: cluster.record.authority.certificate,
      userOfToken: (token) => cluster.userOfToken(token),
      now: cluster.azure.clock.now(),
    },
  );
  const user = impersonate(authenticated, context.req.raw.headers);
  const info = parseRequestPath(path);
  if (info.type === "discovery") return discovery(cluster, info.path);
  const request: ApiRequest = {
    cluster,
    user,
    method: context.req.method,
    info,
    query: new URL(context.req.url).searchParams,
    contentType: (context.req.header("content-type") ?? "").split(";")[0]?.trim() ?? "",
    body: new Uint8Array(await context.req.arrayBuffer()),
    accept: context.req.header("accept"),
    userAgent: context.req.header("user-agent") ?? "",
    warnings: [],
  };
  authorize(user, { ...info, verb: verbOf(request) });
  if (isReview(info.group, info.version, info.plural)) return reviewed(request);
  const kind = kindOfResource(info.group, info.version, info.plural);
  if (!kind) return new Response("404 page not found\n", { status: 404 });
  if (kind.kind === "Node") reconcileNodes(cluster);
  const { namespace, name, subresource } = info;
  const target = { cluster, kind, namespace };
  if (name === undefined) return answerCollection(request, target);
  return subresource === undefined
    ? answerItem(request, target, name)
    : answerSubresource(request, target, name, subresource);
};

const discovery = (cluster: Cluster, path: string): Response => {
  if (["/healthz", "/livez", "/readyz"].includes(path)) return new Response("ok");
  const found = discover(path, `v${cluster.version}`, cluster.server);
  return found === undefined
    ? new Response("404 page not found\n", { status: 404 })
    : Response.json(found);
};

const verbOf = ({ method, info, query }: ApiRequest): string => {
  const verb = VERBS[method] ?? method.toLowerCase();
  if (verb === "get" && isWatch(query)) return "watch";
  if (info.name !== undefined) return verb;
  if (verb === "get") return "list";
  return verb === "delete" ? "deletecollection" : verb;
};

const reviewed = (request: ApiRequest): Response => {
  const { cluster, user, method, info } = request;
  if (method !== "POST") throw methodNotAllowed();
  const answered = review(info.plural, user, readBody(request) ?? {}, cluster.timestamp());
  return Response.json(answered, { status: 201 });
};
