import XMLBuilder from "fast-xml-builder";

/** A document with its declaration; a member whose name begins with `@_` becomes an attribute. */
export function xmlDocument(content: Readonly<Record<string, unknown>>): string {
  const declaration = { "?xml": { "@_version": "1.0", "@_encoding": "utf-8" } };
  return new XMLBuilder({ ignoreAttributes: false }).build({ ...declaration, ...content });
}

/**
 * An error in the form of Azure Storage.
 *
 * Source: https://learn.microsoft.com/rest/api/storageservices/status-and-error-codes2
 */
export class StorageError extends Error {
  override readonly name = "StorageError";

  constructor(
    readonly status: number,
    readonly code: string,
    message: string,
    readonly options: {
      /** What stands beside `Code` and `Message`. */
      readonly details?: Readonly<Record<string, string>>;
      readonly headers?: Readonly<Record<string, string>>;
    } = {},
  ) {
    super(message);
  }

  toResponse(requestId: string, now: Date): Response {
    const headers = { ...this.options.headers, "x-ms-error-code": this.code };
    if (this.status === 304) return new Response(null, { status: 304, headers });
    const body = xmlDocument({
      Error: {
        Code: this.code,
        Message: `${this.message}\nRequestId:${requestId}\nTime:${now.toISOString()}`,
        ...this.options.details,
      },
    });
    return new Response(body, {
      status: this.status,
      headers: { ...headers, "content-type": "application/xml" },
    });
  }
}

/** Codes and texts: https://learn.microsoft.com/rest/api/storageservices/common-rest-api-error-codes */
export const invalidHeader = (name: string, value: string) =>
  new StorageError(
    400,
    "InvalidHeaderValue",
    "The value for one of the HTTP headers is not in the correct format.",
    { details: { HeaderName: name, HeaderValue: value } },
  );

export const missingHeader = (name: string) =>
  new StorageError(
    400,
    "MissingRequiredHeader",
    "An HTTP header that's mandatory for this request is not specified.",
    { details: { HeaderName: name } },
  );

export const invalidUri = () =>
  new StorageError(
    400,
    "InvalidUri",
    "The requested URI does not represent any resource on the server.",
  );

export const notHere = (what: string) =>
  new StorageError(501, "NotImplemented", `The local Azure does not have ${what}.`);

export const conditionNotMet = (status: 304 | 412) =>
  new StorageError(
    status,
    "ConditionNotMet",
    "The condition specified using HTTP conditional header(s) is not met.",
  );

/** Codes and texts: https://learn.microsoft.com/rest/api/storageservices/blob-service-error-codes */
export const blobNotFound = () =>
  new StorageError(404, "BlobNotFound", "The specified blob does not exist.");

export const containerNotFound = () =>
  new StorageError(404, "ContainerNotFound", "The specified container does not exist.");

export const blobAlreadyExists = () =>
  new StorageError(409, "BlobAlreadyExists", "The specified blob already exists.");

export const snapshotsPresent = () =>
  new StorageError(
    409,
    "SnapshotsPresent",
    "This operation is not permitted because the blob has snapshots.",
  );

export const md5Mismatch = () =>
  new StorageError(
    400,
    "Md5Mismatch",
    "The MD5 value specified in the request did not match with the MD5 value calculated by the server.",
  );

export const leaseError = {
  alreadyPresent: () =>
    new StorageError(409, "LeaseAlreadyPresent", "There is already a lease present."),
  missing: () =>
    new StorageError(
      412,
      "LeaseIdMissing",
      "There is currently a lease on the blob and no lease ID was specified in the request.",
    ),
  lost: () =>
    new StorageError(
      412,
      "LeaseLost",
      "A lease ID was specified, but the lease for the blob has expired.",
    ),
  /** A lease's own operations are refused with 409, all others with 412. */
  mismatch: (operation: "Lease" | "Blob") =>
    new StorageError(
      operation === "Lease" ? 409 : 412,
      `LeaseIdMismatchWith${operation}Operation`,
      `The lease ID specified did not match the lease ID for the blob.`,
    ),
  notPresent: (operation: "Lease" | "Blob") =>
    new StorageError(
      operation === "Lease" ? 409 : 412,
      `LeaseNotPresentWith${operation}Operation`,
      "There is currently no lease on the blob.",
    ),
  breaking: (verb: "Acquired" | "Changed") =>
    new StorageError(
      409,
      `LeaseIsBreakingAndCannotBe${verb}`,
      `The lease ID matched, but the lease is currently in breaking state and cannot be ${verb.toLowerCase()}${verb === "Acquired" ? " until it is broken" : ""}.`,
    ),
  broken: () =>
    new StorageError(
      409,
      "LeaseIsBrokenAndCannotBeRenewed",
      "The lease ID matched, but the lease has been broken explicitly and cannot be renewed.",
    ),
};
