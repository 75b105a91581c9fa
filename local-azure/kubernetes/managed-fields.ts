import { isDeepStrictEqual } from "node:util";
import type { KubernetesObject } from "../core/planes";
import { isObject, LIST_KEYS, SET_LISTS } from "./patch";

/** `f:<field>`, `k:<key of a list's entry>`, `v:<entry of a set>`, and `.` for such an entry itself. */
type Path = readonly string[];

/** `fieldsV1`: what is owned, as a tree of the segments of paths. */
interface Fields {
  [segment: string]: Fields;
}

export interface Manager {
  readonly manager: string;
  readonly operation: "Apply" | "Update";
  readonly apiVersion: string;
  readonly time: string;
}

interface ManagedFields extends Manager {
  readonly fieldsType: "FieldsV1";
  readonly fieldsV1: Fields;
}

/** A field that somebody else owns with another value. */
export interface FieldConflict {
  readonly owner: Manager;
  /** e.g. `.spec.containers[name="web"].image`. */
  readonly field: string;
}

/** What nobody owns: k8s.io/apimachinery/pkg/util/managedfields/internal/stripmeta.go, and the status. */
const UNOWNED = [
  "apiVersion",
  "kind",
  "status",
  ...["name", "namespace", "uid", "creationTimestamp", "resourceVersion", "managedFields"].map(
    (field) => `metadata/f:${field}`,
  ),
  ...["generation", "selfLink", "deletionTimestamp", "deletionGracePeriodSeconds"].map(
    (field) => `metadata/f:${field}`,
  ),
].map((path) => `f:${path}`);

/** As they are kept: the same wherever they come from. */
const same = (one: unknown, other: unknown): boolean => {
  const kept = (value: unknown) => JSON.parse(JSON.stringify([value])) as unknown;
  return isDeepStrictEqual(kept(one), kept(other));
};

const textOf = (path: Path) => path.join("/");

const pathsBelow = (value: unknown, name: string): Path[] => {
  const keys = LIST_KEYS[name];
  if (Array.isArray(value) && keys) {
    return value.filter(isObject).flatMap((entry) => {
      const key = keys.map((field) => [field, entry[field] ?? (field === "protocol" ? "TCP" : "")]);
      const segment = `k:${JSON.stringify(Object.fromEntries(key))}`;
      return [[segment, "."], ...pathsBelow(entry, "").map((path) => [segment, ...path])];
    });
  }
  if (Array.isArray(value) && SET_LISTS.includes(name)) {
    return value.map((entry) => [`v:${JSON.stringify(entry)}`]);
  }
  if (!isObject(value) || Object.keys(value).length === 0) return [[]];
  return Object.entries(value).flatMap(([field, content]) =>
    pathsBelow(content, field).map((path) => [`f:${field}`, ...path]),
  );
};

const pathsOf = (object: KubernetesObject): Map<string, Path> =>
  new Map(
    pathsBelow(object, "")
      .map((path) => [textOf(path), path] as const)
      .filter(([text]) => !UNOWNED.some((own) => text === own || text.startsWith(`${own}/`))),
  );

const pathsOfFields = (fields: Fields): Path[] =>
  Object.entries(fields).flatMap(([segment, below]) =>
    Object.keys(below).length === 0
      ? [[segment]]
      : pathsOfFields(below).map((path) => [segment, ...path]),
  );

const fieldsOf = (paths: Iterable<Path>): Fields => {
  const fields: Fields = {};
  for (const path of paths) {
    path.reduce<Fields>((node, segment) => (node[segment] ??= {}), fields);
  }
  return fields;
};

const isEntry = (segment: string) => (entry: unknown) => {
  if (segment.startsWith("v:")) return JSON.stringify(entry) === segment.slice(2);
  const key = JSON.parse(segment.slice(2)) as Record<string, unknown>;
  return (
    isObject(entry) &&
    Object.entries(key).every(
      ([field, value]) => (entry[field] ?? (field === "protocol" ? "TCP" : "")) === value,
    )
  );
};

const valueAt = (value: unknown, [segment, ...rest]: Path): unknown => {
  if (segment === undefined) return value;
  // Of an entry itself it counts only that it is there.
  if (segment === ".") return value !== undefined;
  const found: unknown = segment.startsWith("f:")
    ? (value as Record<string, unknown> | undefined)?.[segment.slice(2)]
    : Array.isArray(value)
      ? value.find(isEntry(segment))
      : undefined;
  return valueAt(found, rest);
};

