import { decodeJwt, decodeProtectedHeader, jwtVerify } from "jose";
import { Store } from "../../../local-azure/core/store";
import { ARM, EntraUnderTest, ORIGIN, TENANT } from "./entra";

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
