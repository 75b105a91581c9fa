import { unknownInstance } from "./errors";

/** The two versions of Entra's endpoints. */
export type EndpointVersion = "1.0" | "2.0";

/**
 * The OpenID configuration of a tenant.
 *
 * Source: https://learn.microsoft.com/entra/identity-platform/v2-protocols-oidc#find-your-apps-openid-configuration-document-uri
 *
 * @param asked - The tenant as the client wrote it: its other addresses repeat that.
 * @param tenant - The tenant's id; `{tenantid}` for all of them.
 */
export function openIdConfiguration(
  origin: string,
  asked: string,
  tenant: string,
  version: EndpointVersion,
) {
  const base = `${origin}/${asked}`;
  const path = version === "2.0" ? "oauth2/v2.0" : "oauth2";
  return {
    token_endpoint: `${base}/${path}/token`,
    token_endpoint_auth_methods_supported: ["client_secret_post", "private_key_jwt"],
    jwks_uri: `${base}/discovery/${version === "2.0" ? "v2.0/" : ""}keys`,
    response_modes_supported: ["query", "fragment", "form_post"],
    subject_types_supported: ["pairwise"],
    id_token_signing_alg_values_supported: ["RS256"],
    response_types_supported: ["code", "id_token", "code id_token", "id_token token"],
    scopes_supported: ["openid", "profile", "email", "offline_access"],
    issuer: issuerOf(origin, tenant, version),
    request_uri_parameter_supported: false,
    authorization_endpoint: `${base}/${path}/authorize`,
    device_authorization_endpoint: `${base}/${path}/devicecode`,
    tenant_region_scope: null,
    cloud_instance_name: new URL(origin).host,
  };
}

/** Azure's v1.0 tokens come from `https://sts.windows.net/<tenant>/`; there is one host here. */
export const issuerOf = (origin: string, tenant: string, version: EndpointVersion): string =>
  `${origin}/${tenant}/${version === "2.0" ? "v2.0" : ""}`;

/**
 * What MSAL asks of a host that it does not know, before it sends anything secret there.
 *
 * Source: AzureAD/microsoft-authentication-library-for-python, msal/authority.py (`instance_discovery`).
 *
 * @param authorizationEndpoint - An address of the authority that is to be trusted.
 * @throws EntraError when that is not this authority.
 */
export function instanceDiscovery(
  origin: string,
  authorizationEndpoint: string,
  apiVersion: string,
) {
  if (!URL.canParse(authorizationEndpoint)) throw unknownInstance();
  const endpoint = new URL(authorizationEndpoint);
  const { host, origin: own } = new URL(origin);
  if (endpoint.origin !== own) throw unknownInstance();
  const tenant = endpoint.pathname.split("/")[1] ?? "";
  return {
    tenant_discovery_endpoint: `${origin}/${tenant}/v2.0/.well-known/openid-configuration`,
    "api-version": apiVersion,
    metadata: [{ preferred_network: host, preferred_cache: host, aliases: [host] }],
  };
}