/** Takes a field or an entry out, in place. */
const remove = (value: unknown, [segment = "", ...rest]: Path): void => {
  const isLast = rest.length === 0 || rest[0] === ".";
  if (segment.startsWith("f:") && isObject(value)) {
    const field = segment.slice(2);
    if (isLast) Reflect.deleteProperty(value, field);
    else remove(value[field], rest);
  } else if (Array.isArray(value)) {
    const index = value.findIndex(isEntry(segment));
    if (index >= 0 && isLast) value.splice(index, 1);
    else if (index >= 0) remove(value[index], rest);
  }
};

/** As structured-merge-diff writes it (fieldpath/element.go). */
const readable = (path: Path): string =>
  path
    .filter((segment) => segment !== ".")
    .map((segment) => {
      const text = segment.slice(2);
      if (segment.startsWith("f:")) return `.${text}`;
      if (segment.startsWith("v:")) return `[=${text}]`;
      const key = Object.entries(JSON.parse(text) as Record<string, unknown>);
      return `[${key.map(([name, value]) => `${name}=${JSON.stringify(value)}`).join(",")}]`;
    })
    .join("");

const entriesOf = ({ metadata }: KubernetesObject): ManagedFields[] =>
  (metadata.managedFields as ManagedFields[] | undefined) ?? [];

const isSame = (one: Manager, other: Manager) =>
  one.manager === other.manager && one.operation === other.operation;

const entry = (manager: Manager, paths: Iterable<Path>): ManagedFields => ({
  ...manager,
  fieldsType: "FieldsV1",
  fieldsV1: fieldsOf(paths),
});

/** The entries without some of their fields, and without those that own nothing then. */
const without = (entries: readonly ManagedFields[], gone: (path: string) => boolean) =>
  entries.flatMap((one) => {
    const kept = pathsOfFields(one.fieldsV1).filter((path) => !gone(textOf(path)));
    return kept.length === 0 ? [] : [entry(one, kept)];
  });

/**
 * Who owns what once a manager applies a configuration to an object.
 *
 * Source: https://kubernetes.io/docs/reference/using-api/server-side-apply/
 *
 * @param live - Loses, in place, what the manager owned alone and does not apply any more.
 * @returns The object's managed fields, and the conflicts, which it takes `force` to override.
 */
export const applyFields = (
  live: KubernetesObject | undefined,
  applied: KubernetesObject,
  manager: Manager,
): { readonly managedFields: ManagedFields[]; readonly conflicts: FieldConflict[] } => {
  const wanted = pathsOf(applied);
  const own = entry(manager, wanted.values());
  if (!live) return { managedFields: [own], conflicts: [] };
  const known = entriesOf(live);
  // What was there before anybody applied anything: k8s.io/apimachinery, managedfields/internal/skipnonapplied.go.
  const first: Manager = { ...manager, manager: "before-first-apply", operation: "Update" };
  const entries = known.length > 0 ? known : [entry(first, pathsOf(live).values())];
  const others = entries.filter((one) => !isSame(one, manager));
  const contested = [...wanted].filter(
    ([, path]) => !same(valueAt(live, path), valueAt(applied, path)),
  );
  const conflicts = others.flatMap((owner) => {
    const owned = new Set(pathsOfFields(owner.fieldsV1).map(textOf));
    return contested
      .filter(([text]) => owned.has(text))
      .map(([, path]) => ({ owner, field: readable(path) }));
  });
  const ofOthers = new Set(others.flatMap(({ fieldsV1 }) => pathsOfFields(fieldsV1).map(textOf)));
  const before = entries.find((one) => isSame(one, manager));
  for (const path of before ? pathsOfFields(before.fieldsV1) : []) {
    const text = textOf(path);
    if (!wanted.has(text) && !ofOthers.has(text)) remove(live, path);
  }
  const overridden = new Set(contested.map(([text]) => text));
  const isRepeated = before !== undefined && same(before.fieldsV1, own.fieldsV1);
  const repeated = isRepeated && contested.length === 0 ? before : own;
  return {
    managedFields: [...without(others, (path) => overridden.has(path)), repeated],
    conflicts,
  };
};

/**
 * Who owns what once an object, to which somebody applies, was changed in another way: whoever changes a field
 * owns it.
 */
export const updateFields = (
  before: KubernetesObject,
  after: KubernetesObject,
  manager: Manager,
): ManagedFields[] => {
  const now = pathsOf(after);
  const changed = new Map(
    [...now].filter(([, path]) => !same(valueAt(before, path), valueAt(after, path))),
  );
  const left = without(entriesOf(before), (path) => !now.has(path) || changed.has(path));
  if (changed.size === 0) return left;
  const own = left.find((one) => isSame(one, manager));
  const paths = [...(own ? pathsOfFields(own.fieldsV1) : []), ...changed.values()];
  return [...left.filter((one) => one !== own), entry(manager, paths)];
};
