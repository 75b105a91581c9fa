import { fieldForbidden, invalid } from "../status";
import { keyErrors } from "./config-map";
import { ALL_VERBS, type Kind } from "./kind";

interface SecretFields {
  data?: Record<string, string>;
  stringData?: Record<string, string>;
  type?: string;
  immutable?: boolean;
}

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
    return [
      ...keyErrors("data", data),
      ...Object.entries(data ?? {})
        .filter(([, value]) => Buffer.from(value, "base64").toString("base64") !== value.trim())
        .map(([key]) => invalid(`data[${key}]`, "<value omitted>", "must be base64 encoded")),
    ];
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
