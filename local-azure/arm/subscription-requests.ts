import { AzureError } from "../core/errors";
import type { ArmResource } from "../core/planes";
import * as errors from "./errors";
import { LOCATIONS } from "./locations";
import type { Operation } from "./operations";
import type { ArmRequest } from "./pipeline";
import { findResourceType, RESOURCE_TYPES } from "./registry";
import { isWithin } from "./resource-id";
import type { ArmContext } from "./resource-type";
import { checkRegistryName } from "./resources/container-registries";
import { listResources, view } from "./verbs";

/**
 * What Azure Resource Manager answers itself, not a resource provider: subscriptions, tenants, regions,
 * resource providers, the lists of all resources, operations.
 *
 * @returns Nothing when the request is for a resource type.
 */
export async function respondToSubscriptionRequest(
  request: ArmRequest,
  arm: ArmContext,
): Promise<Response | undefined> {
  const { path, method, query } = request;
  const trailing = path.trailing?.toLowerCase();
  if (path.namespace !== undefined) {
    return respondToOperationRequest(request, arm) ?? respondToRegistration(request, arm);
  }
  if (method !== "GET") return undefined;
  if (path.subscriptionId === undefined) {
    return trailing === "subscriptions" ? Response.json({ value: [subscription(arm)] }) : undefined;
  }
  if (path.resourceGroup === undefined) {
    switch (trailing) {
      case undefined:
        return Response.json(subscription(arm));
      case "locations":
        return Response.json({ value: locations(arm) });
      case "providers":
        return Response.json({
          value: arm.registrations.namespaces.map((name) => provider(name, arm)),
        });
      case "resourcegroups": {
        const type = findResourceType("Microsoft.Resources/resourceGroups");
        const scope = `/subscriptions/${arm.azure.subscriptionId}`;
        return type && listResources(type, { scope, type: type.type, query }, arm);
      }
    }
  }
  if (trailing === "resources") return Response.json({ value: listAll(request, arm) });
  return undefined;
}

export function tenants({ azure }: Pick<ArmContext, "azure">) {
  return [
    {
      id: `/tenants/${azure.tenantId}`,
      tenantId: azure.tenantId,
      displayName: "Local Azure",
      tenantCategory: "Home",
    },
  ];
}

function subscription({ azure }: ArmContext) {
  return {
    id: `/subscriptions/${azure.subscriptionId}`,
    authorizationSource: "RoleBased",
    managedByTenants: [],
    subscriptionId: azure.subscriptionId,
    tenantId: azure.tenantId,
    displayName: "Local Azure",
    state: "Enabled",
    subscriptionPolicies: {
      locationPlacementId: "Public_2014-09-01",
      quotaId: "PayAsYouGo_2014-09-01",
      spendingLimit: "Off",
    },
  };
}

function locations({ azure }: ArmContext) {
  return Object.entries(LOCATIONS).map(([name, displayName]) => ({
    id: `/subscriptions/${azure.subscriptionId}/locations/${name}`,
    name,
    type: "Region",
    displayName,
    regionalDisplayName: displayName,
    metadata: { regionType: "Physical", regionCategory: "Recommended" },
  }));
}

function provider(namespace: string, { registrations, azure }: ArmContext) {
  return registrations.view(namespace, azure.subscriptionId);
}

/** The tracked resources of a group or of the subscription. */
function listAll({ path, query }: ArmRequest, arm: ArmContext): unknown[] {
  const { subscriptionId } = arm.azure;
  const scope =
    path.resourceGroup === undefined
      ? `/subscriptions/${subscriptionId}`
      : `/subscriptions/${subscriptionId}/resourceGroups/${path.resourceGroup}`;
  if (path.resourceGroup !== undefined && !arm.inventory.has(scope)) {
    throw errors.resourceGroupNotFound(path.resourceGroup);
  }
  const filter = query.get("$filter");
  const wanted = resourceTypeFilter(filter);
  const expanded = (query.get("$expand") ?? "").split(",").map((name) => name.trim().toLowerCase());
  return arm.inventory
    .all()
    .filter(({ id, type }) => isWithin(id, scope) && findResourceType(type)?.tracked)
    .filter(({ type }) => wanted === undefined || type.toLowerCase() === wanted)
    .slice(0, Number(query.get("$top") ?? Infinity))
    .map((resource) => genericResource(resource, expanded));
}

