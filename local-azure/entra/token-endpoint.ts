import type { LocalAzure } from "../core/planes";
import { ACCESS_TOKEN_LIFETIME, type AccessTokens, type Principal } from "./access-token";
import { verifyAssertion } from "./assertion";
import type { Directory } from "./directory";
import { RESOURCES } from "./environment";
import type { EndpointVersion } from "./discovery";
import * as errors from "./errors";
import { signInTenant } from "./tenant";

const ASSERTION_TYPE = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer";

/** The client-credentials grant, with a secret or with a federated token. */
export class TokenEndpoint {
  readonly #azure: LocalAzure;
  readonly #directory: Directory;
  readonly #tokens: AccessTokens;

  constructor(azure: LocalAzure, directory: Directory, tokens: AccessTokens) {
    this.#azure = azure;
    this.#directory = directory;
    this.#tokens = tokens;
  }

  /**
   * @param version - `2.0` takes a `scope`, `1.0` a `resource`.
   * @throws EntraError when the grant is refused.
   */
  async grant(
    tenant: string,
    form: URLSearchParams,
    version: EndpointVersion,
  ): Promise<Record<string, unknown>> {
    signInTenant(tenant, this.#azure.tenantId);
    const grantType = required(form, "grant_type");
    if (grantType !== "client_credentials") throw errors.unsupportedGrantType(grantType);
    const clientId = required(form, "client_id");
    const audience =
      version === "2.0" ? this.#ofScope(form) : this.#known(required(form, "resource"));
    const principal = await this.#authenticate(clientId, form);
    const access_token = await this.#tokens.issue(
      principal,
      audience,
      form.has("client_assertion") ? "assertion" : "secret",
    );
    const lifetime = { expires_in: ACCESS_TOKEN_LIFETIME, ext_expires_in: ACCESS_TOKEN_LIFETIME };
    if (version === "2.0") return { token_type: "Bearer", ...lifetime, access_token };
    const now = Math.floor(this.#azure.clock.now().getTime() / 1000);
    // The v1.0 endpoint writes numbers as strings and adds absolute times.
    return {
      token_type: "Bearer",
      expires_in: String(ACCESS_TOKEN_LIFETIME),
      ext_expires_in: String(ACCESS_TOKEN_LIFETIME),
      expires_on: String(now + ACCESS_TOKEN_LIFETIME),
      not_before: String(now),
      resource: audience,
      access_token,
    };
  }

  async #authenticate(clientId: string, form: URLSearchParams): Promise<Principal> {
    const { operator } = this.#directory;
    const secret = form.get("client_secret");
    const assertion = form.get("client_assertion");
    if (clientId.toLowerCase() === operator.clientId) {
      if (secret === null && assertion === null) throw errors.missingCredential();
      // The operator has no federated credential: an assertion can only be refused.
      if (assertion !== null) await this.#verify(form, assertion, []);
      if (!this.#directory.isOperatorSecret(secret ?? "")) throw errors.invalidSecret(clientId);
      return { oid: operator.objectId, appid: operator.clientId };
    }
    const identity = this.#directory.managedIdentity(clientId);
    if (!identity) throw errors.applicationNotFound(clientId, this.#azure.tenantId);
    if (assertion === null) {
      throw secret === null ? errors.missingCredential() : errors.invalidSecret(clientId);
    }
    await this.#verify(form, assertion, this.#directory.federatedCredentials(identity));
    return {
      oid: identity.properties.principalId as string,
      appid: identity.properties.clientId as string,
    };
  }

  async #verify(
    form: URLSearchParams,
    assertion: string,
    credentials: ReturnType<Directory["federatedCredentials"]>,
  ): Promise<void> {
    const type = required(form, "client_assertion_type");
    if (type !== ASSERTION_TYPE) throw errors.unsupportedAssertionType(type);
    await verifyAssertion(assertion, credentials, this.#azure);
  }

  #ofScope(form: URLSearchParams): string {
    const scope = required(form, "scope");
    // OpenID's own scopes may stand beside the one that names the resource.
    const named = scope
      .split(" ")
      .filter((part) => !/^(?:openid|profile|offline_access)$/.test(part));
    const [only, ...others] = named;
    if (only === undefined || others.length > 0 || !only.endsWith("/.default")) {
      throw errors.invalidScope(scope);
    }
    return this.#known(only.slice(0, -"/.default".length));
  }

  #known(resource: string): string {
    const name = resource.replace(/\/+$/, "");
    if (!RESOURCES.has(name) && name !== this.#azure.origin) {
      throw errors.resourceNotFound(resource, this.#azure.tenantId);
    }
    return resource;
  }
}

function required(form: URLSearchParams, name: string): string {
  const value = form.get(name);
  if (value === null || value === "") throw errors.missingParameter(name);
  return value;
}
