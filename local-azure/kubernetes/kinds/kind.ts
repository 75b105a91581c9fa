import type { KubernetesObject } from "../../core/planes";
import type { FieldError } from "../status";

/** A column of `kubectl get`, as the API server describes it in a `Table`. */
export interface Column {
  readonly name: string;
  readonly type: "string" | "integer";
  /** 0 is always shown; more only with `-o wide`. */
  readonly priority: 0 | 1;
  cell(object: KubernetesObject, now: Date): string | number;
}

/** A kind of object, and what the API server does differently for it. */
export interface Kind {
  /** Empty for the core group. */
  readonly group: string;
  readonly version: string;
  readonly kind: string;
  readonly plural: string;
  readonly singular: string;
  readonly shortNames: readonly string[];
  readonly namespaced: boolean;
  readonly verbs: readonly string[];
  readonly categories?: readonly string[];
  readonly subresources?: readonly {
    readonly name: string;
    readonly kind: string;
    readonly verbs: readonly string[];
  }[];
  /** After `Name`, before `Age` unless the kind has its own. */
  readonly columns: readonly Column[];
  /** What `metadata.name` may be. */
  readonly nameRule: "DNS label" | "DNS subdomain" | "event";
  /** The fields that a field selector may name, beside `metadata.name` and `metadata.namespace`. */
  selectableFields?(object: KubernetesObject): Record<string, string>;
  /** Names of {@link Kind.selectableFields}. */
  readonly selectable?: readonly string[];
  /** Sets, in place, what a new object has and no client may choose. */
  prepareForCreate?(object: KubernetesObject): void;
  /** Fills in defaults, in place. */
  setDefaults?(object: KubernetesObject): void;
  validate?(object: KubernetesObject): FieldError[];
  validateUpdate?(object: KubernetesObject, before: KubernetesObject): FieldError[];
  /** The fields that map names to texts, so that a number in them is an error. */
  readonly textMaps?: readonly string[];
  /** Those of them whose texts are base64. */
  readonly byteMaps?: readonly string[];
  /** Has a `status` that only the subresource changes. */
  readonly hasStatus?: boolean;
}

export const ALL_VERBS = [
  "create",
  "delete",
  "deletecollection",
  "get",
  "list",
  "patch",
  "update",
  "watch",
] as const;

export const apiVersionOf = ({ group, version }: Pick<Kind, "group" | "version">) =>
  group === "" ? version : `${group}/${version}`;