/** @throws AzureError for a filter that is not understood: an answer that ignores it would be wrong. */
function resourceTypeFilter(filter: string | null): string | undefined {
  if (filter === null || filter === "") return undefined;
  const type = /^resourceType eq '([^']+)'$/i.exec(filter)?.[1];
  if (type !== undefined) return type.toLowerCase();
  throw new AzureError(
    400,
    "InvalidFilterInQueryString",
    `Invalid $filter '${filter}' specified in the query string. Only resourceType eq '<type>' is supported here.`,
  );
}

function genericResource(resource: ArmResource, expanded: readonly string[]) {
  const { id, name, type, location, kind, tags, sku, identity, properties } = resource;
  return {
    id,
    name,
    type,
    location,
    kind,
    tags,
    sku,
    identity,
    ...(expanded.includes("provisioningstate") && {
      provisioningState: properties.provisioningState ?? "Succeeded",
    }),
  };
}

/** `GET|POST /subscriptions/S/providers/<namespace>[/register|/unregister]`. */
function respondToRegistration(
  { path, method, body }: ArmRequest,
  arm: ArmContext,
): Response | undefined {
  const { namespace, trailing, types } = path;
  if (namespace === undefined || types.length > 0 || path.resourceGroup !== undefined)
    return undefined;
  if (method === "GET" && trailing === undefined) return Response.json(provider(namespace, arm));
  if (method !== "POST") return undefined;
  switch (trailing?.toLowerCase()) {
    case "register":
      arm.registrations.register(namespace);
      return Response.json(provider(namespace, arm));
    case "unregister": {
      const prefix = `${namespace.toLowerCase()}/`;
      const inUse = arm.inventory
        .all()
        .some(
          ({ type }) => type.toLowerCase().startsWith(prefix) && findResourceType(type)?.tracked,
        );
      arm.registrations.unregister(namespace, inUse);
      return Response.json(provider(namespace, arm));
    }
    case "checknameavailability":
      return namespace.toLowerCase() === "microsoft.containerregistry"
        ? Response.json(checkRegistryName(body, arm))
        : undefined;
    default:
      return undefined;
  }
}

/** `GET .../locations/L/operationStatuses/<name>` and `.../operationresults/<name>`. */
function respondToOperationRequest(
  { path, method }: ArmRequest,
  arm: ArmContext,
): Promise<Response> | undefined {
  const [first, kind] = path.types.map((type) => type.toLowerCase());
  if (method !== "GET" || first !== "locations" || path.names.length !== 2) return undefined;
  if (kind !== "operationstatuses" && kind !== "operationresults") return undefined;
  return operationResponse(path.names[1] ?? "", kind, arm);
}

async function operationResponse(
  name: string,
  kind: "operationstatuses" | "operationresults",
  arm: ArmContext,
): Promise<Response> {
  const known = arm.operations.get(name);
  if (!known) {
    throw new AzureError(404, "OperationNotFound", `The operation '${name}' could not be found.`);
  }
  await arm.operations.settled(known);
  const operation = arm.operations.get(name) ?? known;
  const headers = { "retry-after": "0", "x-ms-retry-after-ms": "100" };
  if (kind === "operationstatuses") {
    const running = operation.status === "InProgress";
    return Response.json(operationStatus(operation), running ? { headers } : {});
  }
  if (operation.status === "InProgress") return new Response(null, { status: 202, headers });
  if (operation.error) {
    throw new AzureError(409, operation.error.code, operation.error.message);
  }
  if (operation.result !== undefined) return Response.json(operation.result);
  const resource = arm.inventory.get(operation.resourceId);
  const type = RESOURCE_TYPES.find(({ type }) => type === operation.type);
  return resource && type && operation.verb === "put"
    ? Response.json(view(type, resource, arm))
    : new Response(null, { status: 204 });
}

function operationStatus(operation: Operation) {
  const { name, resourceId, status, startTime, endTime, error, result } = operation;
  return {
    id: `${resourceId}/operations/${name}`,
    name,
    resourceId,
    status,
    startTime,
    ...(endTime !== undefined && { endTime }),
    ...(error && { error }),
    ...(result !== undefined && { properties: result }),
  };
}
