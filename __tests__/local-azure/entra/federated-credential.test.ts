import { decodeJwt, SignJWT } from "jose";
import {
  COGNITIVE_SERVICES,
  EntraUnderTest,
  EXCHANGE,
  IDENTITY,
  ISSUER,
  Issuer,
  SUBJECT,
  workloadForm,
} from "./entra";

let azure: EntraUnderTest;
let issuer: Issuer;
beforeAll(async () => {
  issuer = await Issuer.make();
});
beforeEach(() => {
  azure = new EntraUnderTest();
  azure.trust();
  azure.publish(ISSUER, issuer.jwk);
});

test("a workload's token is exchanged for one of the identity", async () => {
  const { status, body } = await azure.token(workloadForm(await issuer.sign(azure.clock.now())));
  expect(status).toBe(200);
  expect(decodeJwt(body.access_token)).toMatchObject({
    aud: COGNITIVE_SERVICES,
    oid: IDENTITY.principalId,
    sub: IDENTITY.principalId,
    appid: IDENTITY.clientId,
    // https://learn.microsoft.com/entra/identity-platform/access-token-claims-reference: 2 is not a secret.
    appidacr: "2",
  });
});

test("any of several credentials will do", async () => {
  azure.trust({ subject: "system:serviceaccount:default:other" });
  const token = await issuer.sign(azure.clock.now(), {
    subject: "system:serviceaccount:default:other",
  });
  expect((await azure.token(workloadForm(token))).status).toBe(200);
});

test("a token for several audiences, of which one is right", async () => {
  const token = await issuer.sign(azure.clock.now(), { audience: ["other", EXCHANGE] });
  expect((await azure.token(workloadForm(token))).status).toBe(200);
});

describe("refusals", () => {
  const refuse = async (
    assertion: string,
    status: number,
    code: number,
    text: string,
    more: Record<string, string> = {},
  ) => {
    const answer = await azure.token(workloadForm(assertion, more));
    expect(answer.body.error_description).toContain(`AADSTS${code}: `);
    expect(answer.body.error_description).toContain(text);
    expect(answer.body.error_codes).toEqual([code]);
    expect(answer.body.error).toBe(status === 401 ? "invalid_client" : "invalid_request");
    expect(answer.status).toBe(status);
    expect(answer.body).not.toHaveProperty("access_token");
  };
  const HELP =
    "Check your federated identity credential Subject, Audience and Issuer against the presented assertion. " +
    "https://learn.microsoft.com/entra/workload-id/workload-identity-federation";

  // Azure/azure-workload-identity issue 1200; the status: external-secrets/external-secrets issue 2783.
  test("another issuer: AADSTS700211", async () => {
    const token = await issuer.sign(azure.clock.now(), { issuer: "https://other.example.com/" });
    await refuse(
      token,
      401,
      700211,
      `No matching federated identity record found for presented assertion issuer 'https://other.example.com/'. ${HELP}`,
    );
  });

  test("the issuer without its slash is another one", async () => {
    const token = await issuer.sign(azure.clock.now(), { issuer: ISSUER.slice(0, -1) });
    await refuse(token, 401, 700211, `issuer '${ISSUER.slice(0, -1)}'`);
  });

  // Azure/azure-workload-identity issue 1200.
  test("another service account: AADSTS700213", async () => {
    const token = await issuer.sign(azure.clock.now(), {
      subject: "system:serviceaccount:kube-system:default",
    });
    await refuse(
      token,
      401,
      700213,
      `No matching federated identity record found for presented assertion subject 'system:serviceaccount:kube-system:default'. ${HELP}`,
    );
  });

  // https://learn.microsoft.com/entra/identity-platform/reference-breaking-changes; Azure/login issue 517.
  test("the subject in another casing: AADSTS7002138", async () => {
    const token = await issuer.sign(azure.clock.now(), { subject: SUBJECT.toUpperCase() });
    await refuse(
      token,
      401,
      7002138,
      "The subject matches with case-insensitive comparison, but not with case-sensitive comparison.",
    );
  });

  test("another audience: AADSTS700212", async () => {
    const token = await issuer.sign(azure.clock.now(), { audience: "https://kubernetes.default" });
    await refuse(token, 401, 700212, `assertion audience 'https://kubernetes.default'. ${HELP}`);
  });

  // Azure/azure-workload-identity issue 693.
  test("expired, or not yet valid: AADSTS700024", async () => {
    const expired = await issuer.sign(azure.clock.now(), { from: -7200 });
    await refuse(
      expired,
      401,
      700024,
      "Current time: 2026-01-01T00:00:00.000Z, assertion valid from 2025-12-31T22:00:00.000Z, expiry time of assertion 2025-12-31T23:00:00.000Z.",
    );
    const early = await issuer.sign(azure.clock.now(), { from: 600 });
    await refuse(early, 401, 700024, "assertion valid from 2026-01-01T00:10:00.000Z");
  });

  // Azure/azure-workload-identity issue 1232.
  test("a key that the issuer does not publish: AADSTS7000272", async () => {
    const stranger = await Issuer.make("stranger-key");
    await refuse(
      await stranger.sign(azure.clock.now()),
      401,
      7000272,
      `The certificate with identifier stranger-key used to sign the federated credential could not be found in the metadata of identity provider ${ISSUER}.`,
    );
  });

  test("another key under the issuer's name: AADSTS700027", async () => {
    const forger = await Issuer.make("issuer-key");
    await refuse(await forger.sign(azure.clock.now()), 401, 700027, "signature validation");
  });

  // Azure/azure-workload-identity issues 642 and 1130.
  test("an issuer that does not answer (its cluster is gone): AADSTS50166", async () => {
    azure.trust({ issuer: "https://gone.example.com/" });
    const token = await issuer.sign(azure.clock.now(), { issuer: "https://gone.example.com/" });
    await refuse(token, 400, 50166, "Request to External OIDC endpoint failed.");
  });

  // panva/openid-client issue 348.
  test("no JWT, or one without issuer or subject: AADSTS50027", async () => {
    await refuse("nonsense", 400, 50027, "JWT token is invalid or malformed.");
    const bare = await new SignJWT({}).setProtectedHeader({ alg: "RS256" }).sign(issuer.privateKey);
    await refuse(bare, 400, 50027, "JWT token is invalid or malformed.");
  });

  test("another assertion type, or none", async () => {
    const token = await issuer.sign(azure.clock.now());
    const type = "urn:ietf:params:oauth:client-assertion-type:saml2-bearer";
    await refuse(token, 400, 90023, type, { client_assertion_type: type });
    await refuse(token, 400, 900144, "'client_assertion_type'", { client_assertion_type: "" });
  });

  test("an identity without any credential", async () => {
    azure = new EntraUnderTest();
    azure.publish(ISSUER, issuer.jwk);
    await refuse(await issuer.sign(azure.clock.now()), 401, 700211, `issuer '${ISSUER}'`);
  });

  test("an identity has no secret: AADSTS7000215", async () => {
    const form: Record<string, string> = { ...workloadForm("x"), client_secret: "guess" };
    delete form.client_assertion;
    const { body } = await azure.token(form);
    expect(body.error_codes).toEqual([7000215]);
  });

  test("the operator has no federated credential", async () => {
    const token = await issuer.sign(azure.clock.now());
    const form = workloadForm(token, { client_id: azure.entra.operator.clientId });
    const { body } = await azure.token(form);
    expect(body.error_codes).toEqual([700211]);
  });
});
