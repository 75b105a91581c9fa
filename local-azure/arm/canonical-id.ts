import { AzureError } from "../core/errors";
import * as errors from "./errors";
import { findResourceType } from "./registry";
import { parseResourcePath, type ResourcePath } from "./resource-id";
import type { ArmContext, ResourceType } from "./resource-type";

/** The id of what the resource stands on, as it is stored. @throws AzureError when it does not exist. */
export function canonicalScope(type: ResourceType, path: ResourcePath, arm: ArmContext): string {
  const scope = canonicalBase(path, arm) ?? `/subscriptions/${arm.azure.subscriptionId}`;
  // Of a list and of an action alike: all of the type's segments but its namespace and its last.
  const parents = path.types.slice(0, type.type.split("/").length - 2);
  if (type.placement !== "child" || parents.length === 0) return scope;
  const pairs = parents.map((parent, index) => `${parent}/${path.names[index] ?? ""}`);
  const parent = `${scope}/providers/${path.namespace ?? ""}/${pairs.join("/")}`;
  const parentType = findResourceType([path.namespace, ...parents].join("/"));
  const stored = parentType?.find?.(parent, arm) ?? arm.inventory.get(parent);
  if (!stored) throw errors.parentResourceNotFound(path.names[parents.length - 1] ?? "");
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

/** The id of a resource, in the casing in which it is stored or will be. */
export function canonicalId(
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
