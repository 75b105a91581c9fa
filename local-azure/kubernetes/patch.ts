import { parse } from "yaml";
import type { KubernetesObject } from "../core/planes";
import { badRequest, StatusError, unsupportedMediaType } from "./status";

export const PATCH_TYPES = [
  "application/json-patch+json",
  "application/merge-patch+json",
  "application/strategic-merge-patch+json",
  "application/apply-patch+yaml",
] as const;

type Json = Record<string, unknown>;

/**
 * The merge keys of the lists that strategic merge patches merge by key; every other list is replaced.
 *
 * Source: the `patchMergeKey` tags of k8s.io/api/core/v1/types.go.
 */
const MERGE_KEYS: Readonly<Record<string, string>> = {
  containers: "name",
  initContainers: "name",
  ephemeralContainers: "name",
  volumes: "name",
  env: "name",
  volumeMounts: "mountPath",
  ports: "containerPort",
  imagePullSecrets: "name",
  secrets: "name",
  hostAliases: "ip",
  conditions: "type",
  taints: "key",
  addresses: "type",
  ownerReferences: "uid",
};

/** What tells the entries of such a list apart for whoever applies them: the `listMapKey` tags there. */
export const LIST_KEYS: Readonly<Record<string, readonly string[]>> = {
  ...Object.fromEntries(Object.entries(MERGE_KEYS).map(([list, key]) => [list, [key]])),
  ports: ["containerPort", "protocol"],
};

/** The lists of plain values that are merged as sets. */
export const SET_LISTS = ["finalizers"];

export const isObject = (value: unknown): value is Json =>
  typeof value === "object" && value !== null && !Array.isArray(value);

/**
 * @throws StatusError when the patch is malformed, does not fit the object, or its type is unknown.
 */
export const patchObject = (
  contentType: string,
  text: string,
  object: KubernetesObject,
): KubernetesObject => {
  switch (contentType) {
    case "application/json-patch+json":
      return jsonPatch(parseBody(text), object);
    case "application/merge-patch+json":
      return mergePatch(object, asObject(parseBody(text))) as KubernetesObject;
    case "application/strategic-merge-patch+json":
      return strategicMerge(object, asObject(parseBody(text))) as KubernetesObject;
    default:
      throw unsupportedMediaType(PATCH_TYPES);
  }
};

/** JSON, which is YAML as well. */
export const parseBody = (text: string): unknown => {
  try {
    return parse(text);
  } catch (error) {
    throw badRequest(`error decoding the body: ${(error as Error).message}`);
  }
};

const asObject = (value: unknown): Json => {
  if (!isObject(value)) throw badRequest("the patch is not an object");
  return value;
};

/** RFC 7396. */
const mergePatch = (target: unknown, patch: unknown): unknown => {
  if (!isObject(patch)) return patch;
  const result: Json = isObject(target) ? { ...target } : {};
  for (const [field, value] of Object.entries(patch)) {
    if (value === null) Reflect.deleteProperty(result, field);
    else result[field] = mergePatch(result[field], value);
  }
  return result;
};

/**
 * Source: https://github.com/kubernetes/community/blob/master/contributors/devel/sig-api-machinery/strategic-merge-patch.md
 */
export const strategicMerge = (target: unknown, patch: Json): unknown => {
  if (patch.$patch === "replace") return withoutDirectives(patch);
  const result: Json = isObject(target) ? { ...target } : {};
  for (const [field, value] of Object.entries(patch)) {
    if (field === "$patch" || field === "$retainKeys" || field.startsWith("$setElementOrder/")) {
      continue;
    }
    if (field.startsWith("$deleteFromPrimitiveList/")) {
      const list = field.slice("$deleteFromPrimitiveList/".length);
      result[list] = asList(result[list]).filter((entry) => !asList(value).includes(entry));
    } else if (value === null) {
      Reflect.deleteProperty(result, field);
    } else if (Array.isArray(value)) {
      result[field] = mergeList(field, asList(result[field]), value);
    } else if (isObject(value)) {
      result[field] = strategicMerge(result[field], value);
    } else {
      result[field] = value;
    }
  }
  const retained = patch.$retainKeys;
  if (!Array.isArray(retained)) return result;
  return Object.fromEntries(Object.entries(result).filter(([field]) => retained.includes(field)));
};

