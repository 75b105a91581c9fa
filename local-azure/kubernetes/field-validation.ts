import type { ApiRequest } from "./api-request";
import fields from "./fields.json";
import type { Kind } from "./kinds/kind";
import { isObject } from "./patch";
import { invalidOptions, notSupported, type StatusError } from "./status";

/**
 * The fields of each type, and the type of those that have one: `containers:Container`, whether it is one or a list.
 *
 * Source: the OpenAPI definition of Kubernetes 1.34.
 */
const TYPES: ReadonlyMap<string, ReadonlyMap<string, string>> = new Map(
  Object.entries(fields).map(([type, text]) => [
    type,
    new Map(
      text.split(" ").map((field) => {
        const [name = "", of = ""] = field.split(":");
        return [name, of];
      }),
    ),
  ]),
);

const MODES = ["", "Ignore", "Warn", "Strict"];

/**
 * Takes out, in place, the fields that a kind does not have. Unless the request says otherwise, they are a warning.
 *
 * Source: https://kubernetes.io/docs/reference/using-api/api-concepts/#setting-the-field-validation-level
 *
 * @param refusal - The error of a request that is to be strict.
 * @throws StatusError for unknown fields of such a request, and for a level that does not exist (422).
 */
export const dropUnknownFields = (
  { method, query, warnings }: ApiRequest,
  kind: Kind,
  object: unknown,
  refusal: (error: string) => StatusError,
): void => {
  const mode = query.get("fieldValidation") ?? "";
  if (!MODES.includes(mode)) {
    const options = { POST: "Create", PUT: "Update" }[method] ?? "Patch";
    throw invalidOptions(`${options}Options`, [notSupported("fieldValidation", mode, MODES)]);
  }
  const unknown = unknownFields(kind, object).map((path) => `unknown field "${path}"`);
  if (unknown.length === 0 || mode === "Ignore") return;
  if (mode === "Strict") throw refusal(`strict decoding error: ${unknown.join(", ")}`);
  warnings.push(...unknown);
};

/**
 * Takes them out.
 *
 * @returns Their paths; none of an object of another kind, which is refused as that.
 */
export const unknownFields = (kind: Kind, object: unknown): string[] =>
  isObject(object) && [undefined, kind.kind].includes(object.kind as string | undefined)
    ? prune(object, typeOf(kind), "")
    : [];

/** Of the two kinds of events that there are, each has its group's fields. */
const typeOf = ({ kind, group }: Kind): string =>
  kind === "Event" ? (group === "" ? "CoreV1Event" : "EventsV1Event") : kind;

const prune = (value: unknown, type: string, path: string): string[] => {
  if (Array.isArray(value)) {
    return value.flatMap((entry, index) => prune(entry, type, `${path}[${index}]`));
  }
  const known = TYPES.get(type);
  if (!known || !isObject(value)) return [];
  return Object.entries(value).flatMap(([name, content]) => {
    const at = path === "" ? name : `${path}.${name}`;
    const of = known.get(name);
    if (of !== undefined) return prune(content, of, at);
    Reflect.deleteProperty(value, name);
    return [at];
  });
};
