import { fieldForbidden, invalid } from "../status";
import { ALL_VERBS, type Kind } from "./kind";

interface Data {
  data?: Record<string, string>;
  binaryData?: Record<string, string>;
  immutable?: boolean;
}

const KEY = /^[-._a-zA-Z0-9]+$/;

/** Source: k8s.io/kubernetes/pkg/apis/core/validation, `ValidateConfigMap`. */
export const keyErrors = (field: string, data: Record<string, string> | undefined) =>
  Object.keys(data ?? {})
    .filter((key) => !KEY.test(key))
    .map((key) =>
      invalid(
        `${field}[${key}]`,
        key,
        "a valid config key must consist of alphanumeric characters, '-', '_' or '.' (e.g. 'key.name',  or 'KEY_NAME',  or 'key-name', regex used for validation is '[-._a-zA-Z0-9]+')",
      ),
    );

export const configMap: Kind = {
  group: "",
  version: "v1",
  kind: "ConfigMap",
  plural: "configmaps",
  singular: "configmap",
  shortNames: ["cm"],
  namespaced: true,
  verbs: ALL_VERBS,
  nameRule: "DNS subdomain",
  textMaps: ["data", "binaryData"],
  columns: [
    {
      name: "Data",
      type: "integer",
      priority: 0,
      cell: (object) => {
        const { data = {}, binaryData = {} } = object as Data;
        return Object.keys(data).length + Object.keys(binaryData).length;
      },
    },
  ],
  validate: (object) => keyErrors("data", (object as Data).data),
  validateUpdate: (object, before) => {
    const [now, then] = [object as Data, before as Data];
    if (then.immutable !== true) return [];
    const same = (field: keyof Data) => JSON.stringify(now[field]) === JSON.stringify(then[field]);
    return [
      ...(now.immutable === true
        ? []
        : [fieldForbidden("immutable", "field is immutable when `immutable` is set")]),
      ...(["data", "binaryData"] as const)
        .filter((field) => !same(field))
        .map((field) => fieldForbidden(field, "field is immutable when `immutable` is set")),
    ];
  },
};
