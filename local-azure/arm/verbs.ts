import { AzureError } from "../core/errors";
import type { ArmResource } from "../core/planes";
import { mergePatch } from "./body";
import * as errors from "./errors";
import { LOCATIONS, normalizeLocation } from "./locations";
import type { Operation } from "./operations";
import { page } from "./paging";
import { resourceFilter } from "./resource-filter";
import type { ArmContext, ListRequest, ResourceRequest, ResourceType } from "./resource-type";
import { checkTags } from "./tags";

const RESOURCE_GROUPS = "Microsoft.Resources/resourceGroups";

/** `GET` of one resource. While an operation on it is under way, the answer is held back for a moment. */
export async function getResource(
  type: ResourceType,
  request: ResourceRequest,
  arm: ArmContext,
): Promise<Response> {
  if (!request.existing) throw notFound(type, request);
  const operation = arm.operations.on(request.id);
  if (operation) await arm.operations.settled(operation);
  await type.settle?.(request.existing, arm);
  const resource = type.find ? type.find(request.id, arm) : arm.inventory.get(request.id);
  if (!resource) throw notFound(type, request);
  return Response.json(view(type, resource, arm), { headers: SKIP_DELAY });
}

export function listResources(type: ResourceType, request: ListRequest, arm: ArmContext): Response {
  const matches = resourceFilter(type.type === RESOURCE_GROUPS ? request.query.get("$filter") : "");
  const all =
    type.list?.(request, arm) ??
    arm.inventory
      .ofTypeWithin(type.type, request.scope)
      .filter(matches)
      .map((resource) => view(type, resource, arm));
  return Response.json(page(all, request));
}

/** `HEAD`: whether it is there. */
export function headResource(type: ResourceType, request: ResourceRequest): Response {
  if (!request.existing) throw notFound(type, request);
  return new Response(null, { status: 204 });
}

/** `PATCH`: a `PUT` of what is there, with the parts that were sent merged in; tags are replaced as a whole. */
export function patchResource(
  type: ResourceType,
  request: ResourceRequest,
  arm: ArmContext,
): Promise<Response> {
  if (!type.patch) throw errors.methodNotAllowed("PATCH");
  const { existing } = request;
  if (!existing) throw notFound(type, request);
  const { parts, status = 200 } = type.patch;
  const sent = Object.entries(request.body).filter(([name]) => parts?.includes(name) ?? true);
  const { tags, ...rest } = Object.fromEntries(sent);
  const body = { ...mergePatch({ ...existing }, rest), ...(tags !== undefined && { tags }) };
  return putResource(type, { ...request, body }, arm, { status });
}

/** `PUT`: checks, stores, and starts the operation of a type that has one. */
export async function putResource(
  type: ResourceType,
  request: ResourceRequest,
  arm: ArmContext,
  patched?: { readonly status: 200 | 202 },
): Promise<Response> {
  if (!type.put) throw errors.methodNotAllowed("PUT");
  const running = arm.operations.on(request.id);
  if (running) throw conflict(type, running);
  const located = type.tracked ? withLocation(type, request) : request;
  if (type.tracked || type.type === RESOURCE_GROUPS)
    checkTags(request.body.tags, type.longestTagName);
  const put = await type.put(located, arm);
  const duration = type.longRunning?.put;
  const resource: ArmResource = {
    ...put,
    ...(type.systemData && { systemData: systemData(request, arm) }),
    properties: {
      ...put.properties,
      ...(duration !== undefined && {
        provisioningState: request.existing ? "Updating" : "Creating",
      }),
    },
  };
  arm.inventory.set(resource);
  const status = request.existing ? (patched?.status ?? 200) : (type.created ?? 201);
  if (duration === undefined) {
    await type.finishPut?.(resource, arm);
    return Response.json(view(type, arm.inventory.get(resource.id) ?? resource, arm), { status });
  }
  const operation = arm.operations.start({
    resourceId: resource.id,
    type: type.type,
    verb: "put",
    location: resource.location ?? "global",
    duration,
  });
  return Response.json(view(type, resource, arm), {
    status,
    headers:
      // Of a body alone, a client that sent a PATCH does not learn that there is something to wait for.
      type.longRunning?.poll === "operation" || patched
        ? { ...SKIP_DELAY, ...operationHeaders(operation, arm) }
        : SKIP_DELAY,
  });
}

export async function deleteResource(
  type: ResourceType,
  request: ResourceRequest,
  arm: ArmContext,
): Promise<Response> {
  if (!type.put && type.longRunning?.delete === undefined) throw errors.methodNotAllowed("DELETE");
  const { existing } = request;
  if (!existing) {
    // A group is the only one that says so.
    if (type.type === RESOURCE_GROUPS) throw errors.resourceGroupNotFound(request.name);
    return new Response(null, { status: 204 });
  }
  type.checkDelete?.(request, arm);
  const duration = type.longRunning?.delete;
  if (duration === undefined) {
    await arm.remove(existing.id);
    return Response.json(view(type, existing, arm));
  }
  const running = arm.operations.on(existing.id);
  if (running && running.verb !== "delete") throw conflict(type, running);
  const operation =
    running ??
    arm.operations.start({
      resourceId: existing.id,
      type: type.type,
      verb: "delete",
      location: existing.location ?? "global",
      duration,
    });
  arm.inventory.update(existing.id, { provisioningState: "Deleting" });
  return new Response(null, {
    status: 202,
    headers: { ...SKIP_DELAY, ...operationHeaders(operation, arm, "operationresults") },
  });
}

