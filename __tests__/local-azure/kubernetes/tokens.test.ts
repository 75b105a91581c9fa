import { createPublicKey, verify, type JsonWebKey } from "node:crypto";
import { Lines, TestCluster, type Json } from "./test-cluster";

const ACCOUNT = "/api/v1/namespaces/default/serviceaccounts/default";
const ISSUER = "https://localhost:8443/oic/11111111-1111-1111-1111-111111111111";

let cluster: TestCluster;
beforeEach(async () => {
  cluster = await TestCluster.start();
});
afterEach(() => cluster.close());

const ask = (spec: Json = {}) => cluster.request("POST", `${ACCOUNT}/token`, { body: { spec } });

const tokenOf = async (spec?: Json): Promise<string> =>
  ((await ask(spec)).body.status as { token: string }).token;

const decode = (part = ""): Json => JSON.parse(Buffer.from(part, "base64url").toString()) as Json;

const pod = () =>
  cluster.create("pods", {
    metadata: { name: "web" },
    spec: { nodeSelector: { no: "such-node" }, containers: [{ name: "web", image: "web:1" }] },
  });

/** https://kubernetes.io/docs/reference/access-authn-authz/service-accounts-admin/#bound-service-account-tokens */
test("a token request is answered with a token of the account, in the claims of Kubernetes", async () => {
  const account = await cluster.request("GET", ACCOUNT);
  const { status, body } = await ask({
    audiences: ["api://AzureADTokenExchange"],
    expirationSeconds: 7200,
  });
  expect(status).toBe(201);
  expect(body).toMatchObject({
    kind: "TokenRequest",
    apiVersion: "authentication.k8s.io/v1",
    spec: { audiences: ["api://AzureADTokenExchange"], expirationSeconds: 7200 },
    status: { expirationTimestamp: "2026-01-01T02:00:00Z" },
  });
  const now = cluster.clock.now().getTime() / 1000;
  const [header, payload] = (body.status as { token: string }).token.split(".");
  expect(decode(header)).toMatchObject({ alg: "RS256", kid: expect.any(String) as string });
  expect(decode(payload)).toEqual({
    aud: ["api://AzureADTokenExchange"],
    exp: now + 7200,
    iat: now,
    iss: `${ISSUER}/${cluster.uid}/`,
    jti: expect.stringMatching(/^[0-9a-f-]{36}$/) as string,
    "kubernetes.io": {
      namespace: "default",
      serviceaccount: { name: "default", uid: (account.body.metadata as Json).uid },
    },
    nbf: now,
    sub: "system:serviceaccount:default:default",
  });
});

test("the issuer publishes the key that signed it", async () => {
  const get = async (path: string) =>
    (await (await cluster.planes.app.request(path)).json()) as Json;
  const base = `/oic/${cluster.planes.tenantId}/${cluster.uid}`;
  const document = await get(`${base}/.well-known/openid-configuration`);
  // As AKS publishes it: https://learn.microsoft.com/azure/aks/use-oidc-issuer
  expect(document).toEqual({
    issuer: `${ISSUER}/${cluster.uid}/`,
    jwks_uri: `${ISSUER}/${cluster.uid}/openid/v1/jwks`,
    response_types_supported: ["id_token"],
    subject_types_supported: ["public"],
    id_token_signing_alg_values_supported: ["RS256"],
  });
  const { keys } = (await get(new URL(String(document.jwks_uri)).pathname)) as {
    keys: (JsonWebKey & { kid: string; use: string; alg: string })[];
  };
  const token = await tokenOf();
  const [header = "", payload = "", signature = ""] = token.split(".");
  const key = keys.find(({ kid }) => kid === decode(header).kid);
  if (!key) throw new Error("the token's key is not published");
  expect(key).toMatchObject({ kty: "RSA", use: "sig", alg: "RS256" });
  expect(key).not.toHaveProperty("d");
  const isSigned = verify(
    "sha256",
    Buffer.from(`${header}.${payload}`),
    createPublicKey({ key, format: "jwk" }),
    Buffer.from(signature, "base64url"),
  );
  expect(isSigned).toBe(true);
  expect(cluster.planes.kubernetes.issuerKeys(`${ISSUER}/${cluster.uid}/`)).toEqual({ keys });
  expect(cluster.planes.kubernetes.issuerKeys(`${ISSUER}/other/`)).toBeUndefined();
});

