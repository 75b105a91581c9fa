import type { KubernetesObject } from "../core/planes";
import { flag, isDryRun, managerOf, respond, textOf, type ApiRequest } from "./api-request";
import { dropUnknownFields, unknownFields } from "./field-validation";
import { parseBody, PATCH_TYPES, patchObject, strategicMerge } from "./patch";
import { toEventsK8sIo, fromEventsK8sIo } from "./kinds/event";
import { apiVersionOf, type Kind } from "./kinds/kind";
import { applyFields, type FieldConflict } from "./managed-fields";
import {
  badRequest,
  fieldForbidden,
  internalError,
  invalid,
  invalidObject,
  invalidOptions,
  required,
  StatusError,
  unsupportedMediaType,
} from "./status";
import { createObject, getObject, updateObject, type Target } from "./verbs";

const APPLY_TYPE = "application/apply-patch+yaml";

/**
 * Answers a `PATCH` of an object or, with `subresource`, of a part of it.
 *
 * The rules of its options: k8s.io/apimachinery/pkg/apis/meta/v1/validation/validation.go, `ValidatePatchOptions`.
 */
export const answerPatch = (
  request: ApiRequest,
  target: Target,
  name: string,
  subresource?: string,
): Response => {
  const { contentType, query } = request;
  const { kind } = target;
  if (!(PATCH_TYPES as readonly string[]).includes(contentType)) {
    throw unsupportedMediaType(PATCH_TYPES);
  }
  const isApply = contentType === APPLY_TYPE;
  if (isApply && (query.get("fieldManager") ?? "") === "") {
    throw invalidOptions("PatchOptions", [required("fieldManager", "is required for apply patch")]);
  }
  if (!isApply && query.has("force")) {
    throw invalidOptions("PatchOptions", [
      fieldForbidden("force", "may not be specified for non-apply patch"),
    ]);
  }
  const options = { dryRun: isDryRun(request), subresource };
  if (isApply) return apply(request, target, name, options);
  // A patch is meant for an object as its group shows it.
  const before = shown(kind, getObject(target, name));
  const patched = patchObject(contentType, textOf(request), before);
  // k8s.io/apiserver/pkg/endpoints/handlers/patch.go, `applyPatchToCurrentObject`.
  dropUnknownFields(request, kind, patched, (error) =>
    invalidObject({ group: kind.group, kind: kind.kind }, name, [
      invalid("patch", textOf(request), error),
    ]),
  );
  const updated = updateObject(target, name, stored(kind, patched), {
    ...options,
    manager: managerOf(request),
  });
  return respond(request, kind, updated);
};

/**
 * Server-side apply.
 *
 * Source: https://kubernetes.io/docs/reference/using-api/server-side-apply/
 */
const apply = (
  request: ApiRequest,
  target: Target,
  name: string,
  options: { readonly dryRun: boolean; readonly subresource?: string },
): Response => {
  const { kind, cluster, namespace } = target;
  const applied = parseBody(textOf(request)) as KubernetesObject;
  const [unknown] = unknownFields(kind, applied);
  if (unknown !== undefined) {
    // k8s.io/apimachinery/pkg/util/managedfields/internal/structuredmerge.go: whatever the validation's level.
    throw internalError(
      `failed to create typed patch object (${namespace ?? ""}/${name}; ${kind.group}/${kind.version}, Kind=${kind.kind}): .${unknown}: field not declared in schema`,
    );
  }
  if (Array.isArray((applied as Partial<KubernetesObject>).metadata?.managedFields)) {
    throw badRequest("metadata.managedFields must be nil");
  }
  const current = cluster.objects.get(kind.plural, namespace, name);
  const before = current && shown(kind, current);
  const { managedFields, conflicts } = applyFields(before, applied, {
    manager: managerOf(request),
    operation: "Apply",
    apiVersion: apiVersionOf(kind),
    time: cluster.timestamp(),
  });
  if (conflicts.length > 0 && !flag(request.query, "force")) throw applyConflict(conflicts);
  const owned = { ...applied, metadata: { ...applied.metadata, managedFields } };
  if (!before) {
    return respond(request, kind, createObject(target, stored(kind, owned), options), 201);
  }
  const merged = strategicMerge(before, owned) as KubernetesObject;
  return respond(request, kind, updateObject(target, name, stored(kind, merged), options));
};

/** Source: k8s.io/apimachinery/pkg/util/managedfields/internal/conflict.go. */
const applyConflict = (conflicts: readonly FieldConflict[]) => {
  const nameOf = ({ owner: { manager, operation, apiVersion } }: FieldConflict) =>
    JSON.stringify(manager) + (operation === "Update" ? ` using ${apiVersion}` : "");
  const [only, ...more] = conflicts;
  const owners = [...new Set(conflicts.map(nameOf))].sort();
  const list = owners.flatMap((owner) => [
    `conflicts with ${owner}:`,
    ...conflicts.filter((one) => nameOf(one) === owner).map(({ field }) => `- ${field}`),
  ]);
  const text =
    only && more.length === 0
      ? `1 conflict: conflict with ${nameOf(only)}: ${only.field}`
      : `${conflicts.length} conflicts: ${list.join("\n")}`;
  return new StatusError(409, "Conflict", `Apply failed with ${text}`, {
    causes: conflicts.map((one) => ({
      reason: "FieldManagerConflict",
      message: `conflict with ${nameOf(one)}`,
      field: one.field,
    })),
  });
};

const isNewEvent = ({ group }: Kind) => group === "events.k8s.io";

const shown = (kind: Kind, object: KubernetesObject): KubernetesObject =>
  isNewEvent(kind) ? toEventsK8sIo({ ...object, apiVersion: "events.k8s.io/v1" }) : object;

const stored = (kind: Kind, object: KubernetesObject): unknown =>
  isNewEvent(kind) ? { ...fromEventsK8sIo(object), apiVersion: object.apiVersion } : object;
