/**
 * A path of Azure Resource Manager, taken apart. It names a resource, or, when `trailing` is set, a collection
 * or an action of the resource before it.
 */
export interface ResourcePath {
  readonly subscriptionId?: string;
  readonly resourceGroup?: string;
  /** What stands before the last `/providers/`: the resource group, or the resource that is extended. */
  readonly scope: string;
  /** The namespace after the last `/providers/`, e.g. `Microsoft.ContainerService`. */
  readonly namespace?: string;
  /** e.g. `["managedClusters", "agentPools"]`. */
  readonly types: readonly string[];
  /** One for each of `types`. */
  readonly names: readonly string[];
  readonly trailing?: string;
}

/**
 * Takes a path apart; it needs no list of routes.
 *
 * Source: https://learn.microsoft.com/rest/api/resources/resources (the form of resource ids; ids compare
 * without case).
 *
 * @returns Nothing for a path that is not Azure Resource Manager's.
 */
export function parseResourcePath(path: string): ResourcePath | undefined {
  let segments: string[];
  try {
    segments = path.split("/").filter(Boolean).map(decodeURIComponent);
  } catch {
    return undefined;
  }
  const last = lastIndexOf(segments, "providers");
  const before = segments.slice(0, last === -1 ? segments.length : last);
  const base = parseBase(before);
  if (!base) return undefined;
  if (last === -1) return { ...base, scope: "", types: [], names: [] };
  const scope = before.length === 0 ? "" : `/${before.join("/")}`;
  const [namespace, ...pairs] = segments.slice(last + 1);
  const common = {
    ...(base.subscriptionId !== undefined && { subscriptionId: base.subscriptionId }),
    ...(base.resourceGroup !== undefined && { resourceGroup: base.resourceGroup }),
    scope,
  };
  // `/subscriptions/S/providers` alone is the collection of the resource providers.
  if (namespace === undefined) return { ...common, types: [], names: [], trailing: "providers" };
  const types = pairs.filter((_, index) => index % 2 === 0);
  const names = pairs.filter((_, index) => index % 2 === 1);
  const trailing = types.length > names.length ? types.pop() : undefined;
  return { ...common, namespace, types, names, ...(trailing !== undefined && { trailing }) };
}

/** What stands before `/providers/`: nothing, a subscription, a group, or a resource that is extended. */
function parseBase(
  segments: string[],
): Pick<ResourcePath, "subscriptionId" | "resourceGroup" | "trailing"> | undefined {
  if (segments.length === 0) return {};
  const [first, subscriptionId, second, resourceGroup, ...rest] = segments;
  if (same(first, "providers")) return {};
  if (same(first, "tenants") && segments.length === 1) return { trailing: "tenants" };
  if (!same(first, "subscriptions")) return undefined;
  if (subscriptionId === undefined) return { trailing: "subscriptions" };
  if (second === undefined) return { subscriptionId };
  if (same(second, "providers")) return { subscriptionId };
  if (!same(second, "resourceGroups") || resourceGroup === undefined) {
    return { subscriptionId, trailing: segments.slice(2).join("/") };
  }
  if (rest.length === 0 || same(rest[0], "providers")) return { subscriptionId, resourceGroup };
  return { subscriptionId, resourceGroup, trailing: rest.join("/") };
}

/** e.g. `Microsoft.ContainerService/managedClusters`; with the collection that `trailing` names. */
export function resourceTypeOf(path: ResourcePath, trailing = false): string {
  const types =
    trailing && path.trailing !== undefined ? [...path.types, path.trailing] : path.types;
  return [path.namespace ?? "", ...types].join("/");
}

/** The id of the resource group or subscription that holds an id. */
export function containerOf(id: string): string {
  return /^\/subscriptions\/[^/]+(?:\/resourceGroups\/[^/]+)?/i.exec(id)?.[0] ?? "";
}

export function sameId(one: string, other: string): boolean {
  return one.toLowerCase() === other.toLowerCase();
}

/** Whether an id is the scope itself or stands below it. `/` holds everything. */
export function isWithin(id: string, scope: string): boolean {
  const [inner, outer] = [id.toLowerCase(), scope.toLowerCase().replace(/\/$/, "")];
  return inner === outer || inner.startsWith(`${outer}/`);
}

function same(segment: string | undefined, word: string): boolean {
  return segment?.toLowerCase() === word.toLowerCase();
}

function lastIndexOf(segments: readonly string[], word: string): number {
  return segments.map((segment) => segment.toLowerCase()).lastIndexOf(word);
}
