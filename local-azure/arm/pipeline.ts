import { AzureError } from "../core/errors";
import type { AccessTokenClaims } from "../core/planes";
import { RESOURCE_MANAGER_AUDIENCES } from "../entra/environment";
import { isRecord, mergePatch } from "./body";
import * as errors from "./errors";
import type { Faults } from "../core/faults";
import { findResourceType } from "./registry";
import { parseResourcePath, resourceTypeOf, type ResourcePath } from "./resource-id";
import type { ArmContext, ResourceRequest, ResourceType } from "./resource-type";
import { respondToSubscriptionRequest } from "./subscription-requests";
import {
  deleteResource,
  getResource,
  listResources,
  notFound,
  putResource,
  runAction,
} from "./verbs";

/** A request as every step of the pipeline sees it. */
export interface ArmRequest {
  readonly method: string;
  readonly path: ResourcePath;
  readonly query: URLSearchParams;
  readonly apiVersion: string;
  readonly principal: AccessTokenClaims;
  readonly body: Readonly<Record<string, unknown>>;
}

/**
 * Azure Resource Manager's way with a request: who asks, which version, which subscription, which type, is the
 * provider registered, may they, is the parent there; then the verb.
 */
export async function respond(
  request: Request,
  arm: ArmContext,
  faults: Faults,
): Promise<Response> {
  const url = new URL(request.url);
  const path = parseResourcePath(url.pathname);
  if (!path) throw new AzureError(404, "NotFound", `The path '${url.pathname}' is not known here.`);
  const principal = await arm.azure.entra.verifyBearerToken(
    request.headers.get("authorization") ?? undefined,
    [...RESOURCE_MANAGER_AUDIENCES, arm.azure.origin],
  );
  const query = new URLSearchParams(
    // Parameter names compare without case; azurerm writes `api-version`, some clients `Api-Version`.
    [...url.searchParams].map(([name, value]): [string, string] => [name.toLowerCase(), value]),
  );
  const apiVersion = query.get("api-version");
  if (apiVersion === null || apiVersion === "") throw errors.missingApiVersion();
  checkSubscription(path, arm);
  const armRequest: ArmRequest = {
    method: request.method,
    path,
    query,
    apiVersion,
    principal,
    body: await readBody(request),
  };
  return (
    (await respondToSubscriptionRequest(armRequest, arm)) ??
    (await respondToResourceRequest(armRequest, arm, faults))
  );
}

async function respondToResourceRequest(
  request: ArmRequest,
  arm: ArmContext,
  faults: Faults,
): Promise<Response> {
  const { method, path, principal } = request;
  const collection = method === "GET" && path.trailing !== undefined;
  const type = findType(path, collection, request.apiVersion);
  checkApiVersion(type, request);
  const scope = canonicalScope(type, path, arm);
  const name = path.names.at(-1) ?? path.resourceGroup ?? "";
  const id = canonicalId(type, path, scope, name, arm);
  const action = actionOf(method, type, path);
  if (!arm.authorization.permitsAction(principal.oid, action, collection ? scope : id)) {
    throw errors.authorizationFailed(principal, action, collection ? scope : id);
  }
  if (collection) return listResources(type, { scope, type: type.type, query: request.query }, arm);
  const existing = type.find ? type.find(id, arm) : arm.inventory.get(id);
  const resourceRequest: ResourceRequest = {
    id: existing?.id ?? id,
    name: existing?.name ?? name,
    type: type.type,
    ...(existing && { existing }),
    scope,
    body: request.body,
    query: request.query,
    principal,
  };
  if (method === "GET" || method === "HEAD") return getResource(type, resourceRequest, arm);
  checkRegistration(type, arm);
  checkGroupIsStaying(path, method, arm);
  faults.raise(type.type, method);
  switch (method) {
    case "PUT":
      return putResource(type, resourceRequest, arm);
    case "PATCH":
      return putResource(type, patched(type, resourceRequest), arm);
    case "DELETE":
      return deleteResource(type, resourceRequest, arm);
    case "POST":
      return runAction(type, path.trailing ?? "", resourceRequest, arm);
    default:
      throw errors.methodNotAllowed(method);
  }
}

function findType(path: ResourcePath, collection: boolean, apiVersion: string): ResourceType {
  if (path.namespace === undefined) {
    const type = findResourceType("Microsoft.Resources/resourceGroups");
    if (type && path.resourceGroup !== undefined && path.trailing === undefined) return type;
    throw new AzureError(404, "NotFound", `'${path.trailing ?? ""}' is not known here.`);
  }
  const name = resourceTypeOf(path, collection);
  const type = findResourceType(name);
  if (type) return type;
  const type_ = name.slice(path.namespace.length + 1);
  throw errors.invalidResourceType(path.namespace, type_, apiVersion);
}

function checkApiVersion(type: ResourceType, { apiVersion, body, path }: ArmRequest): void {
  if (type.apiVersions.includes(apiVersion)) return;
  if (path.namespace === undefined) throw errors.invalidApiVersion(apiVersion, type.apiVersions);
  const location = typeof body.location === "string" ? body.location : "";
  throw errors.unsupportedApiVersion(type.type, apiVersion, type.apiVersions, location);
}

