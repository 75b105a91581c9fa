import type { KubernetesObject } from "../core/planes";
import type { User } from "./authentication";
import type { Cluster } from "./cluster";
import { dropUnknownFields } from "./field-validation";
import { fromEventsK8sIo } from "./kinds/event";
import type { Kind } from "./kinds/kind";
import { isObject, parseBody } from "./patch";
import { decodeProtobuf, PROTOBUF } from "./protobuf";
import { formOf, present, type TableOptions } from "./representation";
import type { RequestInfo } from "./request-info";
import { badRequest, invalidOptions, notSupported, unsupportedMediaType } from "./status";

type ResourceInfo = Extract<RequestInfo, { type: "resource" }>;

const OBJECT_TYPES = ["application/json", "application/yaml", PROTOBUF];

/** Everything that a handler needs to know of a request. */
export interface ApiRequest {
  readonly cluster: Cluster;
  readonly user: User;
  readonly method: string;
  readonly info: ResourceInfo;
  readonly query: URLSearchParams;
  readonly contentType: string;
  readonly body: Uint8Array;
  readonly accept: string | undefined;
  readonly userAgent: string;
  /** What the answer is to warn of. */
  readonly warnings: string[];
}

/** The verbs of methods whose path names an object. */
export const VERBS: Readonly<Record<string, string>> = {
  GET: "get",
  POST: "create",
  PUT: "update",
  PATCH: "patch",
  DELETE: "delete",
};

/**
 * A parameter that is true or false: there, it is true, unless it says otherwise.
 *
 * Source: k8s.io/apimachinery/pkg/runtime/conversion.go, `Convert_Slice_string_To_bool`.
 */
export const flag = (query: URLSearchParams, name: string): boolean =>
  !["false", "0"].includes((query.get(name) ?? "false").toLowerCase());

export const isWatch = (query: URLSearchParams): boolean => flag(query, "watch");

export const textOf = ({ body }: ApiRequest): string => new TextDecoder().decode(body);

/** The body, whatever it is written in; nothing when there is none. */
export const readBody = (request: ApiRequest): unknown => {
  const { contentType, body } = request;
  if (body.length === 0) return undefined;
  if (contentType !== "" && !OBJECT_TYPES.includes(contentType)) {
    throw unsupportedMediaType(OBJECT_TYPES);
  }
  return contentType === PROTOBUF ? decodeProtobuf(body) : parseBody(textOf(request));
};

/** The object in a request's body, in the form in which it is stored. */
export const decodeObject = (request: ApiRequest, kind: Kind): unknown => {
  const { group } = kind;
  const object = readBody(request);
  dropUnknownFields(request, kind, object, (error) =>
    badRequest(
      `${kind.kind} in version "${kind.version}" cannot be handled as a ${kind.kind}: ${error}`,
    ),
  );
  // Who owns which field is the server's to say.
  if (isObject(object) && isObject(object.metadata)) {
    Reflect.deleteProperty(object.metadata, "managedFields");
  }
  if (group !== "events.k8s.io" || typeof object !== "object" || object === null) return object;
  const event = object as Partial<KubernetesObject>;
  const { apiVersion = "events.k8s.io/v1" } = event;
  return { ...fromEventsK8sIo(event), apiVersion };
};

/**
 * Whether a request asks to be checked only.
 *
 * Source: k8s.io/apimachinery/pkg/apis/meta/v1/validation/validation.go, `ValidateDryRun`.
 */
export const isDryRun = (
  { method, query }: ApiRequest,
  values: readonly string[] = query.getAll("dryRun"),
): boolean => {
  if (values.some((value) => value !== "All")) {
    const options = { POST: "Create", PUT: "Update", PATCH: "Patch" }[method] ?? "Delete";
    throw invalidOptions(`${options}Options`, [notSupported("dryRun", values, ["All"])]);
  }
  return values.length > 0;
};

/**
 * Who changes fields with this request: its field manager, else its client's name.
 *
 * Source: k8s.io/apiserver/pkg/endpoints/handlers/create.go, `managerOrUserAgent`.
 */
export const managerOf = ({ query, userAgent }: ApiRequest): string => {
  const named = query.get("fieldManager") ?? "";
  return named === "" ? (userAgent.split("/")[0] ?? "") : named;
};

export const optionalNumber = (query: URLSearchParams, name: string): number | undefined => {
  const text = query.get(name);
  if (text === null) return undefined;
  const value = Number(text);
  if (text === "" || !Number.isInteger(value)) {
    throw badRequest(`strconv.ParseInt: parsing ${JSON.stringify(text)}: invalid syntax`);
  }
  return value;
};

export const tableOptions = ({ accept, query, cluster }: ApiRequest): TableOptions => ({
  form: formOf(accept),
  includeObject: query.get("includeObject") ?? "Metadata",
  now: cluster.azure.clock.now(),
});

export const respond = (
  request: ApiRequest,
  kind: Kind,
  object: KubernetesObject,
  status = 200,
): Response => {
  const response = Response.json(present(kind, object, tableOptions(request)), { status });
  // No agent's name, and a text in quotes: k8s.io/apimachinery/pkg/util/net/http.go, `NewWarningHeader`.
  for (const warning of request.warnings) {
    response.headers.append("warning", `299 - ${JSON.stringify(warning)}`);
  }
  return response;
};
