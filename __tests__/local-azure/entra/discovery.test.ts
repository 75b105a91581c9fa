import { EntraUnderTest, ORIGIN, TENANT } from "./entra";

let azure: EntraUnderTest;
beforeEach(() => {
  azure = new EntraUnderTest();
});

/** https://learn.microsoft.com/entra/identity-platform/v2-protocols-oidc */
describe("OpenID configuration", () => {
  test("of the tenant, v2.0", async () => {
    const { status, body } = await azure.get(`/${TENANT}/v2.0/.well-known/openid-configuration`);
    expect(status).toBe(200);
    expect(body).toMatchObject({
      issuer: `${ORIGIN}/${TENANT}/v2.0`,
      token_endpoint: `${ORIGIN}/${TENANT}/oauth2/v2.0/token`,
      jwks_uri: `${ORIGIN}/${TENANT}/discovery/v2.0/keys`,
      authorization_endpoint: `${ORIGIN}/${TENANT}/oauth2/v2.0/authorize`,
      id_token_signing_alg_values_supported: ["RS256"],
    });
  });

  test("of the tenant, v1.0", async () => {
    const { body } = await azure.get(`/${TENANT}/.well-known/openid-configuration`);
    expect(body).toMatchObject({
      issuer: `${ORIGIN}/${TENANT}/`,
      token_endpoint: `${ORIGIN}/${TENANT}/oauth2/token`,
      jwks_uri: `${ORIGIN}/${TENANT}/discovery/keys`,
    });
  });

  test("azapi asks with a bare question mark", async () => {
    const { status } = await azure.get(`/${TENANT}/v2.0/.well-known/openid-configuration?`);
    expect(status).toBe(200);
  });

  test.each(["common", "organizations"])(
    "%s has a template for issuer, and its own addresses",
    async (audience) => {
      const { body } = await azure.get(`/${audience}/v2.0/.well-known/openid-configuration`);
      expect(body.issuer).toBe(`${ORIGIN}/{tenantid}/v2.0`);
      expect(body.token_endpoint).toBe(`${ORIGIN}/${audience}/oauth2/v2.0/token`);
    },
  );

  test.each([
    ["99999999-9999-9999-9999-999999999999", 90002, "Tenant '99999999-"],
    ["contoso.onmicrosoft.com", 90002, "Tenant 'contoso.onmicrosoft.com' not found"],
    ["authorize", 900023, "neither a valid DNS name, nor a valid external domain"],
  ])("%s is refused with AADSTS%i", async (tenant, code, text) => {
    for (const path of ["/v2.0/.well-known/openid-configuration", "/discovery/v2.0/keys"]) {
      const { status, body } = await azure.get(`/${tenant}${path}`);
      expect(status).toBe(400);
      expect(body.error_codes).toEqual([code]);
      expect(body.error_description).toContain(text);
    }
  });
});

describe("signing keys", () => {
  test.each([
    [`/${TENANT}/discovery/v2.0/keys`, `${ORIGIN}/${TENANT}/v2.0`],
    ["/common/discovery/v2.0/keys", `${ORIGIN}/{tenantid}/v2.0`],
    [`/${TENANT}/discovery/keys`, undefined],
  ])("%s: one RSA key for signatures, and no private part", async (path, issuer) => {
    const { body } = await azure.get(path);
    const [key, ...more] = body.keys as Record<string, unknown>[];
    expect(more).toEqual([]);
    expect(Object.keys(key ?? {}).sort()).toEqual(
      ["alg", "e", "kid", "kty", "n", "use", ...(issuer === undefined ? [] : ["issuer"])].sort(),
    );
    expect(key).toMatchObject({ kty: "RSA", use: "sig", alg: "RS256" });
    expect(key?.issuer).toBe(issuer);
  });
});

/** AzureAD/microsoft-authentication-library-for-python, msal/authority.py. */
describe("instance discovery", () => {
  const ask = (authorizationEndpoint: string) =>
    azure.get(
      `/common/discovery/instance?api-version=1.1&authorization_endpoint=${encodeURIComponent(authorizationEndpoint)}`,
    );

  test("vouches for itself", async () => {
    const { status, body } = await ask(`${ORIGIN}/${TENANT}/oauth2/v2.0/authorize`);
    expect(status).toBe(200);
    expect(body).toEqual({
      tenant_discovery_endpoint: `${ORIGIN}/${TENANT}/v2.0/.well-known/openid-configuration`,
      "api-version": "1.1",
      metadata: [
        {
          preferred_network: "localhost:8443",
          preferred_cache: "localhost:8443",
          aliases: ["localhost:8443"],
        },
      ],
    });
  });

  test.each(["https://login.example.com/common/oauth2/v2.0/authorize", "", "nonsense"])(
    "does not vouch for '%s'",
    async (endpoint) => {
      const { status, body } = await ask(endpoint);
      expect(status).toBe(400);
      expect(body.error).toBe("invalid_instance");
      expect(body.error_codes).toEqual([50049]);
    },
  );
});

/** hashicorp/go-azure-sdk, sdk/internal/metadata: which body belongs to which api-version. */
describe("cloud metadata", () => {
  test.each(["2022-09-01", "2023-12-01"])("%s: one cloud", async (version) => {
    const { body } = await azure.get(`/metadata/endpoints?api-version=${version}`);
    expect(body).toMatchObject({
      name: "LocalAzure",
      resourceManager: `${ORIGIN}/`,
      authentication: {
        loginEndpoint: `${ORIGIN}/`,
        identityProvider: "AAD",
        audiences: ["https://management.core.windows.net/", "https://management.azure.com/"],
      },
      suffixes: { acrLoginServer: "localhost:8443", storage: "localhost:8443" },
    });
  });

  test.each(["2019-05-01", "2020-06-01"])("%s: a list of clouds", async (version) => {
    const { body } = await azure.get(`/metadata/endpoints?api-version=${version}`);
    expect(body).toMatchObject([{ name: "LocalAzure", resourceManager: `${ORIGIN}/` }]);
  });

  /** Azure/azure-cli, azure/cli/command_modules/cloud/custom.py asks with this one. */
  test("2015-01-01: the four addresses that this version knows", async () => {
    const { body } = await azure.get("/metadata/endpoints?api-version=2015-01-01");
    expect(body).toEqual({
      galleryEndpoint: `${ORIGIN}/`,
      graphEndpoint: "https://graph.windows.net/",
      portalEndpoint: ORIGIN,
      authentication: {
        loginEndpoint: `${ORIGIN}/`,
        audiences: ["https://management.core.windows.net/", "https://management.azure.com/"],
      },
    });
  });
});