export async function runAction(
  type: ResourceType,
  name: string,
  request: ResourceRequest,
  arm: ArmContext,
): Promise<Response> {
  const action = type.actions?.[name.toLowerCase()];
  if (!action) {
    throw new AzureError(
      404,
      "InvalidResourceType",
      `The action '${name}' could not be found on the resource type '${type.type}'.`,
    );
  }
  if (!request.existing) throw notFound(type, request);
  const result = await action.run(request, arm);
  if ("body" in result) return Response.json(result.body, { status: result.status ?? 200 });
  const operation = arm.operations.start({
    resourceId: request.existing.id,
    type: type.type,
    verb: "action",
    action: name.toLowerCase(),
    location: request.existing.location ?? "global",
    duration: result.duration,
  });
  return new Response(null, {
    status: 202,
    headers: { ...SKIP_DELAY, ...operationHeaders(operation, arm, "operationresults") },
  });
}

function conflict(type: ResourceType, running: Operation): AzureError {
  return type.conflict?.(running) ?? errors.anotherOperationInProgress(running.resourceId);
}

function notFound(type: ResourceType, request: Pick<ResourceRequest, "id" | "name">): AzureError {
  if (type.notFound) return type.notFound(request);
  const group = /\/resourceGroups\/([^/]+)/i.exec(request.id)?.[1];
  if (type.type === RESOURCE_GROUPS) {
    return errors.resourceGroupNotFound(request.name);
  }
  const resource = request.id.slice(request.id.toLowerCase().lastIndexOf("/providers/") + 11);
  return errors.resourceNotFound(resource, group);
}

export function view(type: ResourceType, resource: ArmResource, arm: ArmContext): unknown {
  return type.view ? type.view(resource, arm) : resource;
}

/** azurerm waits ten seconds between two looks at a `provisioningState`, unless it is told not to. */
const SKIP_DELAY = { "x-go-azure-sdk-skip-polling-delay": "true" };

/**
 * Where the operation is polled. `0` means at once for azurerm; azapi ignores it and takes the milliseconds.
 *
 * Source: azure-resource-manager-rpc, v1.0/async-api-reference.md.
 */
function operationHeaders(
  { name, type, location }: Operation,
  { azure }: ArmContext,
  result?: "operationresults",
): Record<string, string> {
  const namespace = type.slice(0, type.indexOf("/"));
  const base = `${azure.origin}/subscriptions/${azure.subscriptionId}/providers/${namespace}/locations/${location}`;
  const query = "api-version=2024-04-01";
  return {
    "azure-asyncoperation": `${base}/operationStatuses/${name}?${query}`,
    ...(result && { location: `${base}/${result}/${name}?${query}` }),
    "retry-after": "0",
    "x-ms-retry-after-ms": "100",
  };
}

function withLocation(type: ResourceType, request: ResourceRequest): ResourceRequest {
  const given = request.body.location ?? request.existing?.location;
  if (typeof given !== "string" || given === "") throw errors.locationRequired();
  const location = normalizeLocation(given);
  const available = type.locations ?? Object.keys(LOCATIONS);
  if (!available.includes(location)) {
    throw errors.locationNotAvailable(given, type.type, available);
  }
  const existing = request.existing?.location;
  if (existing !== undefined && existing !== location) {
    const group = /\/resourceGroups\/([^/]+)/i.exec(request.id)?.[1] ?? "";
    throw errors.locationMismatch(request.name, existing, group, location);
  }
  return { ...request, body: { ...request.body, location } };
}

/** Source: the common type `systemData` of Azure Resource Manager. */
function systemData(
  { existing, principal }: ResourceRequest,
  { azure }: ArmContext,
): Record<string, unknown> {
  const now = azure.clock.now().toISOString();
  const created = (existing as { systemData?: Record<string, unknown> } | undefined)?.systemData;
  return {
    createdBy: created?.createdBy ?? principal.appid,
    createdByType: "Application",
    createdAt: created?.createdAt ?? now,
    lastModifiedBy: principal.appid,
    lastModifiedByType: "Application",
    lastModifiedAt: now,
  };
}

/** Ends an operation, on the clock: brings about what it is for, and sets the resource's state. */
export async function finishOperation(
  type: ResourceType,
  operation: Operation,
  arm: ArmContext,
  fault: () => void,
): Promise<unknown> {
  const resource =
    type.find?.(operation.resourceId, arm) ?? arm.inventory.get(operation.resourceId);
  if (!resource) return undefined;
  const action = type.actions?.[operation.action ?? ""];
  try {
    fault();
    if (operation.verb === "action") return await action?.finish?.(resource, arm);
    if (operation.verb === "delete") {
      await arm.remove(resource.id);
      return undefined;
    }
    await type.finishPut?.(resource, arm, operation);
    arm.inventory.update(resource.id, { provisioningState: "Succeeded" });
    return undefined;
  } catch (error) {
    if (operation.verb !== "action") {
      arm.inventory.update(resource.id, { provisioningState: "Failed" });
      type.failed?.(resource, arm);
    }
    throw error;
  }
}
