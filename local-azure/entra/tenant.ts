import { isGuid } from "../core/identifiers";
import * as errors from "./errors";

/** Stand for no tenant of their own: who signs in decides. */
const AUDIENCES_OF_ALL_TENANTS = ["common", "organizations", "consumers"];

/** The tenant segment of a path that stands for every tenant, as discovery documents write it. */
const ANY_TENANT = "{tenantid}";

const DOMAIN = /^[a-z0-9-]+(?:\.[a-z0-9-]+)+$/i;

/**
 * The tenant for a discovery document: `common` and its kin are answered with a template.
 *
 * Source: https://learn.microsoft.com/entra/identity-platform/v2-protocols-oidc
 *
 * @throws EntraError when there is no such tenant here.
 */
export function discoveredTenant(asked: string, tenantId: string): string {
  return AUDIENCES_OF_ALL_TENANTS.includes(asked.toLowerCase())
    ? ANY_TENANT
    : existingTenant(asked, tenantId);
}

/**
 * The tenant for an application's own sign-in, which needs one.
 *
 * Source: MicrosoftDocs/azure-docs issues 24064 (`common`) and 100978 (no domain name).
 *
 * @throws EntraError when there is no such tenant here, or none is named.
 */
export function signInTenant(asked: string, tenantId: string): string {
  if (AUDIENCES_OF_ALL_TENANTS.includes(asked.toLowerCase())) throw errors.noTenant();
  return existingTenant(asked, tenantId);
}

function existingTenant(asked: string, tenantId: string): string {
  if (asked.toLowerCase() === tenantId.toLowerCase()) return tenantId;
  throw isGuid(asked) || DOMAIN.test(asked)
    ? errors.tenantNotFound(asked)
    : errors.invalidTenant(asked);
}
