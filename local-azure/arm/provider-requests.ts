import type { ArmRequest } from "./pipeline";
import { findResourceType } from "./registry";
import type { ArmContext } from "./resource-type";
import { checkRegistryName } from "./resources/container-registries";
import { checkStorageAccountName } from "./resources/storage-accounts";

/** `GET|POST /subscriptions/S/providers/<namespace>[/register|/unregister]`. */
export function respondToProviderRequest(
  { path, method, body, principal }: ArmRequest,
  arm: ArmContext,
): Response | undefined {
  const { namespace, trailing, types, subscriptionId } = path;
  if (namespace === undefined || types.length > 0 || path.resourceGroup !== undefined)
    return undefined;
  if (subscriptionId === undefined) {
    const known = method === "GET" && trailing === undefined;
    return known ? Response.json(tenantProvider(namespace, arm)) : undefined;
  }
  const scope = `/subscriptions/${subscriptionId}`;
  const may = (action: string) => {
    arm.authorization.check(principal, action, scope);
  };
  if (method === "GET" && trailing === undefined) {
    may("Microsoft.Resources/subscriptions/providers/read");
    return Response.json(provider(namespace, arm));
  }
  if (method === "GET" && trailing?.toLowerCase() === "resourcetypes") {
    may("Microsoft.Resources/subscriptions/providers/read");
    return Response.json({ value: provider(namespace, arm).resourceTypes });
  }
  if (method !== "POST") return undefined;
  switch (trailing?.toLowerCase()) {
    case "register":
      may(`${arm.registrations.known(namespace)}/register/action`);
      arm.registrations.register(namespace);
      return Response.json(provider(namespace, arm));
    case "unregister": {
      may(`${arm.registrations.known(namespace)}/unregister/action`);
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
      switch (namespace.toLowerCase()) {
        case "microsoft.containerregistry":
          may("Microsoft.ContainerRegistry/checkNameAvailability/read");
          return Response.json(checkRegistryName(body, arm));
        case "microsoft.storage":
          may("Microsoft.Storage/checkNameAvailability/read");
          return Response.json(checkStorageAccountName(body, arm));
        default:
          return undefined;
      }
    default:
      return undefined;
  }
}

/** A resource provider as it is answered. */
export function provider(namespace: string, { registrations, azure }: ArmContext) {
  return registrations.view(namespace, azure.subscriptionId);
}

/** A resource provider as the tenant sees it: without what a subscription has to do with it. */
export function tenantProvider(namespace: string, { registrations }: ArmContext) {
  const { namespace: known, resourceTypes } = registrations.view(namespace, "");
  return { id: `/providers/${known}`, namespace: known, resourceTypes };
}
