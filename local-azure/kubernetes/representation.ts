import type { KubernetesObject } from "../core/planes";
import { AGE, NAME } from "./kinds/columns";
import { toEventsK8sIo } from "./kinds/event";
import { apiVersionOf, type Column, type Kind } from "./kinds/kind";

/** How a client asked to see objects. */
export type Form = "Object" | "Table" | "PartialObjectMetadata";

/** The first form of an `Accept` header that is served here; plain objects otherwise. */
export const formOf = (accept: string | undefined): Form => {
  for (const range of (accept ?? "").split(",")) {
    const parameters = range.split(";").map((part) => part.trim());
    if (parameters[0] !== "application/json" || !parameters.includes("g=meta.k8s.io")) continue;
    const as = parameters.find((part) => part.startsWith("as="))?.slice(3);
    if (as === "Table") return "Table";
    if (as === "PartialObjectMetadata" || as === "PartialObjectMetadataList") {
      return "PartialObjectMetadata";
    }
  }
  return "Object";
};

export interface TableOptions {
  readonly form: Form;
  /** The query parameter of this name: what a table's rows carry. */
  readonly includeObject: string;
  readonly now: Date;
}

/** An object as its group's clients know it. */
const ofGroup = (kind: Kind, object: KubernetesObject): KubernetesObject => {
  const typed = { ...object, kind: kind.kind, apiVersion: apiVersionOf(kind) };
  return kind.group === "events.k8s.io" ? toEventsK8sIo(typed) : typed;
};

export const present = (kind: Kind, object: KubernetesObject, options: TableOptions): unknown => {
  switch (options.form) {
    case "Table":
      return table(kind, [object], options, {
        resourceVersion: object.metadata.resourceVersion,
      });
    case "PartialObjectMetadata":
      return partial(object);
    case "Object":
      return ofGroup(kind, object);
  }
};

export const presentList = (
  kind: Kind,
  objects: readonly KubernetesObject[],
  options: TableOptions,
  metadata: Record<string, unknown>,
): unknown => {
  switch (options.form) {
    case "Table":
      return table(kind, objects, options, metadata);
    case "PartialObjectMetadata":
      return {
        kind: "PartialObjectMetadataList",
        apiVersion: "meta.k8s.io/v1",
        metadata,
        items: objects.map(partial),
      };
    case "Object":
      return {
        kind: `${kind.kind}List`,
        apiVersion: apiVersionOf(kind),
        metadata,
        // The items of a typed list carry no type of their own.
        items: objects.map((object) => {
          const item: Partial<KubernetesObject> = ofGroup(kind, object);
          delete item.kind;
          delete item.apiVersion;
          return item;
        }),
      };
  }
};

const partial = ({ metadata }: KubernetesObject) => ({
  kind: "PartialObjectMetadata",
  apiVersion: "meta.k8s.io/v1",
  metadata,
});

/** `Name` first and `Age` last, unless the kind has columns of these names. */
const columnsOf = ({ columns }: Kind): readonly Column[] => {
  const has = (name: string) => columns.some((column) => column.name === name);
  if (has("Name")) return columns;
  return has("Age") ? [NAME, ...columns] : [NAME, ...columns, AGE];
};

/** Source: https://kubernetes.io/docs/reference/using-api/api-concepts/#receiving-resources-as-tables */
const table = (
  kind: Kind,
  objects: readonly KubernetesObject[],
  { includeObject, now }: TableOptions,
  metadata: Record<string, unknown>,
) => {
  const columns = columnsOf(kind);
  return {
    kind: "Table",
    apiVersion: "meta.k8s.io/v1",
    metadata,
    columnDefinitions: columns.map(({ name, type, priority }) => ({
      name,
      type,
      format: name === "Name" ? "name" : "",
      description: "",
      priority,
    })),
    rows: objects.map((object) => ({
      cells: columns.map((column) => column.cell(object, now)),
      ...(includeObject !== "None" && {
        object: includeObject === "Object" ? ofGroup(kind, object) : partial(object),
      }),
    })),
  };
};
