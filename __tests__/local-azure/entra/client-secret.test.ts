import { decodeJwt, decodeProtectedHeader, jwtVerify } from "jose";
import { Store } from "../../../local-azure/core/store";
import { EntraUnderTest, ORIGIN, TENANT } from "./entra";

const ARM = "https://management.azure.com";
let azure: EntraUnderTest;
beforeEach(() => {
  azure = new EntraUnderTest();
});

describe("a client secret", () => {
  test("v2.0: a scope gives a token for its resource", async () => {
    const { status, headers, body } = await azure.token(azure.operatorForm());
    expect(status).toBe(200);
    expect(headers.get("cache-control")).toBe("no-store");
    expect(body).toEqual({
      token_type: "Bearer",
      expires_in: 3600,
      ext_expires_in: 3600,
      access_token: expect.any(String) as string,
    });
    expect(decodeJwt(body.access_token).aud).toBe(ARM);
  });

  /** https://learn.microsoft.com/previous-versions/azure/active-directory/azuread-dev/v1-oauth2-client-creds-grant-flow */
  test("v1.0: a resource gives the same, with numbers as strings", async () => {
    const form = azure.operatorForm({ resource: `${ARM}/` });
    delete form.scope;
    const { status, body } = await azure.token(form, { path: "/oauth2/token" });
    expect(status).toBe(200);
    const now = azure.clock.now().getTime() / 1000;
    expect(body).toEqual({
      token_type: "Bearer",
      expires_in: "3600",
      ext_expires_in: "3600",
      expires_on: String(now + 3600),
      not_before: String(now),
      resource: `${ARM}/`,
      access_token: expect.any(String) as string,
    });
    // The audience is written as it was asked for, slash included.
    expect(decodeJwt(body.access_token).aud).toBe(`${ARM}/`);
  });

  /** https://learn.microsoft.com/entra/identity-platform/scopes-oidc#trailing-slash-and-default */
  test("v2.0: the double slash of a resource that ends in one stays in the audience", async () => {
    const { body } = await azure.token(azure.operatorForm({ scope: `${ARM}//.default` }));
    expect(decodeJwt(body.access_token).aud).toBe(`${ARM}/`);
  });

  /** https://learn.microsoft.com/entra/identity-platform/access-token-claims-reference */
  test("the token's claims", async () => {
    const { operator } = azure.entra;
    const { body } = await azure.token(azure.operatorForm());
    const now = azure.clock.now().getTime() / 1000;
    const claims = decodeJwt(body.access_token);
    expect(claims).toEqual({
      aud: ARM,
      iss: `${ORIGIN}/${TENANT}/`,
      idp: `${ORIGIN}/${TENANT}/`,
      iat: now,
      nbf: now,
      exp: now + 3600,
      appid: operator.clientId,
      appidacr: "1",
      idtyp: "app",
      oid: operator.objectId,
      sub: operator.objectId,
      tid: TENANT,
      uti: expect.any(String) as string,
      ver: "1.0",
    });
  });

  test("the token verifies with the published key, and its issuer is the discovered one", async () => {
    const { body } = await azure.token(azure.operatorForm());
    const { body: configuration } = await azure.get(`/${TENANT}/.well-known/openid-configuration`);
    const keys = await azure.publishedKeys();
    const { payload } = await jwtVerify(body.access_token, keys, {
      issuer: configuration.issuer as string,
      audience: ARM,
      currentDate: azure.clock.now(),
    });
    expect(payload.tid).toBe(TENANT);
    const { body: list } = await azure.get(`/${TENANT}/discovery/v2.0/keys`);
    expect(decodeProtectedHeader(body.access_token).kid).toBe(
      (list.keys as { kid: string }[])[0]?.kid,
    );
  });

  test("client id and tenant compare without case", async () => {
    const form = azure.operatorForm({ client_id: azure.entra.operator.clientId.toUpperCase() });
    const { status } = await azure.token(form, { tenant: TENANT.toUpperCase() });
    expect(status).toBe(200);
  });

  test("OpenID's own scopes may stand beside the resource's", async () => {
    const { status } = await azure.token(
      azure.operatorForm({ scope: `${ARM}/.default openid profile offline_access` }),
    );
    expect(status).toBe(200);
  });
});

