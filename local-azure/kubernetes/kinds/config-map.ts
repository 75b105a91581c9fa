import { fieldForbidden, invalid } from "../status";
import { ALL_VERBS, type Kind } from "./kind";

interface Data {
  data?: Record<string, string>;
  binaryData?: Record<string, string>;
  immutable?: boolean;
}

const KEY = /^[-._a-zA-Z0-9]+$/;

const MAXIMUM_KEY_LENGTH = 253;

/** Source: k8s.io/apimachinery/pkg/util/validation/validation.go, `IsConfigMapKey`. */
const keyMessages = (key: string): string[] => [
  ...(key.length > MAXIMUM_KEY_LENGTH
    ? [`must be no more than ${MAXIMUM_KEY_LENGTH} characters`]
    : []),
  ...(KEY.test(key)
    ? []
    : [
        "a valid config key must consist of alphanumeric characters, '-', '_' or '.' (e.g. 'key.name',  or 'KEY_NAME',  or 'key-name', regex used for validation is '[-._a-zA-Z0-9]+')",
      ]),
  ...(key === "." || key === ".." ? [`must not be '${key}'`] : []),
  ...(key.startsWith("..") && key !== ".." ? ["must not start with '..'"] : []),
];

/** Source: k8s.io/kubernetes/pkg/apis/core/validation, `ValidateConfigMap`. */
export const keyErrors = (field: string, data: Record<string, string> | undefined) =>
  Object.keys(data ?? {}).flatMap((key) =>
    keyMessages(key).map((message) => invalid(`${field}[${key}]`, key, message)),
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
  byteMaps: ["binaryData"],
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
  validate: (object) => {
    const { data, binaryData } = object as Data;
    return [
      ...keyErrors("data", data),
      ...Object.keys(data ?? {})
        .filter((key) => binaryData?.[key] !== undefined)
        .map((key) => invalid(`data[${key}]`, key, "duplicate of key present in binaryData")),
      ...keyErrors("binaryData", binaryData),
    ];
  },
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
