/** What identifies a resource type in a message. */
export interface ResourceName {
  readonly group: string;
  readonly plural: string;
}

/**
 * One thing that is wrong with a field, in the API server's words.
 *
 * Source: k8s.io/apimachinery/pkg/util/validation/field/errors.go.
 */
export interface FieldError {
  readonly reason:
    | "FieldValueRequired"
    | "FieldValueInvalid"
    | "FieldValueNotFound"
    | "FieldValueNotSupported"
    | "FieldValueDuplicate"
    | "FieldValueForbidden"
    | "FieldValueTooLong";
  readonly field: string;
  readonly message: string;
}

export const required = (field: string, detail = ""): FieldError => ({
  reason: "FieldValueRequired",
  field,
  message: detail === "" ? "Required value" : `Required value: ${detail}`,
});

export const invalid = (field: string, value: unknown, detail: string): FieldError => ({
  reason: "FieldValueInvalid",
  field,
  message: `Invalid value: ${JSON.stringify(value)}: ${detail}`,
});

export const notSupported = (
  field: string,
  value: unknown,
  supported: readonly string[],
): FieldError => ({
  reason: "FieldValueNotSupported",
  field,
  message: `Unsupported value: ${JSON.stringify(value)}: supported values: ${supported
    .map((text) => JSON.stringify(text))
    .join(", ")}`,
});

export const duplicate = (field: string, value: string): FieldError => ({
  reason: "FieldValueDuplicate",
  field,
  message: `Duplicate value: ${JSON.stringify(value)}`,
});

export const fieldNotFound = (field: string, value: string): FieldError => ({
  reason: "FieldValueNotFound",
  field,
  message: `Not found: ${JSON.stringify(value)}`,
});

export const fieldForbidden = (field: string, detail: string): FieldError => ({
  reason: "FieldValueForbidden",
  field,
  message: `Forbidden: ${detail}`,
});

interface StatusDetails {
  readonly name?: string;
  readonly group?: string;
  readonly kind?: string;
  readonly uid?: string;
  readonly causes?: readonly { reason?: string; message?: string; field?: string }[];
}

/**
 * An error as the API server answers it: an object of the kind `Status`.
 *
 * Source: k8s.io/apimachinery/pkg/api/errors/errors.go (codes, reasons and messages).
 */
export class StatusError extends Error {
  override readonly name = "StatusError";

  constructor(
    readonly code: number,
    readonly reason: string,
    message: string,
    readonly details?: StatusDetails,
  ) {
    super(message);
  }

  toStatus(): Record<string, unknown> {
    return {
      kind: "Status",
      apiVersion: "v1",
      metadata: {},
      status: "Failure",
      message: this.message,
      ...(this.reason !== "" && { reason: this.reason }),
      ...(this.details && { details: this.details }),
      code: this.code,
    };
  }

  toResponse(): Response {
    return Response.json(this.toStatus(), { status: this.code });
  }
}

/** `pods`, or `events.events.k8s.io` for a resource outside the core group. */
const qualified = ({ group, plural }: ResourceName) =>
  group === "" ? plural : `${plural}.${group}`;

const about = ({ group, plural }: ResourceName, name: string): StatusDetails => ({
  ...(name !== "" && { name }),
  ...(group !== "" && { group }),
  kind: plural,
});

export const notFound = (resource: ResourceName, name: string) =>
  new StatusError(
    404,
    "NotFound",
    `${qualified(resource)} "${name}" not found`,
    about(resource, name),
  );

export const alreadyExists = (resource: ResourceName, name: string) =>
  new StatusError(
    409,
    "AlreadyExists",
    `${qualified(resource)} "${name}" already exists`,
    about(resource, name),
  );

export const conflict = (resource: ResourceName, name: string, detail: string) =>
  new StatusError(
    409,
    "Conflict",
    `Operation cannot be fulfilled on ${qualified(resource)} "${name}": ${detail}`,
    about(resource, name),
  );

export const forbidden = (resource: ResourceName, name: string, detail: string) =>
  new StatusError(
    403,
    "Forbidden",
    name === ""
      ? `${qualified(resource)} is forbidden: ${detail}`
      : `${qualified(resource)} "${name}" is forbidden: ${detail}`,
    about(resource, name),
  );

export const badRequest = (message: string) => new StatusError(400, "BadRequest", message);

/** Options of a request that are not valid: k8s.io/apimachinery/pkg/apis/meta/v1/validation/validation.go. */
export const invalidOptions = (kind: string, errors: readonly FieldError[]) =>
  invalidObject({ group: "meta.k8s.io", kind }, "", errors);

/** Not an error of the API: k8s.io/apiserver/pkg/endpoints/handlers/responsewriters/status.go gives it no reason. */
export const internalError = (message: string) => new StatusError(500, "", message);

export const unauthorized = () => new StatusError(401, "Unauthorized", "Unauthorized");

export const methodNotAllowed = () =>
  new StatusError(
    405,
    "MethodNotAllowed",
    "the server does not allow this method on the requested resource",
    {},
  );

export const unsupportedMediaType = (accepted: readonly string[]) =>
  new StatusError(
    415,
    "UnsupportedMediaType",
    `the body of the request was in an unknown format - accepted media types include: ${accepted.join(", ")}`,
  );

export const expired = (message: string) => new StatusError(410, "Expired", message);

export const invalidObject = (
  { group, kind }: { readonly group: string; readonly kind: string },
  name: string,
  errors: readonly FieldError[],
) => {
  const texts = errors.map(({ field, message }) => `${field}: ${message}`);
  const list = texts.length === 1 ? texts.join("") : `[${texts.join(", ")}]`;
  const qualifiedKind = group === "" ? kind : `${kind}.${group}`;
  return new StatusError(422, "Invalid", `${qualifiedKind} "${name}" is invalid: ${list}`, {
    ...(name !== "" && { name }),
    ...(group !== "" && { group }),
    kind,
    causes: errors.map(({ reason, message, field }) => ({ reason, message, field })),
  });
};