describe("what stays the same", () => {
  test("a second plane on the same state has the same operator and key", async () => {
    const store = new Store();
    const first = new EntraUnderTest(store);
    const { body } = await first.token(first.operatorForm());
    const second = new EntraUnderTest(store);
    expect(second.entra.operator).toEqual(first.entra.operator);
    const claims = await second.entra.verifyBearerToken(`Bearer ${body.access_token}`, [ARM]);
    expect(claims.oid).toBe(first.entra.operator.objectId);
  });

  test("another state has another secret and another key", async () => {
    const other = new EntraUnderTest();
    expect(other.entra.operator.clientSecret).not.toBe(azure.entra.operator.clientSecret);
    const { body } = await other.token(other.operatorForm());
    await expect(
      azure.entra.verifyBearerToken(`Bearer ${body.access_token}`, [ARM]),
    ).rejects.toMatchObject({ status: 401, code: "InvalidAuthenticationToken" });
  });
});

describe("refusals", () => {
  const refuse = async (
    change: Record<string, string | undefined>,
    expected: { status: number; error: string; code: number; text: string },
    where: { tenant?: string; path?: string } = {},
  ) => {
    const form = Object.fromEntries(
      Object.entries({ ...azure.operatorForm(), ...change }).filter(
        (entry): entry is [string, string] => entry[1] !== undefined,
      ),
    );
    const { status, body } = await azure.token(form, where);
    expect({ status, error: body.error, codes: body.error_codes }).toEqual({
      status: expected.status,
      error: expected.error,
      codes: [expected.code],
    });
    expect(body.error_description).toContain(`AADSTS${expected.code}: `);
    expect(body.error_description).toContain(expected.text);
    expect(body).not.toHaveProperty("access_token");
    return body;
  };

  test("the body has all fields of Entra's errors", async () => {
    const body = await refuse(
      { client_secret: "wrong" },
      { status: 401, error: "invalid_client", code: 7000215, text: "Invalid client secret" },
    );
    // OfficeDev/microsoft-365-agents-toolkit issue 8621 has a whole body.
    expect(body).toEqual({
      error: "invalid_client",
      error_description: expect.stringMatching(
        /^AADSTS7000215: Invalid client secret provided\. Ensure the secret being sent in the request is the client secret value, not the client secret ID, for a secret added to app '[0-9a-f-]{36}'\. Trace ID: [0-9a-f-]{36} Correlation ID: a-correlation-id Timestamp: 2026-01-01 00:00:00Z$/,
      ) as string,
      error_codes: [7000215],
      timestamp: "2026-01-01 00:00:00Z",
      trace_id: expect.stringMatching(/^[0-9a-f-]{36}$/) as string,
      correlation_id: "a-correlation-id",
      error_uri: `${ORIGIN}/error?code=7000215`,
    });
    expect(azure.logged).toEqual([expect.stringContaining("AADSTS7000215")]);
    expect(azure.logged.join("")).not.toContain("wrong");
  });

  test.each(["grant_type", "client_id", "scope"])("no %s: AADSTS900144", async (name) => {
    await refuse(
      { [name]: undefined },
      {
        status: 400,
        error: "invalid_request",
        code: 900144,
        text: `The request body must contain the following parameter: '${name}'.`,
      },
    );
  });

  test("another grant: AADSTS70003", async () => {
    await refuse(
      { grant_type: "password" },
      { status: 400, error: "unsupported_grant_type", code: 70003, text: "'password'" },
    );
  });

  // The wording: stephaneey/azure-apim-extension issue 138.
  test("no secret and no assertion: AADSTS7000216", async () => {
    await refuse(
      { client_secret: undefined },
      {
        status: 401,
        error: "invalid_client",
        code: 7000216,
        text: "is required for the 'client_credentials' grant type",
      },
    );
  });

  test("an application that does not exist: AADSTS700016", async () => {
    const stranger = "55555555-5555-5555-5555-555555555555";
    await refuse(
      { client_id: stranger },
      {
        status: 400,
        error: "unauthorized_client",
        code: 700016,
        text: `Application with identifier '${stranger}' was not found in the directory '${TENANT}'.`,
      },
    );
  });

  test("another tenant: AADSTS90002", async () => {
    const tenant = "99999999-9999-9999-9999-999999999999";
    await refuse(
      {},
      { status: 400, error: "invalid_request", code: 90002, text: `Tenant '${tenant}' not found.` },
      { tenant },
    );
  });

  // MicrosoftDocs/azure-docs issue 24064.
  test.each(["common", "organizations"])("%s names no tenant: AADSTS50059", async (tenant) => {
    await refuse(
      {},
      { status: 400, error: "invalid_request", code: 50059, text: "No tenant-identifying" },
      { tenant },
    );
  });

  test.each([
    "https://management.azure.com",
    "https://management.azure.com/user_impersonation",
    "https://management.azure.com/.default https://graph.microsoft.com/.default",
  ])("scope '%s': AADSTS1002012", async (scope) => {
    await refuse(
      { scope },
      { status: 400, error: "invalid_scope", code: 1002012, text: `for scope ${scope}` },
    );
  });

  test("a resource that does not exist: AADSTS500011", async () => {
    await refuse(
      { scope: "https://nothing.example.com/.default" },
      {
        status: 400,
        error: "invalid_resource",
        code: 500011,
        text: "The resource principal named https://nothing.example.com was not found",
      },
    );
  });
});

