import { ALL_VERBS, type Kind } from "./kind";

interface NamespaceFields {
  spec?: { finalizers?: string[] };
  status?: { phase?: "Active" | "Terminating" };
}

export const namespace: Kind = {
  group: "",
  version: "v1",
  kind: "Namespace",
  plural: "namespaces",
  singular: "namespace",
  shortNames: ["ns"],
  namespaced: false,
  verbs: ALL_VERBS.filter((verb) => verb !== "deletecollection"),
  nameRule: "DNS label",
  hasStatus: true,
  subresources: [
    { name: "finalize", kind: "Namespace", verbs: ["update"] },
    { name: "status", kind: "Namespace", verbs: ["get", "patch", "update"] },
  ],
  columns: [
    {
      name: "Status",
      type: "string",
      priority: 0,
      cell: (object) => (object as NamespaceFields).status?.phase ?? "Active",
    },
  ],
  selectable: ["status.phase"],
  selectableFields: (object) => ({
    "status.phase": (object as NamespaceFields).status?.phase ?? "",
  }),
  prepareForCreate: (object) => {
    const fields = object as NamespaceFields;
    fields.spec = { finalizers: ["kubernetes"] };
    fields.status = { phase: "Active" };
  },
  setDefaults: (object) => {
    object.metadata.labels = {
      ...object.metadata.labels,
      "kubernetes.io/metadata.name": object.metadata.name,
    };
  },
};