const asList = (value: unknown): unknown[] => (Array.isArray(value) ? value : []);

const mergeList = (field: string, current: unknown[], patch: unknown[]): unknown[] => {
  const key = MERGE_KEYS[field];
  if (key === undefined) {
    return SET_LISTS.includes(field) ? [...new Set([...current, ...patch])] : patch;
  }
  if (patch.some((entry) => isObject(entry) && entry.$patch === "replace")) {
    return patch.filter((entry) => isObject(entry) && entry.$patch !== "replace");
  }
  let result = [...current];
  for (const entry of patch) {
    if (!isObject(entry)) throw badRequest(`the list ${field} takes objects`);
    const index = result.findIndex((item) => isObject(item) && item[key] === entry[key]);
    if (entry.$patch === "delete") result = result.filter((_, position) => position !== index);
    else if (index < 0) result.push(withoutDirectives(entry));
    else result[index] = strategicMerge(result[index], entry);
  }
  return result;
};

const withoutDirectives = (value: Json): Json =>
  Object.fromEntries(Object.entries(value).filter(([field]) => !field.startsWith("$")));

interface Operation {
  op: string;
  path: string;
  from?: string;
  value?: unknown;
}

/** RFC 6902. Written here: the npm packages for it are no longer maintained. */
const jsonPatch = (patch: unknown, object: KubernetesObject): KubernetesObject => {
  if (!Array.isArray(patch)) throw badRequest("the patch is not a list of operations");
  const document = { root: structuredClone(object) as unknown };
  for (const operation of patch as Operation[]) applyOperation(document, operation);
  return document.root as KubernetesObject;
};

const applyOperation = (document: { root: unknown }, operation: Operation): void => {
  const { op, path, from = "", value } = operation;
  switch (op) {
    case "add":
      place(document, path, value, true);
      return;
    case "replace":
      read(document, path);
      place(document, path, value, false);
      return;
    case "remove":
      take(document, path);
      return;
    case "copy":
      place(document, path, structuredClone(read(document, from)), true);
      return;
    case "move":
      place(document, path, take(document, from), true);
      return;
    case "test":
      if (JSON.stringify(read(document, path)) !== JSON.stringify(value)) {
        throw unprocessable();
      }
      return;
    default:
      throw badRequest(`Unexpected kind: ${op}`);
  }
};

/** The cause is not told: k8s.io/apiserver/pkg/endpoints/handlers/patch.go, `applyJSPatch`. */
const unprocessable = () =>
  new StatusError(
    422,
    "Invalid",
    "the server rejected our request due to an error in our request",
    {},
  );

const segmentsOf = (path: string) => [
  "root",
  ...path
    .split("/")
    .slice(1)
    .map((segment) => segment.replaceAll("~1", "/").replaceAll("~0", "~")),
];

const parentOf = (document: { root: unknown }, path: string): [Json | unknown[], string] => {
  const segments = segmentsOf(path);
  const last = segments.pop() ?? "";
  const parent = segments.reduce<unknown>(
    (value, segment) => (value as Json | undefined)?.[segment],
    document,
  );
  if (typeof parent !== "object" || parent === null) {
    throw unprocessable();
  }
  return [parent as Json | unknown[], last];
};

const read = (document: { root: unknown }, path: string): unknown => {
  const [parent, field] = parentOf(document, path);
  const value = (parent as Json)[field];
  if (value === undefined) throw unprocessable();
  return value;
};

const place = (
  document: { root: unknown },
  path: string,
  value: unknown,
  insert: boolean,
): void => {
  const [parent, field] = parentOf(document, path);
  if (!Array.isArray(parent)) parent[field] = value;
  else if (field === "-") parent.push(value);
  else parent.splice(Number(field), insert ? 0 : 1, value);
};

const take = (document: { root: unknown }, path: string): unknown => {
  const value = read(document, path);
  const [parent, field] = parentOf(document, path);
  if (Array.isArray(parent)) parent.splice(Number(field), 1);
  else Reflect.deleteProperty(parent, field);
  return value;
};
