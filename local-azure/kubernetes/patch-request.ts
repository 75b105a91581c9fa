import type { KubernetesObject } from "../core/planes";
import { isDryRun, respond, textOf, type ApiRequest } from "./api-request";
import { dropUnknownFields, unknownFields } from "./field-validation";
import { parseBody, PATCH_TYPES, patchObject, strategicMerge } from "./patch";
import { toEventsK8sIo, fromEventsK8sIo } from "./kinds/event";
import type { Kind } from "./kinds/kind";
import {
  fieldForbidden,
  internalError,
  invalid,
  invalidObject,
  invalidOptions,
  required,
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
  return respond(request, kind, updateObject(target, name, stored(kind, patched), options));
};

/**
 * Server-side apply, without ownership of fields: what is applied is merged, and nothing conflicts.
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
  const before = cluster.objects.get(kind.plural, namespace, name);
  if (!before) {
    return respond(request, kind, createObject(target, stored(kind, applied), options), 201);
  }
  const merged = strategicMerge(shown(kind, before), applied) as KubernetesObject;
  return respond(request, kind, updateObject(target, name, stored(kind, merged), options));
};

const isNewEvent = ({ group }: Kind) => group === "events.k8s.io";

const shown = (kind: Kind, object: KubernetesObject): KubernetesObject =>
  isNewEvent(kind) ? toEventsK8sIo({ ...object, apiVersion: "events.k8s.io/v1" }) : object;

const stored = (kind: Kind, object: KubernetesObject): unknown =>
  isNewEvent(kind) ? { ...fromEventsK8sIo(object), apiVersion: object.apiVersion } : object;