function checkSubscription({ subscriptionId }: ResourcePath, { azure }: ArmContext): void {
  if (subscriptionId === undefined) return;
  if (subscriptionId.toLowerCase() !== azure.subscriptionId.toLowerCase()) {
    throw errors.subscriptionNotFound(subscriptionId);
  }
}

function checkRegistration(type: ResourceType, { registrations }: ArmContext): void {
  const own = type.type.slice(0, type.type.indexOf("/"));
  for (const namespace of type.namespaces ?? [own]) {
    if (!registrations.isRegistered(namespace)) throw errors.missingRegistration(namespace);
  }
}

function checkGroupIsStaying(path: ResourcePath, method: string, arm: ArmContext): void {
  if (path.resourceGroup === undefined || method === "DELETE") return;
  const group = arm.inventory.get(groupId(path));
  if (group?.properties.provisioningState === "Deleting") {
    throw errors.resourceGroupBeingDeleted(group.name);
  }
}

function groupId({ subscriptionId, resourceGroup }: ResourcePath): string {
  return `/subscriptions/${subscriptionId ?? ""}/resourceGroups/${resourceGroup ?? ""}`;
}

/** The id of what the resource stands on, as it is stored. @throws AzureError when it does not exist. */
function canonicalScope(type: ResourceType, path: ResourcePath, arm: ArmContext): string {
  const { subscriptionId } = arm.azure;
  if (path.resourceGroup !== undefined && type.placement !== "subscription") {
    if (!arm.inventory.has(groupId(path))) throw errors.resourceGroupNotFound(path.resourceGroup);
  }
  const scope = canonicalBase(path, arm) ?? `/subscriptions/${subscriptionId}`;
  const parents = path.types.slice(0, path.trailing === undefined ? -1 : undefined);
  if (type.placement !== "child" || parents.length === 0) return scope;
  const pairs = parents.map((parent, index) => `${parent}/${path.names[index] ?? ""}`);
  const parent = `${scope}/providers/${path.namespace ?? ""}/${pairs.join("/")}`;
  const parentType = findResourceType([path.namespace, ...parents].join("/"));
  const stored = parentType?.find?.(parent, arm) ?? arm.inventory.get(parent);
  if (!stored) throw errors.parentResourceNotFound(type.type, pairs.join("/"), "write");
  return stored.id;
}

/** What stands before `/providers/`: the subscription, a group, or the resource that is extended. */
function canonicalBase(path: ResourcePath, arm: ArmContext): string | undefined {
  if (path.scope === "") return undefined;
  const stored = arm.inventory.get(path.scope);
  if (stored) return stored.id;
  const isContainer = /^\/subscriptions\/[^/]+$/i.test(path.scope);
  if (isContainer) return `/subscriptions/${arm.azure.subscriptionId}`;
  const extended = parseResourcePath(path.scope);
  if (!extended) throw new AzureError(404, "NotFound", `The scope '${path.scope}' is not valid.`);
  const pairs = extended.types.map((type, index) => `${type}/${extended.names[index] ?? ""}`);
  throw errors.resourceNotFound([extended.namespace, ...pairs].join("/"), extended.resourceGroup);
}

function canonicalId(
  type: ResourceType,
  path: ResourcePath,
  scope: string,
  name: string,
  arm: ArmContext,
): string {
  if (path.namespace === undefined) {
    return `/subscriptions/${arm.azure.subscriptionId}/resourceGroups/${name}`;
  }
  const [namespace, ...types] = type.type.split("/");
  if (type.placement === "child") return `${scope}/${types.at(-1) ?? ""}/${name}`;
  const pairs = types.map((own, index) => `${own}/${path.names[index] ?? ""}`);
  return `${scope}/providers/${namespace ?? ""}/${pairs.join("/")}`;
}

/** The action that a role has to permit. Source: azure-resource-manager-rpc, v1.0/authorization. */
function actionOf(method: string, type: ResourceType, path: ResourcePath): string {
  const name =
    path.namespace === undefined ? "Microsoft.Resources/subscriptions/resourceGroups" : type.type;
  if (method === "GET" || method === "HEAD") return `${name}/read`;
  if (method === "DELETE") return `${name}/delete`;
  if (method === "POST") return `${name}/${path.trailing ?? ""}/action`;
  return `${name}/write`;
}

function patched(type: ResourceType, request: ResourceRequest): ResourceRequest {
  if (!request.existing) throw notFound(type, request);
  return { ...request, body: (type.merge ?? mergeBody)(request) };
}

function mergeBody({ existing, body }: ResourceRequest): Readonly<Record<string, unknown>> {
  const { tags, ...rest } = body;
  const merged = mergePatch({ ...existing }, rest);
  return tags === undefined ? merged : { ...merged, tags };
}

async function readBody(request: Request): Promise<Readonly<Record<string, unknown>>> {
  const text = await request.text();
  if (text.trim() === "") return {};
  let body: unknown;
  try {
    body = JSON.parse(text);
  } catch {
    throw errors.invalidRequestContent("it is not valid JSON");
  }
  if (!isRecord(body)) throw errors.invalidRequestContent("it is not a JSON object");
  return body;
}
