import { BinaryReader } from "@bufbuild/protobuf/wire";
import { badRequest, unsupportedMediaType } from "./status";

/** What kubectl and other Go programs send for objects whose types they know. */
export const PROTOBUF = "application/vnd.kubernetes.protobuf";

type Type = "string" | "bytes" | "boolean" | "integer" | Message;

interface Field {
  readonly name: string;
  readonly type: Type;
  readonly form?: "list" | "map";
}

/** By the numbers of the fields. What is not here is skipped: the server decides it, as with times. */
type Message = Readonly<Record<number, Field>>;

const one = (name: string, type: Type = "string"): Field => ({ name, type });
const list = (name: string, type: Type = "string"): Field => ({ name, type, form: "list" });
const map = (name: string, type: Type = "string"): Field => ({ name, type, form: "map" });

// The numbers are those of the `generated.proto` files of k8s.io/apimachinery and k8s.io/api.
const METADATA: Message = {
  1: one("name"),
  2: one("generateName"),
  3: one("namespace"),
  5: one("uid"),
  6: one("resourceVersion"),
  11: map("labels"),
  12: map("annotations"),
  14: list("finalizers"),
};

const metadata = one("metadata", METADATA);
const NAME_ONLY: Message = { 1: one("name") };
const PRECONDITIONS: Message = { 1: one("uid"), 2: one("resourceVersion") };
const RESOURCE_ATTRIBUTES: Message = {
  1: one("namespace"),
  2: one("verb"),
  3: one("group"),
  4: one("version"),
  5: one("resource"),
  6: one("subresource"),
  7: one("name"),
};
const BOUND_OBJECT: Message = {
  1: one("kind"),
  2: one("apiVersion"),
  3: one("name"),
  4: one("uid"),
};
const TOKEN_REQUEST: Message = {
  1: list("audiences"),
  3: one("boundObjectRef", BOUND_OBJECT),
  4: one("expirationSeconds", "integer"),
};

/** The kinds that kubectl writes in this form; it writes all others as JSON. */
const MESSAGES: Readonly<Record<string, Message>> = {
  ConfigMap: {
    1: metadata,
    2: map("data"),
    3: map("binaryData", "bytes"),
    4: one("immutable", "boolean"),
  },
  Namespace: { 1: metadata },
  Secret: {
    1: metadata,
    2: map("data", "bytes"),
    3: one("type"),
    4: map("stringData"),
    5: one("immutable", "boolean"),
  },
  ServiceAccount: {
    1: metadata,
    2: list("secrets", { 3: one("name") }),
    3: list("imagePullSecrets", NAME_ONLY),
    4: one("automountServiceAccountToken", "boolean"),
  },
  TokenRequest: { 1: metadata, 2: one("spec", TOKEN_REQUEST) },
  SelfSubjectReview: { 1: metadata },
  SelfSubjectAccessReview: {
    1: metadata,
    2: one("spec", {
      1: one("resourceAttributes", RESOURCE_ATTRIBUTES),
      2: one("nonResourceAttributes", { 1: one("path"), 2: one("verb") }),
    }),
  },
  SelfSubjectRulesReview: { 1: metadata, 2: one("spec", { 1: one("namespace") }) },
  DeleteOptions: {
    1: one("gracePeriodSeconds", "integer"),
    2: one("preconditions", PRECONDITIONS),
    4: one("propagationPolicy"),
    5: list("dryRun"),
  },
};

const ENVELOPE: Message = {
  1: one("type", { 1: one("apiVersion"), 2: one("kind") }),
  2: one("raw", "bytes"),
};

const MAGIC = Buffer.from("k8s\0");

/**
 * An object in Kubernetes' protobuf envelope.
 *
 * Source: https://kubernetes.io/docs/reference/using-api/api-concepts/#protobuf-encoding
 *
 * @throws StatusError 400 when it is none, 415 for a kind that is understood as JSON only.
 */
export const decodeProtobuf = (body: Uint8Array): Record<string, unknown> => {
  if (!MAGIC.equals(body.subarray(0, MAGIC.length))) {
    throw badRequest(
      "provided data does not appear to be a protobuf message, expected prefix [107 56 115 0]",
    );
  }
  const { type = {}, raw = "" } = decode(body.subarray(MAGIC.length), ENVELOPE) as {
    type?: { apiVersion?: string; kind?: string };
    raw?: string;
  };
  const message = MESSAGES[type.kind ?? ""];
  if (!message) throw unsupportedMediaType(["application/json", "application/yaml"]);
  return { ...type, ...decode(Buffer.from(raw, "base64"), message) };
};

const decode = (bytes: Uint8Array, message: Message): Record<string, unknown> => {
  const reader = new BinaryReader(bytes);
  const result: Record<string, unknown> = {};
  while (reader.pos < reader.len) {
    const [number, wireType] = reader.tag();
    const field = message[number];
    if (!field) {
      reader.skip(wireType);
      continue;
    }
    const { name, type, form } = field;
    if (form === "map") {
      const { key = "", value = "" } = decode(reader.bytes(), {
        1: one("key"),
        2: one("value", type),
      }) as { key?: string; value?: unknown };
      result[name] = { ...(result[name] as object | undefined), [key]: value };
      continue;
    }
    const value = read(reader, type);
    if (form === "list") result[name] = [...((result[name] as unknown[] | undefined) ?? []), value];
    // Go writes empty strings out; in JSON they are left out.
    else if (value !== "") result[name] = value;
  }
  return result;
};

const read = (reader: BinaryReader, type: Type): unknown => {
  if (typeof type === "object") return decode(reader.bytes(), type);
  switch (type) {
    case "string":
      return reader.string();
    case "bytes":
      return Buffer.from(reader.bytes()).toString("base64");
    case "boolean":
      return reader.bool();
    case "integer":
      return Number(reader.int64());
  }
};