test("every cluster has an issuer and a key of its own", async () => {
  const { kubernetes } = cluster.planes;
  await kubernetes.createCluster("another", "/subscriptions/s/another");
  const issuers = [cluster.uid, "another"].map((uid) => kubernetes.issuerUrl(uid));
  const [one, other] = issuers.map((issuer) => kubernetes.issuerKeys(issuer)?.keys[0]);
  expect(one?.n).not.toBe(other?.n);
  expect(one?.kid).not.toBe(other?.kid);
});

test("a token's life has limits", async () => {
  expect((await ask({ expirationSeconds: 599 })).body).toMatchObject({
    code: 422,
    message:
      'TokenRequest.authentication.k8s.io "" is invalid: spec.expirationSeconds: Invalid value: 599: may not specify a duration less than 10 minutes',
  });
  expect((await ask({ expirationSeconds: 1e9 })).body.spec).toMatchObject({
    expirationSeconds: 86_400,
  });
});

test("who holds a token is the service account, until the token ends", async () => {
  const token = await tokenOf();
  const whoAmI = () =>
    cluster.request("POST", "/apis/authentication.k8s.io/v1/selfsubjectreviews", {
      token,
      body: {},
    });
  expect((await whoAmI()).body.status).toEqual({
    userInfo: {
      username: "system:serviceaccount:default:default",
      groups: ["system:serviceaccounts", "system:serviceaccounts:default", "system:authenticated"],
    },
  });
  cluster.clock.advance(3600_000);
  expect((await whoAmI()).status).toBe(401);
});

test.each<[string, () => Promise<string>]>([
  ["for another audience", () => tokenOf({ audiences: ["api://AzureADTokenExchange"] })],
  [
    "that somebody has changed",
    async () => (await tokenOf()).replace(/\.[^.]+\./, ".eyJzdWIiOiJyb290In0."),
  ],
  ["that is none", () => Promise.resolve("no.such.token")],
])("a token %s is not accepted", async (_, make) => {
  const answer = await cluster.request("GET", ACCOUNT, { token: await make() });
  expect(answer.status).toBe(401);
});

test("a token ends with its service account, and with the pod that it is bound to", async () => {
  const { metadata } = await pod();
  const bound = await tokenOf({ boundObjectRef: { kind: "Pod", name: "web" } });
  expect(decode(bound.split(".")[1])["kubernetes.io"]).toMatchObject({
    pod: { name: "web", uid: metadata.uid },
  });
  const free = await tokenOf();
  const status = async (token: string) => (await cluster.request("GET", ACCOUNT, { token })).status;
  expect([await status(bound), await status(free)]).toEqual([403, 403]);
  await cluster.request("DELETE", "/api/v1/namespaces/default/pods/web");
  expect([await status(bound), await status(free)]).toEqual([401, 403]);
  // The controller makes the account anew, with another uid.
  await cluster.request("DELETE", ACCOUNT);
  expect(await status(free)).toBe(401);
});

test("a token is bound to what is there", async () => {
  await pod();
  const bind = async (boundObjectRef: Json) => (await ask({ boundObjectRef })).body;
  expect(await bind({ kind: "Pod", name: "none" })).toMatchObject({ code: 404 });
  expect(await bind({ kind: "Pod", name: "web", uid: "other" })).toMatchObject({ code: 409 });
  expect(await bind({ kind: "Namespace", name: "default" })).toMatchObject({
    code: 400,
    message: 'cannot bind token to object of type "Namespace"',
  });
  const nobody = await cluster.request(
    "POST",
    "/api/v1/namespaces/default/serviceaccounts/nobody/token",
    { body: {} },
  );
  expect(nobody.body).toMatchObject({
    code: 404,
    message: 'serviceaccounts "nobody" not found',
  });
});

test("what was open when the cluster is deleted ends with it", async () => {
  const watch = new Lines(
    await cluster.fetch("GET", "/api/v1/namespaces/default/secrets?watch=true"),
  );
  await cluster.planes.kubernetes.deleteCluster(cluster.uid);
  expect(await watch.next()).toBeUndefined();
  expect((await cluster.request("GET", "/api")).status).toBe(404);
});
