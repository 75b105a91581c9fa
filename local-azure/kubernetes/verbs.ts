import type { KubernetesObject } from "../core/planes";
import { admit } from "./admission";
import type { Cluster } from "./cluster";
import { apiVersionOf, type Kind } from "./kinds/kind";
import { metadataErrors } from "./kinds/names";
import { malformedQuantity } from "./kinds/pod-validation";
import { updateFields } from "./managed-fields";
import { checkNamespace, forbidProtectedNamespace, fillNamespace } from "./namespaces";
import type { Pod } from "./pod";
import { nameSuffix } from "./random";
import {
  alreadyExists,
  badRequest,
  conflict,
  internalError,
  invalidObject,
  notFound,
  type FieldError,
} from "./status";

/** One kind of one cluster, in one namespace or (for lists) in all of them. */
export interface Target {
  readonly cluster: Cluster;
  readonly kind: Kind;
  readonly namespace?: string;
}

interface WriteOptions {
  /** Check everything, change nothing. */
  readonly dryRun: boolean;
}

export const getObject = ({ cluster, kind, namespace }: Target, name: string): KubernetesObject => {
  const object = cluster.objects.get(kind.plural, namespace, name);
  if (!object) throw notFound(kind, name);
  return object;
};

export const createObject = (
  target: Target,
  body: unknown,
  { dryRun }: WriteOptions,
): KubernetesObject => {
  const { cluster, kind, namespace } = target;
  const object = decode(target, body);
  if (object.metadata.resourceVersion !== undefined && object.metadata.resourceVersion !== "") {
    throw internalError("resourceVersion should not be set on objects to be created");
  }
  if (object.metadata.name === "" && typeof object.metadata.generateName === "string") {
    object.metadata.name = object.metadata.generateName + nameSuffix(cluster.random);
  }
  if (namespace !== undefined) checkNamespace(cluster, namespace, kind, object.metadata.name);
  object.metadata.uid = cluster.newUid();
  object.metadata.creationTimestamp = cluster.timestamp();
  delete object.metadata.resourceVersion;
  delete object.metadata.deletionTimestamp;
  delete object.metadata.deletionGracePeriodSeconds;
  requireShape(kind, object);
  kind.setDefaults?.(object);
  admit(cluster, kind, object);
  kind.setDefaults?.(object);
  kind.prepareForCreate?.(object);
  refuse(kind, object, [...metadataErrors(kind, object), ...(kind.validate?.(object) ?? [])]);
  const { name } = object.metadata;
  if (cluster.objects.get(kind.plural, namespace, name)) throw alreadyExists(kind, name);
  if (dryRun) return object;
  const created = cluster.objects.put(kind.plural, object);
  if (kind.kind === "Namespace") fillNamespace(cluster, name);
  return created;
};

/** Replaces an object, except for what no client may change. */
export const updateObject = (
  target: Target,
  name: string,
  body: unknown,
  {
    dryRun,
    subresource,
    manager,
  }: WriteOptions & {
    readonly subresource?: string;
    /** Who changes it, unless it brings its managed fields along: a server-side apply does. */
    readonly manager?: string;
  },
): KubernetesObject => {
  const { cluster, kind, namespace } = target;
  const before = getObject(target, name);
  const object = decode(target, body);
  const { metadata } = object;
  if (metadata.name !== name) {
    throw badRequest(
      `the name of the object (${metadata.name}) does not match the name on the URL (${name})`,
    );
  }
  if (metadata.uid !== undefined && metadata.uid !== before.metadata.uid) {
    throw conflict(
      kind,
      name,
      `Precondition failed: UID in precondition: ${metadata.uid as string}, UID in object meta: ${String(before.metadata.uid)}`,
    );
  }
  const given = metadata.resourceVersion;
  if (given !== undefined && given !== "" && given !== before.metadata.resourceVersion) {
    throw conflict(
      kind,
      name,
      "the object has been modified; please apply your changes to the latest version and try again",
    );
  }
  requireShape(kind, object);
  keepSystemFields(object, before);
  if (subresource === "status") {
    return dryRun
      ? { ...before, status: object.status }
      : cluster.objects.put(kind.plural, { ...before, status: object.status });
  }
  if (kind.hasStatus) object.status = before.status;
  kind.setDefaults?.(object);
  refuse(kind, object, [
    ...metadataErrors(kind, object),
    ...(kind.validate?.(object) ?? []),
    ...(kind.validateUpdate?.(object, before) ?? []),
  ]);
  if (before.metadata.managedFields !== undefined && manager !== undefined) {
    object.metadata.managedFields = updateFields(before, object, {
      manager,
      operation: "Update",
      apiVersion: apiVersionOf(kind),
      time: cluster.timestamp(),
    });
  }
  if (dryRun) return object;
  const updated = cluster.objects.put(kind.plural, object);
  // Whoever removes the last finalizer of a deleted object ends it.
  if (isMarked(updated) && isUnbound(kind, updated)) {
    cluster.objects.remove(kind.plural, namespace, name);
  }
  return updated;
};

