import { createLocalJWKSet, exportJWK, generateKeyPair, SignJWT, type KeyLike } from "jose";
import { Hono } from "hono";
import { AzureError } from "../../../local-azure/core/errors";
import type { LocalAzure } from "../../../local-azure/core/planes";
import { Store } from "../../../local-azure/core/store";
import { createEntraPlane, type Entra } from "../../../local-azure/entra/plane";
import { FakeArm } from "../composed-planes";
import { ManualClock } from "../manual-clock";

export const ORIGIN = "https://localhost:8443";
export const TENANT = "11111111-1111-1111-1111-111111111111";
export const ISSUER = `${ORIGIN}/oidc/cluster/`;
export const SUBJECT = "system:serviceaccount:default:sc-account";
export const EXCHANGE = "api://AzureADTokenExchange";
export const ARM = "https://management.azure.com";
export const COGNITIVE_SERVICES = "https://cognitiveservices.azure.com";

/** The identity that the workload signs in as. */
export const IDENTITY = {
  clientId: "33333333-3333-3333-3333-333333333333",
  principalId: "44444444-4444-4444-4444-444444444444",
};

const IDENTITIES = "Microsoft.ManagedIdentity/userAssignedIdentities";
const IDENTITY_ID = `/subscriptions/s/resourceGroups/g/providers/${IDENTITIES}/MyIdentity`;

/** What an answer of the token endpoint holds, in either version. */
export interface TokenAnswer {
  readonly status: number;
  readonly headers: Headers;
  readonly body: Record<string, unknown> & {
    readonly access_token: string;
    readonly error: string;
    readonly error_description: string;
    readonly error_codes: number[];
  };
}

/** Entra's plane alone, with an identity that trusts one issuer, whose key the test holds. */
export class EntraUnderTest {
  readonly clock = new ManualClock();
  readonly arm = new FakeArm();
  readonly logged: string[] = [];
  readonly entra: Entra;
  readonly #app = new Hono();
  readonly #issuerKeys = new Map<string, { keys: Record<string, unknown>[] }>();

  constructor(store = new Store()) {
    this.entra = createEntraPlane({
      clock: this.clock,
      store,
      origin: ORIGIN,
      tenantId: TENANT,
      log: (line: string) => this.logged.push(line),
      arm: this.arm,
      kubernetes: { issuerKeys: (issuer: string) => this.#issuerKeys.get(issuer) },
    } as unknown as LocalAzure);
    this.#app.route("/", this.entra.routes);
    this.#app.onError((error) => {
      if (error instanceof AzureError) return error.toResponse();
      throw error;
    });
    this.arm.resources.push({
      id: IDENTITY_ID,
      name: "MyIdentity",
      type: IDENTITIES,
      properties: { ...IDENTITY },
    });
  }

  trust(credential: { issuer?: string; subject?: string; audiences?: string[] } = {}): void {
    this.arm.resources.push({
      id: `${IDENTITY_ID}/federatedIdentityCredentials/credential${this.arm.resources.length}`,
      name: "credential",
      type: `${IDENTITIES}/federatedIdentityCredentials`,
      properties: { issuer: ISSUER, subject: SUBJECT, audiences: [EXCHANGE], ...credential },
    });
  }

  publish(issuer: string, ...keys: Record<string, unknown>[]): void {
    this.#issuerKeys.set(issuer, { keys });
  }

  async request(path: string, init?: RequestInit): Promise<Response> {
    return this.#app.request(`${ORIGIN}${path}`, init);
  }

  async get(path: string): Promise<{ status: number; body: Record<string, unknown> }> {
    const response = await this.request(path);
    return {
      status: response.status,
      body: (await response.json()) as Record<string, unknown>,
    };
  }

  async token(
    form: Record<string, string>,
    { tenant = TENANT, path = "/oauth2/v2.0/token" } = {},
  ): Promise<TokenAnswer> {
    const response = await this.request(`/${tenant}${path}`, {
      method: "POST",
      headers: { "client-request-id": "a-correlation-id" },
      body: new URLSearchParams(form),
    });
    const { status, headers } = response;
    return { status, headers, body: (await response.json()) as TokenAnswer["body"] };
  }

  /** A form that the operator signs in with. */
  operatorForm(more: Record<string, string> = {}): Record<string, string> {
    return {
      grant_type: "client_credentials",
      client_id: this.entra.operator.clientId,
      client_secret: this.entra.operator.clientSecret,
      scope: `${ARM}/.default`,
      ...more,
    };
  }

  /** The verifier that a service uses, with the keys that the plane publishes. */
  async publishedKeys(path = "/common/discovery/v2.0/keys") {
    const { body } = await this.get(path);
    return createLocalJWKSet(body as never);
  }
}

/** A form that a workload signs in with. */
export const workloadForm = (assertion: string, more: Record<string, string> = {}) => ({
  grant_type: "client_credentials",
  client_id: IDENTITY.clientId,
  client_assertion_type: "urn:ietf:params:oauth:client-assertion-type:jwt-bearer",
  client_assertion: assertion,
  scope: `${COGNITIVE_SERVICES}/.default`,
  ...more,
});

/** Signs a workload's tokens, as a cluster's issuer does. */
export class Issuer {
  private constructor(
    readonly privateKey: KeyLike,
    readonly jwk: Record<string, unknown>,
  ) {}

  static async make(kid = "issuer-key"): Promise<Issuer> {
    const { privateKey, publicKey } = await generateKeyPair("RS256", { extractable: true });
    return new Issuer(privateKey, { ...(await exportJWK(publicKey)), kid, alg: "RS256" });
  }

  sign(
    now: Date,
    claims: {
      issuer?: string;
      subject?: string;
      audience?: string | string[];
      from?: number;
      seconds?: number;
    } = {},
  ): Promise<string> {
    const { issuer = ISSUER, subject = SUBJECT, audience = EXCHANGE, seconds = 3600 } = claims;
    const issued = Math.floor(now.getTime() / 1000) + (claims.from ?? 0);
    return new SignJWT({})
      .setProtectedHeader({ alg: "RS256", kid: this.jwk.kid as string })
      .setIssuer(issuer)
      .setSubject(subject)
      .setAudience(audience)
      .setIssuedAt(issued)
      .setNotBefore(issued)
      .setExpirationTime(issued + seconds)
      .sign(this.privateKey);
  }
}
