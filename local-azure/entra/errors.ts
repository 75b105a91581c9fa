import { randomUUID } from "node:crypto";

/**
 * An error of the token endpoint: OAuth 2's `error`, and Entra's own code (`AADSTS...`) with its text.
 *
 * Source: https://learn.microsoft.com/entra/identity-platform/reference-error-codes
 */
export class EntraError extends Error {
  override readonly name = "EntraError";

  constructor(
    readonly status: 400 | 401,
    readonly error: string,
    readonly code: number,
    message: string,
  ) {
    super(message);
  }

  /** @param origin - Where its documentation would stand. */
  toResponse(origin: string, now: Date, correlationId: string | undefined): Response {
    const traceId = randomUUID();
    const correlation = correlationId ?? randomUUID();
    const timestamp = now
      .toISOString()
      .replace("T", " ")
      .replace(/\.\d+Z$/, "Z");
    return Response.json(
      {
        error: this.error,
        error_description:
          `AADSTS${this.code}: ${this.message} Trace ID: ${traceId} ` +
          `Correlation ID: ${correlation} Timestamp: ${timestamp}`,
        error_codes: [this.code],
        timestamp,
        trace_id: traceId,
        correlation_id: correlation,
        error_uri: `${origin}/error?code=${this.code}`,
      },
      { status: this.status, headers: { "cache-control": "no-store", pragma: "no-cache" } },
    );
  }
}

const FEDERATION_HELP =
  "Check your federated identity credential Subject, Audience and Issuer against the presented assertion. " +
  "https://learn.microsoft.com/entra/workload-id/workload-identity-federation";

export const missingParameter = (name: string) =>
  new EntraError(
    400,
    "invalid_request",
    900144,
    `The request body must contain the following parameter: '${name}'.`,
  );

export const unsupportedGrantType = (grantType: string) =>
  new EntraError(
    400,
    "unsupported_grant_type",
    70003,
    `The app requested an unsupported grant type '${grantType}'.`,
  );

export const tenantNotFound = (tenant: string) =>
  new EntraError(
    400,
    "invalid_request",
    90002,
    `Tenant '${tenant}' not found. Check to make sure you have the correct tenant ID and are signing into ` +
      "the correct cloud. Check with your subscription administrator, this may happen if there are no " +
      "active subscriptions for the tenant.",
  );

/** Source of the wording: caddy-dns/azure issue 3. */
export const invalidTenant = (tenant: string) =>
  new EntraError(
    400,
    "invalid_request",
    900023,
    `Specified tenant identifier '${tenant}' is neither a valid DNS name, nor a valid external domain.`,
  );

export const noTenant = () =>
  new EntraError(
    400,
    "invalid_request",
    50059,
    "No tenant-identifying information found in either the request or implied by any provided credentials.",
  );

export const unknownInstance = () =>
  new EntraError(400, "invalid_instance", 50049, "Unknown or invalid instance.");

export const applicationNotFound = (clientId: string, tenant: string) =>
  new EntraError(
    400,
    "unauthorized_client",
    700016,
    `Application with identifier '${clientId}' was not found in the directory '${tenant}'. This can happen ` +
      "if the application has not been installed by the administrator of the tenant or consented to by " +
      "any user in the tenant. You may have sent your authentication request to the wrong tenant.",
  );

/** Source of the wording: stephaneey/azure-apim-extension issue 138. */
export const missingCredential = () =>
  new EntraError(
    401,
    "invalid_client",
    7000216,
    "'client_assertion', 'client_secret' or 'request' is required for the 'client_credentials' grant type.",
  );

export const invalidSecret = (clientId: string) =>
  new EntraError(
    401,
    "invalid_client",
    7000215,
    "Invalid client secret provided. Ensure the secret being sent in the request is the client secret " +
      `value, not the client secret ID, for a secret added to app '${clientId}'.`,
  );

export const invalidScope = (scope: string) =>
  new EntraError(
    400,
    "invalid_scope",
    1002012,
    `The provided value for scope ${scope} is not valid. Client credential flows must have a scope value ` +
      "with /.default suffixed to the resource identifier (application ID URI).",
  );

export const resourceNotFound = (resource: string, tenant: string) =>
  new EntraError(
    400,
    "invalid_resource",
    500011,
    `The resource principal named ${resource} was not found in the tenant named ${tenant}. This can happen ` +
      "if the application has not been installed by the administrator of the tenant or consented to by " +
      "any user in the tenant. You might have sent your authentication request to the wrong tenant.",
  );

export const malformedAssertion = () =>
  new EntraError(400, "invalid_request", 50027, "JWT token is invalid or malformed.");

export const unsupportedAssertionType = (type: string) =>
  new EntraError(
    400,
    "invalid_request",
    90023,
    `Unsupported 'client_assertion_type' value '${type}'.`,
  );

export const assertionExpired = (now: Date, from: Date, until: Date) =>
  new EntraError(
    401,
    "invalid_client",
    700024,
    `Client assertion is not within its valid time range. Current time: ${now.toISOString()}, assertion ` +
      `valid from ${from.toISOString()}, expiry time of assertion ${until.toISOString()}. Review the ` +
      "documentation at https://learn.microsoft.com/entra/identity-platform/certificate-credentials .",
  );

export const assertionSignature = () =>
  new EntraError(401, "invalid_client", 700027, "Client assertion failed signature validation.");

/** Source of the wording: Azure/azure-workload-identity issue 1232. */
export const assertionKeyNotFound = (keyId: string, issuer: string) =>
  new EntraError(
    401,
    "invalid_client",
    7000272,
    `The certificate with identifier ${keyId} used to sign the federated credential could not be found in ` +
      `the metadata of identity provider ${issuer}. Please validate that your Identity Provider's metadata ` +
      "exposes the key used to sign the incoming token.",
  );

/** Source of the wording: Azure/azure-workload-identity issues 642 and 1130. */
export const issuerUnreachable = () =>
  new EntraError(400, "invalid_request", 50166, "Request to External OIDC endpoint failed.");

export const noMatchingIssuer = (issuer: string) =>
  new EntraError(
    401,
    "invalid_client",
    700211,
    `No matching federated identity record found for presented assertion issuer '${issuer}'. ${FEDERATION_HELP}`,
  );

export const noMatchingSubject = (subject: string) =>
  new EntraError(
    401,
    "invalid_client",
    700213,
    `No matching federated identity record found for presented assertion subject '${subject}'. ${FEDERATION_HELP}`,
  );

/** Source: https://learn.microsoft.com/entra/identity-platform/reference-breaking-changes (August 2024). */
export const subjectDiffersInCase = (subject: string) =>
  new EntraError(
    401,
    "invalid_client",
    7002138,
    `No matching federated identity record found for presented assertion subject '${subject}'. The subject ` +
      "matches with case-insensitive comparison, but not with case-sensitive comparison. " +
      FEDERATION_HELP,
  );

export const noMatchingAudience = (audience: string) =>
  new EntraError(
    401,
    "invalid_client",
    700212,
    `No matching federated identity record found for presented assertion audience '${audience}'. ${FEDERATION_HELP}`,
  );
