import { ALL_VERBS, type Kind } from "./kind";

export const serviceAccount: Kind = {
  group: "",
  version: "v1",
  kind: "ServiceAccount",
  plural: "serviceaccounts",
  singular: "serviceaccount",
  shortNames: ["sa"],
  namespaced: true,
  verbs: ALL_VERBS,
  nameRule: "DNS subdomain",
  subresources: [{ name: "token", kind: "TokenRequest", verbs: ["create"] }],
  columns: [
    {
      name: "Secrets",
      type: "integer",
      priority: 0,
      cell: (object) => ((object.secrets ?? []) as unknown[]).length,
    },
  ],
};
