import { AzureError } from "../core/errors";
import type { ArmResource, LocalAzure } from "../core/planes";
import { StorageError } from "./errors";

/** Source: https://learn.microsoft.com/rest/api/storageservices/authorize-with-azure-active-directory */
const AUDIENCE = "https://storage.azure.com";
const OLDEST_WITH_BEARER = "2017-11-09";

/** What `AuthenticationErrorDetail` says of a token. */
const DETAILS: Readonly<Record<string, string>> = {
  InvalidAuthenticationTokenAudience: "Audience validation failed. Audience did not match.",
  ExpiredAuthenticationToken: "Lifetime validation failed. The token is expired.",
};

/**
 * Who sent a request: by a token of Entra ID, and by nothing else.
 *
 * @returns The principal's object id.
 * @throws StorageError 401 or 403.
 */
export async function authenticate(
  azure: LocalAzure,
  account: ArmResource,
  { headers, url }: Request,
): Promise<string> {
  const authorization = headers.get("authorization");
  const signed = new URL(url).searchParams.has("sig");
  if (signed || /^sharedkey(?:lite)? /i.test(authorization ?? "")) throw keyRefused(account);
  if (authorization === null) throw unauthenticated(azure, "NoAuthenticationInformation");
  if ((headers.get("x-ms-version") ?? "") < OLDEST_WITH_BEARER) {
    throw authenticationFailed("Authentication scheme Bearer is not supported in this version.");
  }
  const claims = await azure.entra
    .verifyBearerToken(authorization, [AUDIENCE])
    .catch((error: unknown) => {
      if (!(error instanceof AzureError)) throw error;
      const detail = DETAILS[error.code] ?? "Signature validation failed. The token is not valid.";
      throw unauthenticated(azure, "InvalidAuthenticationInfo", detail);
    });
  return claims.oid;
}

/**
 * @param permissions - Any one of them is enough.
 * @throws StorageError 403, whoever asks: Owner has no data actions.
 */
export function authorize(
  azure: LocalAzure,
  principalId: string,
  permissions: readonly string[],
  scope: string,
): void {
  if (permissions.some((name) => azure.arm.permits(principalId, name, scope))) return;
  throw new StorageError(
    403,
    "AuthorizationPermissionMismatch",
    "This request is not authorized to perform this operation using this permission.",
  );
}

/** Source: https://learn.microsoft.com/azure/storage/common/shared-key-authorization-prevent */
function keyRefused({ properties }: ArmResource): StorageError {
  return properties.allowSharedKeyAccess === false
    ? new StorageError(
        403,
        "KeyBasedAuthenticationNotPermitted",
        "Key based authentication is not permitted on this storage account.",
      )
    : authenticationFailed("The local Azure takes tokens of Microsoft Entra ID only.");
}

function authenticationFailed(detail: string): StorageError {
  return new StorageError(
    403,
    "AuthenticationFailed",
    "Server failed to authenticate the request. Make sure the value of Authorization header is formed correctly including the signature.",
    { details: { AuthenticationErrorDetail: detail } },
  );
}

/** With the bearer challenge, from which clients learn tenant and audience. */
function unauthenticated(azure: LocalAzure, code: string, detail?: string): StorageError {
  const challenge = `Bearer authorization_uri=${azure.origin}/${azure.tenantId}/oauth2/authorize resource_id=${AUDIENCE}`;
  return new StorageError(
    401,
    code,
    "Server failed to authenticate the request. Please refer to the information in the www-authenticate header.",
    {
      headers: { "www-authenticate": challenge },
      ...(detail !== undefined && { details: { AuthenticationErrorDetail: detail } }),
    },
  );
}