export interface DeleteOptions {
  readonly gracePeriodSeconds?: number;
  readonly preconditions?: { readonly uid?: string; readonly resourceVersion?: string };
}

/**
 * Deletes an object, or marks it: pods end after their grace period, namespaces after their content,
 * everything else when it has no finalizer.
 *
 * @returns The object as it was marked or removed.
 */
export const deleteObject = (
  target: Target,
  name: string,
  { gracePeriodSeconds, preconditions = {}, dryRun }: DeleteOptions & WriteOptions,
): { readonly object: KubernetesObject; readonly gone: boolean } => {
  const { cluster, kind, namespace } = target;
  const object = getObject(target, name);
  const { uid, resourceVersion } = object.metadata;
  if (preconditions.uid !== undefined && preconditions.uid !== uid) {
    throw conflict(
      kind,
      name,
      `Precondition failed: UID in precondition: ${preconditions.uid}, UID in object meta: ${String(uid)}`,
    );
  }
  if (
    preconditions.resourceVersion !== undefined &&
    preconditions.resourceVersion !== resourceVersion
  ) {
    throw conflict(
      kind,
      name,
      `Precondition failed: ResourceVersion in precondition: ${preconditions.resourceVersion}, ResourceVersion in object meta: ${String(resourceVersion)}`,
    );
  }
  if (kind.kind === "Namespace") forbidProtectedNamespace(kind, name);
  const grace = kind.kind === "Pod" ? podGracePeriod(object as Pod, gracePeriodSeconds) : 0;
  const finalizers = object.metadata.finalizers as string[] | undefined;
  const marks = grace > 0 || (finalizers ?? []).length > 0 || kind.kind === "Namespace";
  if (dryRun) return { object, gone: !marks };
  if (!marks) {
    return { object: cluster.objects.remove(kind.plural, namespace, name) ?? object, gone: true };
  }
  const shorter = grace < Number(object.metadata.deletionGracePeriodSeconds);
  if (!isMarked(object) || shorter) {
    object.metadata.deletionTimestamp = new Date(cluster.azure.clock.now().getTime() + grace * 1000)
      .toISOString()
      .replace(/\.\d+Z$/, "Z");
    object.metadata.deletionGracePeriodSeconds = grace;
    if (kind.kind === "Namespace") object.status = { phase: "Terminating" };
  }
  return { object: cluster.objects.put(kind.plural, object), gone: false };
};

/** Source: k8s.io/kubernetes/pkg/registry/core/pod/strategy.go, `CheckGracefulDelete`. */
const podGracePeriod = ({ spec, status }: Pod, asked: number | undefined): number => {
  if (spec.nodeName === undefined) return 0;
  if (status.phase === "Succeeded" || status.phase === "Failed") return 0;
  return Math.max(0, asked ?? spec.terminationGracePeriodSeconds ?? 30);
};

const isMarked = ({ metadata }: KubernetesObject) => metadata.deletionTimestamp !== undefined;

/** Nothing holds a marked object back any more. */
const isUnbound = (kind: Kind, { metadata }: KubernetesObject) =>
  ((metadata.finalizers as string[] | undefined) ?? []).length === 0 &&
  kind.kind !== "Namespace" &&
  (metadata.deletionGracePeriodSeconds ?? 0) === 0;

