import { AzureError } from "../core/errors";
import type { Operation } from "./operations";
import type { ArmRequest } from "./pipeline";
import { RESOURCE_TYPES } from "./registry";
import { containerOf } from "./resource-id";
import type { ArmContext } from "./resource-type";
import { view } from "./verbs";

/**
 * `GET .../locations/L/operationStatuses/<name>` and `.../operationresults/<name>`.
 *
 * Source: https://learn.microsoft.com/azure/azure-resource-manager/management/async-operations (who may track an
 * operation: a permission on the resource is not enough, it takes one on its group).
 */
export function respondToOperationRequest(
  { path, method, principal }: ArmRequest,
  arm: ArmContext,
): Promise<Response> | undefined {
  const [first, kind] = path.types.map((type) => type.toLowerCase());
  if (method !== "GET" || first !== "locations" || path.names.length !== 2) return undefined;
  if (kind !== "operationstatuses" && kind !== "operationresults") return undefined;
  const name = path.names[1] ?? "";
  const operation = arm.operations.get(name);
  if (!operation) {
    throw new AzureError(404, "OperationNotFound", `The operation '${name}' could not be found.`);
  }
  const action = `${path.namespace ?? ""}/locations/${kind}/read`;
  arm.authorization.check(principal, action, containerOf(operation.resourceId));
  return operationResponse(operation, kind, arm);
}

async function operationResponse(
  known: Operation,
  kind: "operationstatuses" | "operationresults",
  arm: ArmContext,
): Promise<Response> {
  await arm.operations.settled(known);
  const operation = arm.operations.get(known.name) ?? known;
  const headers = { "retry-after": "0", "x-ms-retry-after-ms": "100" };
  if (kind === "operationstatuses") {
    const running = operation.status === "InProgress";
    return Response.json(operationStatus(operation), running ? { headers } : {});
  }
  if (operation.status === "InProgress") return new Response(null, { status: 202, headers });
  if (operation.error) {
    throw new AzureError(409, operation.error.code, operation.error.message);
  }
  if (operation.result !== undefined) return Response.json(operationStatus(operation));
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
