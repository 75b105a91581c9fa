import { Hono, type Context } from "hono";
import type { EntraPlane, LocalAzure } from "../core/planes";
import { AccessTokens } from "./access-token";
import { Directory, type Operator } from "./directory";
import { instanceDiscovery, issuerOf, openIdConfiguration } from "./discovery";
import { cloudEnvironment, firstCloudEnvironment } from "./environment";
import { EntraError } from "./errors";
import { createGraph } from "./graph";
import { signingKey } from "./signing-key";
import { discoveredTenant } from "./tenant";
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
    const version = c.req.query("api-version") ?? "";
    if (version === "2015-01-01") return c.json(firstCloudEnvironment(azure.origin));
    const environment = cloudEnvironment(azure.origin);
    // From 2022-09-01 on the answer is the cloud that was asked; before that, a list of all clouds.
    return c.json(version >= "2022-09-01" ? environment : [environment]);
  });

  /** Answers a refusal in Entra's form. */
  const refusing =
    (answer: (c: Context) => object | Promise<object>) =>
    async (c: Context): Promise<Response> => {
      try {
        return c.json(await answer(c));
      } catch (error) {
        if (!(error instanceof EntraError)) throw error;
        azure.log(`sign-in refused: AADSTS${error.code}: ${error.message}`);
        const correlation = c.req.header("client-request-id");
        return error.toResponse(azure.origin, azure.clock.now(), correlation);
      }
    };
  const tenantOf = (c: Context) => c.req.param("tenant") ?? "";

  routes.get(
    "/common/discovery/instance",
    refusing((c) =>
      instanceDiscovery(
        azure.origin,
        c.req.query("authorization_endpoint") ?? "",
        c.req.query("api-version") ?? "1.0",
      ),
    ),
  );

  const versions = { "/v2.0": "2.0", "": "1.0" } as const;
  for (const [path, version] of Object.entries(versions)) {
    routes.get(
      `/:tenant${path}/.well-known/openid-configuration`,
      refusing((c) => {
        const tenant = discoveredTenant(tenantOf(c), azure.tenantId);
        return openIdConfiguration(azure.origin, tenantOf(c), tenant, version);
      }),
    );
    routes.get(
      `/:tenant/discovery${path}/keys`,
      refusing(async (c) => {
        const tenant = discoveredTenant(tenantOf(c), azure.tenantId);
        const { jwk } = await key;
        return {
          keys: [
            {
              ...jwk,
              ...(version === "2.0" && { issuer: issuerOf(azure.origin, tenant, version) }),
            },
          ],
        };
      }),
    );
    // A registry has a path of the form of v1.0's; a tenant is told from a registry by being a GUID.
    const tokenPath =
      version === "2.0"
        ? "/:tenant/oauth2/v2.0/token"
        : "/:tenant{[0-9a-fA-F]+(?:-[0-9a-fA-F]+){4}}/oauth2/token";
    routes.post(
      tokenPath,
      refusing(async (c) => {
        c.header("cache-control", "no-store");
        const form = new URLSearchParams(await c.req.text());
        return endpoint.grant(tenantOf(c), form, version);
      }),
    );
  }

  routes.route("/", createGraph(azure, directory, tokens));

  return {
    routes,
    operator: directory.operator,
    ready: key.then(() => undefined),
    issueAccessToken: (principal, audience) => tokens.issue(principal, audience),
    verifyBearerToken: (authorization, audiences) => tokens.verify(authorization, audiences),
  };
}
