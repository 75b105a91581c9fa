import { AzureError } from "../core/errors";
import { isGuid } from "../core/identifiers";
import type { AccessTokenClaims } from "../core/planes";
import { RESOURCE_MANAGER_AUDIENCES } from "../entra/environment";
import { isRecord } from "./body";
import { canonicalId, canonicalScope } from "./canonical-id";
import * as errors from "./errors";
import type { Faults } from "../core/faults";
import { checkPreconditions, preconditionsOf, type Preconditions } from "./preconditions";
import { findResourceType } from "./registry";
import { parseResourcePath, resourceTypeOf, type ResourcePath } from "./resource-id";
import type { ArmContext, ResourceRequest, ResourceType } from "./resource-type";
import { respondToSubscriptionRequest } from "./subscription-requests";
import {
  deleteResource,
  getResource,
  headResource,
  listResources,
  patchResource,
  putResource,
  runAction,
} from "./verbs";

/** A request as every step of the pipeline sees it. */
export interface ArmRequest {
  readonly method: string;
  readonly path: ResourcePath;
  readonly query: URLSearchParams;
  /** Where the request went, without its parameters. */
  readonly address: string;
  readonly apiVersion: string;
  readonly principal: AccessTokenClaims;
  readonly preconditions: Preconditions;
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
    address: `${arm.azure.origin}${url.pathname}`,
    apiVersion,
    principal,
    preconditions: preconditionsOf(request),
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
  const type = findType(path, collection, request.apiVersion, arm);
  checkApiVersion(type, request);
  const changes = method !== "GET" && method !== "HEAD";
  arm.authorization.check(principal, actionOf(method, type, path), requestedScope(path, arm));
  checkGroup(type, path, method, arm);
  if (changes) checkRegistration(type, arm);
  const scope = canonicalScope(type, path, arm);
  const name = path.names.at(-1) ?? path.resourceGroup ?? "";
  const id = canonicalId(type, path, scope, name, arm);
  if (collection) return listResources(type, { ...request, scope, type: type.type }, arm);
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
  if (method === "HEAD") return headResource(type, resourceRequest);
  if (!changes) return getResource(type, resourceRequest, arm);
  if (type.entityTag === true) checkPreconditions(request.preconditions, method, existing);
  faults.raise(type.type, method);
  switch (method) {
    case "PUT":
      return putResource(type, resourceRequest, arm);
    case "PATCH":
      return patchResource(type, resourceRequest, arm);
    case "DELETE":
      return deleteResource(type, resourceRequest, arm);
    case "POST":
      return runAction(type, path.trailing ?? "", resourceRequest, arm);
    default:
      throw errors.methodNotAllowed(method);
  }
}

function findType(
  path: ResourcePath,
  collection: boolean,
  apiVersion: string,
  { registrations }: ArmContext,
): ResourceType {
  if (path.namespace === undefined) {
    const type = findResourceType("Microsoft.Resources/resourceGroups");
    const isGroup = path.resourceGroup !== undefined && path.trailing === undefined;
    const isList = collection && path.trailing?.toLowerCase() === "resourcegroups";
    if (type && (isGroup || isList)) return type;
    throw new AzureError(404, "NotFound", `'${path.trailing ?? ""}' is not known here.`);
  }
  const name = resourceTypeOf(path, collection);
  const type = findResourceType(name);
  if (type) return type;
  const namespace = registrations.known(path.namespace);
  throw errors.invalidResourceType(namespace, name.slice(namespace.length + 1), apiVersion);
}

function checkApiVersion(type: ResourceType, { apiVersion, body, path }: ArmRequest): void {
  if (type.apiVersions.includes(apiVersion)) return;
  if (path.namespace === undefined) throw errors.invalidApiVersion(apiVersion, type.apiVersions);
  const location = typeof body.location === "string" ? body.location : "";
  throw errors.unsupportedApiVersion(type.type, apiVersion, type.apiVersions, location);
}

function checkSubscription({ subscriptionId }: ResourcePath, { azure }: ArmContext): void {
  if (subscriptionId === undefined) return;
  if (!isGuid(subscriptionId)) throw errors.invalidSubscriptionId(subscriptionId);
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

/** @throws AzureError when the group does not exist, or is going while something is to be put into it. */
function checkGroup(type: ResourceType, path: ResourcePath, method: string, arm: ArmContext): void {
  if (path.resourceGroup === undefined) return;
  const group = arm.inventory.get(
    `/subscriptions/${arm.azure.subscriptionId}/resourceGroups/${path.resourceGroup}`,
  );
  if (!group && path.namespace !== undefined) {
    throw errors.resourceGroupNotFound(path.resourceGroup);
  }
  const adds = method === "PUT" || method === "PATCH" || method === "POST";
  if (adds && group?.properties.provisioningState === "Deleting") {
    throw errors.resourceGroupBeingDeleted(group.name);
  }
}

/**
 * Where a role has to permit the action: what was asked for, whether it exists or not. Azure does not tell who
 * may not know.
 */
function requestedScope(path: ResourcePath, { azure }: ArmContext): string {
  const base =
    path.namespace === undefined && path.resourceGroup !== undefined
      ? `/subscriptions/${azure.subscriptionId}/resourceGroups/${path.resourceGroup}`
      : path.scope || `/subscriptions/${azure.subscriptionId}`;
  const pairs = path.names.map((name, index) => `${path.types[index] ?? ""}/${name}`);
  return pairs.length === 0 ? base : [base, "providers", path.namespace, ...pairs].join("/");
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

/** 4 MB. Source: https://learn.microsoft.com/azure/azure-resource-manager/management/azure-subscription-service-limits */
const LARGEST_BODY = 4 * 1024 ** 2;

async function readBody(request: Request): Promise<Readonly<Record<string, unknown>>> {
  const text = await request.text();
  if (text.trim() === "") return {};
  if (Buffer.byteLength(text) > LARGEST_BODY) throw errors.contentTooLarge();
  const mediaType = request.headers.get("content-type");
  if (!/^application\/json(?:$|;)/i.test(mediaType ?? "")) {
    throw errors.unsupportedMediaType(mediaType);
  }
  let body: unknown;
  try {
    body = JSON.parse(text);
  } catch {
    throw errors.invalidRequestContent("it is not valid JSON");
  }
  if (!isRecord(body)) throw errors.invalidRequestContent("it is not a JSON object");
  return body;
}