/** Checks a request's body against its address and completes what the address says. */
const decode = ({ kind, namespace }: Target, body: unknown): KubernetesObject => {
  if (typeof body !== "object" || body === null || Array.isArray(body)) {
    throw badRequest("the body of the request is not an object");
  }
  const given = structuredClone(body) as Partial<KubernetesObject>;
  const expected = { apiVersion: apiVersionOf(kind), kind: kind.kind };
  // An object may come without a type: its address has one.
  const { apiVersion = expected.apiVersion, kind: name = expected.kind } = given;
  if (apiVersion !== expected.apiVersion) {
    throw badRequest(
      `the API version in the data (${apiVersion}) does not match the expected API version (${expected.apiVersion})`,
    );
  }
  if (name !== expected.kind) {
    throw badRequest(
      `${name} in version "${kind.version}" cannot be handled as a ${expected.kind}: converting (${kind.version}.${name}) to (${kind.group || "core"}.${expected.kind}): unknown conversion`,
    );
  }
  const metadata = { ...given.metadata, name: given.metadata?.name ?? "" };
  requireTexts(kind, "ObjectMeta.metadata.labels", metadata.labels);
  requireTexts(kind, "ObjectMeta.metadata.annotations", metadata.annotations);
  for (const field of kind.textMaps ?? [])
    requireTexts(kind, `${kind.kind}.${field}`, given[field]);
  for (const field of kind.byteMaps ?? []) requireBase64(kind, given[field]);
  if (namespace !== undefined && ![undefined, "", namespace].includes(metadata.namespace)) {
    throw badRequest(
      "the namespace of the provided object does not match the namespace sent on the request",
    );
  }
  if (namespace === undefined) delete metadata.namespace;
  else metadata.namespace = namespace;
  // Empty maps are left out, as Go's `omitempty` does.
  for (const map of ["labels", "annotations"] as const) {
    if (Object.keys(metadata[map] ?? {}).length === 0) Reflect.deleteProperty(metadata, map);
  }
  return { ...given, ...expected, metadata };
};

/** What Go's JSON decoder says of a value that is not a text. */
const requireTexts = ({ kind, version }: Kind, field: string, map: unknown): void => {
  const wrong = Object.values((map ?? {}) as Record<string, unknown>).find(
    (value) => typeof value !== "string" && value !== null,
  );
  if (wrong === undefined) return;
  const type = Array.isArray(wrong) ? "array" : typeof wrong === "boolean" ? "bool" : typeof wrong;
  throw badRequest(
    `${kind} in version "${version}" cannot be handled as a ${kind}: json: cannot unmarshal ${type} into Go struct field ${field} of type string`,
  );
};

const BASE64 = /^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/;

/** What Go's decoder says of bytes that are not base64; it skips line ends. */
const requireBase64 = ({ kind, version }: Kind, map: unknown): void => {
  for (const value of Object.values((map ?? {}) as Record<string, string>)) {
    if (BASE64.test(value.replace(/[\r\n]/g, ""))) continue;
    const first = value.search(/[^A-Za-z0-9+/\r\n]/);
    throw badRequest(
      `${kind} in version "${version}" cannot be handled as a ${kind}: illegal base64 data at input byte ${first < 0 ? value.length : first}`,
    );
  }
};

const keepSystemFields = (object: KubernetesObject, before: KubernetesObject): void => {
  for (const field of [
    "uid",
    "creationTimestamp",
    "resourceVersion",
    "deletionTimestamp",
    "deletionGracePeriodSeconds",
  ]) {
    if (before.metadata[field] === undefined) Reflect.deleteProperty(object.metadata, field);
    else object.metadata[field] = before.metadata[field];
  }
};

/** The parts of an object that everything after this relies on. */
const requireShape = (kind: Kind, object: KubernetesObject): void => {
  if (kind.kind !== "Pod") return;
  const pod = object as Partial<Pod>;
  pod.spec = { ...pod.spec, containers: pod.spec?.containers ?? [] };
  for (const list of ["containers", "initContainers", "volumes"] as const) {
    const value: unknown = pod.spec[list];
    if (value !== undefined && !Array.isArray(value)) {
      throw badRequest(
        `Pod in version "v1" cannot be handled as a Pod: json: cannot unmarshal into Go struct field PodSpec.spec.${list}`,
      );
    }
  }
  if (malformedQuantity(pod.spec) !== undefined) {
    throw badRequest(
      `Pod in version "v1" cannot be handled as a Pod: quantities must match the regular expression '^([+-]?[0-9.]+)([eEinumkKMGTP]*[-+]?[0-9]*)$'`,
    );
  }
};

const refuse = (
  kind: Kind,
  { metadata }: KubernetesObject,
  errors: readonly FieldError[],
): void => {
  if (errors.length > 0) throw invalidObject(kind, metadata.name, errors);
};