/** The codes are Azure Resource Manager's: https://learn.microsoft.com/azure/azure-resource-manager/troubleshooting/common-deployment-errors */
describe("bearer tokens elsewhere", () => {
  const token = async () => (await azure.token(azure.operatorForm())).body.access_token;
  const refused = async (authorization: string | undefined, code: string, audiences = [ARM]) => {
    await expect(azure.entra.verifyBearerToken(authorization, audiences)).rejects.toMatchObject({
      status: 401,
      code,
    });
  };

  test("an audience counts with and without the slash at its end", async () => {
    const claims = await azure.entra.verifyBearerToken(`Bearer ${await token()}`, [`${ARM}/`]);
    expect(claims).toMatchObject({ aud: ARM, tid: TENANT, appid: azure.entra.operator.clientId });
  });

  test("none, or none in the right form", async () => {
    await refused(undefined, "AuthenticationFailed");
    await refused("Basic abc", "AuthenticationFailedInvalidHeader");
    await refused("Bearer abc", "InvalidAuthenticationToken");
  });

  test("another audience", async () => {
    await refused(`Bearer ${await token()}`, "InvalidAuthenticationTokenAudience", [
      "https://cognitiveservices.azure.com",
    ]);
  });

  test("a changed claim", async () => {
    const [header, payload = "", signature] = (await token()).split(".");
    const claims = {
      ...(JSON.parse(Buffer.from(payload, "base64url").toString()) as object),
      oid: "x",
    };
    const changed = Buffer.from(JSON.stringify(claims)).toString("base64url");
    await refused(`Bearer ${header}.${changed}.${signature}`, "InvalidAuthenticationToken");
  });

  test("no signature at all (alg none)", async () => {
    const payload = (await token()).split(".")[1];
    const header = Buffer.from('{"alg":"none","typ":"JWT"}').toString("base64url");
    await refused(`Bearer ${header}.${payload}.`, "InvalidAuthenticationToken");
  });

  test("valid until its expiry, and not a second longer", async () => {
    const authorization = `Bearer ${await token()}`;
    azure.clock.advance(3_599_000);
    await expect(azure.entra.verifyBearerToken(authorization, [ARM])).resolves.toBeDefined();
    azure.clock.advance(1000);
    await refused(authorization, "ExpiredAuthenticationToken");
  });

  test("the challenge says where to sign in", async () => {
    const failure = await azure.entra.verifyBearerToken(undefined, [ARM]).catch((e: unknown) => e);
    const response = (failure as { toResponse(): Response }).toResponse();
    expect(response.headers.get("www-authenticate")).toContain(
      `Bearer authorization_uri="${ORIGIN}/${TENANT}"`,
    );
  });
});
