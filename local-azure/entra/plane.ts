import { Hono } from "hono";
import type { EntraPlane, LocalAzure } from "../core/planes";
import { AccessTokens } from "./access-token";
import { Directory, type Operator } from "./directory";
import { cloudEnvironment } from "./environment";
import { EntraError } from "./errors";
import { signingKey } from "./signing-key";
import { TokenEndpoint } from "./token-endpoint";

/** Entra's plane, and the operator whose credentials the entry point prints. */
export interface Entra extends EntraPlane {
  readonly operator: Operator;
  /** Resolves once the signing key is there. */
  readonly ready: Promise<void>;
}

/** Sign-in: cloud metadata, OpenID discovery, signing keys and the token endpoint. */
export function createEntraPlane(azure: LocalAzure): Entra {
  const directory = new Directory(azure);
  const key = signingKey(azure.store);
  const tokens = new AccessTokens(azure, key);
  const endpoint = new TokenEndpoint(azure, directory, tokens);
  const routes = new Hono();

  routes.get("/metadata/endpoints", (c) => {
    const environment = cloudEnvironment(azure.origin);
    // From 2022-09-01 on the answer is the cloud that was asked; before that, a list of all clouds.
    return c.json((c.req.query("api-version") ?? "") >= "2022-09-01" ? environment : [environment]);
  });

  const discovery = (tenant: string, version: "1.0" | "2.0") => {
    const base = `${azure.origin}/${tenant}`;
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
      issuer: version === "2.0" ? `${base}/v2.0` : `${base}/`,
      request_uri_parameter_supported: false,
      authorization_endpoint: `${base}/${path}/authorize`,
      device_authorization_endpoint: `${base}/${path}/devicecode`,
      tenant_region_scope: null,
      cloud_instance_name: new URL(azure.origin).host,
    };
  };
  const versions = { "/v2.0": "2.0", "": "1.0" } as const;
  for (const [path, version] of Object.entries(versions)) {
    // A registry has a path of the form of v1.0's; a tenant is told from a registry by being a GUID.
    const oauth =
      version === "2.0"
        ? "/:tenant/oauth2/v2.0/token"
        : "/:tenant{[0-9a-fA-F]+(?:-[0-9a-fA-F]+){4}}/oauth2/token";
    routes.get(`/:tenant${path}/.well-known/openid-configuration`, (c) =>
      c.json(discovery(c.req.param("tenant"), version)),
    );
    routes.get(`/:tenant/discovery${path}/keys`, async (c) => {
      const { jwk } = await key;
      return c.json({ keys: [{ ...jwk, issuer: tokens.issuer }] });
    });
    routes.post(oauth, async (c) => {
      try {
        const form = new URLSearchParams(await c.req.text());
        return c.json(await endpoint.grant(c.req.param("tenant"), form, version), 200, {
          "cache-control": "no-store",
        });
      } catch (error) {
        if (!(error instanceof EntraError)) throw error;
        azure.log(`sign-in refused: AADSTS${error.code}: ${error.message}`);
        return error.toResponse(azure.clock.now(), c.req.header("client-request-id"));
      }
    });
  }

  return {
    routes,
    operator: directory.operator,
    ready: key.then(() => undefined),
    issueAccessToken: (principal, audience) => tokens.issue(principal, audience),
    verifyBearerToken: (authorization, audiences) => tokens.verify(authorization, audiences),
  };
}
