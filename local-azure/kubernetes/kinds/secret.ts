import type { KubernetesObject } from "../../core/planes";
import { fieldForbidden, invalid, required, type FieldError } from "../status";
import { keyErrors } from "./config-map";
import { ALL_VERBS, type Kind } from "./kind";

interface SecretFields extends KubernetesObject {
  data?: Record<string, string>;
  stringData?: Record<string, string>;
  type?: string;
  immutable?: boolean;
}

/**
 * The keys that a type of secret must have.
 *
 * Source: https://kubernetes.io/docs/concepts/configuration/secret/#secret-types
 */
const REQUIRED_KEYS: Readonly<Record<string, readonly string[]>> = {
  "kubernetes.io/dockercfg": [".dockercfg"],
  "kubernetes.io/dockerconfigjson": [".dockerconfigjson"],
  "kubernetes.io/ssh-auth": ["ssh-privatekey"],
  "kubernetes.io/tls": ["tls.crt", "tls.key"],
};

const BASIC_AUTH_KEYS = ["username", "password"];

/** Source: k8s.io/kubernetes/pkg/apis/core/validation/validation.go, `ValidateSecret`. */
const typeErrors = ({ type = "", data = {}, metadata }: SecretFields): FieldError[] => {
  if (type === "kubernetes.io/service-account-token") {
    const annotation = "kubernetes.io/service-account.name";
    return metadata.annotations?.[annotation]
      ? []
      : [required(`metadata.annotations[${annotation}]`)];
  }
  if (type === "kubernetes.io/basic-auth") {
    return BASIC_AUTH_KEYS.some((key) => data[key] !== undefined)
      ? []
      : BASIC_AUTH_KEYS.map((key) => required(`data[${key}]`));
  }
  const keys = REQUIRED_KEYS[type] ?? [];
  const missing = keys.filter((key) => data[key] === undefined);
  if (missing.length > 0) return missing.map((key) => required(`data[${key}]`));
  return type.startsWith("kubernetes.io/docker")
    ? keys.flatMap((key) => jsonErrors(key, data))
    : [];
};

const jsonErrors = (key: string, data: Readonly<Record<string, string>>): FieldError[] => {
  try {
    JSON.parse(Buffer.from(data[key] ?? "", "base64").toString());
    return [];
  } catch (error) {
    const message = (error as Error).message;
    return [invalid(`data[${key}]`, "<secret contents redacted>", message)];
  }
};

export const secret: Kind = {
  group: "",
  version: "v1",
  kind: "Secret",
  plural: "secrets",
  singular: "secret",
  shortNames: [],
  namespaced: true,
  verbs: ALL_VERBS,
  nameRule: "DNS subdomain",
  textMaps: ["data", "stringData"],
  byteMaps: ["data"],
  columns: [
    {
      name: "Type",
      type: "string",
      priority: 0,
      cell: (object) => (object as SecretFields).type ?? "Opaque",
    },
    {
      name: "Data",
      type: "integer",
      priority: 0,
      cell: (object) => Object.keys((object as SecretFields).data ?? {}).length,
    },
  ],
  selectable: ["type"],
  selectableFields: (object) => ({ type: (object as SecretFields).type ?? "" }),
  setDefaults: (object) => {
    const fields = object as SecretFields;
    fields.type ??= "Opaque";
    if (!fields.stringData) return;
    // `stringData` is write-only: it overwrites `data`.
    const encoded = Object.entries(fields.stringData).map(([key, value]) => [
      key,
      Buffer.from(value).toString("base64"),
    ]);
    fields.data = { ...fields.data, ...(Object.fromEntries(encoded) as Record<string, string>) };
    delete fields.stringData;
  },
  validate: (object) => {
    const { data } = object as SecretFields;
    return [...keyErrors("data", data), ...typeErrors(object)];
  },
  validateUpdate: (object, before) => {
    const [now, then] = [object as SecretFields, before as SecretFields];
    const changed = JSON.stringify(now.data) !== JSON.stringify(then.data);
    return [
      ...(now.type === then.type ? [] : [invalid("type", now.type, "field is immutable")]),
      ...(then.immutable === true && now.immutable !== true
        ? [fieldForbidden("immutable", "field is immutable when `immutable` is set")]
        : []),
      ...(then.immutable === true && changed
        ? [fieldForbidden("data", "field is immutable when `immutable` is set")]
        : []),
    ];
  },
};
