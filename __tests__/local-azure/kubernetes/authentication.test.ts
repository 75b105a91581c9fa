import { X509Certificate } from "node:crypto";
import { parse } from "yaml";
import { clientCertificate, clusterAuthority } from "../../../local-azure/kubernetes/certificates";
import { TestCluster, type Json } from "./test-cluster";

interface KubeConfig {
  readonly "current-context": string;
  readonly clusters: readonly [
    {
      readonly name: string;
      readonly cluster: { readonly server: string; readonly "certificate-authority-data": string };
    },
  ];
  readonly contexts: readonly [{ readonly name: string; readonly context: Json }];
  readonly users: readonly [
    { readonly name: string; readonly user: Readonly<Record<string, string>> },
  ];
}

const PODS = "/api/v1/namespaces/default/pods";

let cluster: TestCluster;
beforeAll(async () => {
  cluster = await TestCluster.start();
});
afterAll(() => cluster.close());

const kubeconfig = (admin = false) => {
  const text = cluster.planes.kubernetes.kubeconfig(cluster.uid, {
    cluster: "aks",
    resourceGroup: "rg",
    admin,
  });
  return { text, config: parse(text) as KubeConfig };
};

const pem = (text = "") => Buffer.from(text, "base64").toString();

/** A request on a connection whose client has shown this certificate. */
const presenting = async (certificate: string, path = PODS) =>
  cluster.planes.app.request(
    `/kubernetes/${cluster.uid}${path}`,
    {},
    {
      incoming: {
        socket: { getPeerCertificate: () => ({ raw: new X509Certificate(certificate).raw }) },
      },
    },
  );

/** The form of `az aks get-credentials` for a cluster with local accounts. */
test("the kubeconfig names the cluster, its user and its certificates", () => {
  const { config } = kubeconfig();
  expect(config["current-context"]).toBe("aks");
  expect(config.contexts).toEqual([
    { name: "aks", context: { cluster: "aks", user: "clusterUser_rg_aks" } },
  ]);
  expect(config.clusters[0].cluster.server).toBe(
    `https://localhost:8443/kubernetes/${cluster.uid}`,
  );
  expect(pem(config.clusters[0].cluster["certificate-authority-data"])).toContain(
    cluster.planes.certificateAuthority,
  );
  expect(config.users[0].name).toBe("clusterUser_rg_aks");
  const { user } = config.users[0];
  expect(pem(user["client-key-data"])).toContain("BEGIN RSA PRIVATE KEY");
  expect(user.token).toMatch(/^[0-9a-f]{128}$/);
  const admin = kubeconfig(true).config;
  expect(admin["current-context"]).toBe("aks-admin");
  expect(admin.users[0].name).toBe("clusterAdmin_rg_aks");
});

/**
 * azurerm takes a kubeconfig with these letters for one of Entra ID, and drops its certificates. Base64 of ASCII, and
 * so of a PEM text, never has them: at each of the four places in a group they stand for a byte above 127.
 */
test("the kubeconfig has no letters exec, and so no credential plugin", () => {
  expect(kubeconfig().text).not.toContain("exec");
});

test("the client certificate is the cluster's administrator", async () => {
  const certificate = pem(kubeconfig().config.users[0].user["client-certificate-data"]);
  const { subject } = new X509Certificate(certificate);
  expect(subject.split("\n")).toEqual(["O=system:masters", "CN=masterclient"]);
  expect((await presenting(certificate)).status).toBe(200);
});

test("a certificate of another authority is nobody's", async () => {
  const authority = clusterAuthority(cluster.clock.now(), "01");
  const { certificate } = clientCertificate(
    authority,
    { user: "masterclient", group: "system:masters" },
    cluster.clock.now(),
    "02",
  );
  expect((await presenting(certificate)).status).toBe(401);
});

test("nobody is anonymous, and healthz is no exception", async () => {
  for (const path of ["/api", "/version", "/healthz", PODS]) {
    const { status, body } = await cluster.request("GET", path, { token: null });
    expect([path, status, body.reason]).toEqual([path, 401, "Unauthorized"]);
  }
  expect((await cluster.request("GET", PODS, { token: "wrong" })).status).toBe(401);
});

/** https://kubernetes.io/docs/reference/access-authn-authz/authentication/#user-impersonation */
test("an administrator may act as somebody else, and nobody else may", async () => {
  const as = (name: string, more: Readonly<Record<string, string>> = {}) => ({
    headers: { "Impersonate-User": name, ...more },
  });
  const denied = await cluster.request("GET", PODS, as("bob"));
  expect(denied.body).toMatchObject({
    code: 403,
    message:
      'pods is forbidden: User "bob" cannot list resource "pods" in API group "" in the namespace "default"',
    details: { kind: "pods" },
  });
  const master = await cluster.request(
    "GET",
    PODS,
    as("bob", { "Impersonate-Group": "system:masters" }),
  );
  expect(master.status).toBe(200);
  const review = await cluster.request(
    "POST",
    "/apis/authentication.k8s.io/v1/selfsubjectreviews",
    {
      ...as("system:serviceaccount:team:robot"),
      body: {},
    },
  );
  expect(review.body.status).toEqual({
    userInfo: {
      username: "system:serviceaccount:team:robot",
      groups: ["system:serviceaccounts", "system:serviceaccounts:team", "system:authenticated"],
    },
  });
  const { body } = await cluster.request(
    "POST",
    "/api/v1/namespaces/default/serviceaccounts/default/token",
    { body: {} },
  );
  const { token } = body.status as { token: string };
  const climber = await cluster.request("GET", PODS, { ...as("masterclient"), token });
  expect(climber.body).toMatchObject({
    code: 403,
    message:
      'users "masterclient" is forbidden: User "system:serviceaccount:default:default" cannot impersonate resource "users" in API group "" at the cluster scope',
  });
});

/** What `kubectl auth can-i` asks. */
test("access reviews say who may what", async () => {
  const can = async (user: string | undefined, attributes: Json) => {
    const { body } = await cluster.request(
      "POST",
      "/apis/authorization.k8s.io/v1/selfsubjectaccessreviews",
      {
        body: { spec: { resourceAttributes: attributes } },
        headers: user === undefined ? {} : { "Impersonate-User": user },
      },
    );
    return (body.status as { allowed: boolean }).allowed;
  };
  const create = { verb: "create", resource: "pods", namespace: "default" };
  expect([await can(undefined, create), await can("bob", create)]).toEqual([true, false]);
  const rules = async (headers: Readonly<Record<string, string>>) =>
    (
      await cluster.request("POST", "/apis/authorization.k8s.io/v1/selfsubjectrulesreviews", {
        body: { spec: { namespace: "default" } },
        headers,
      })
    ).body.status as { resourceRules: Json[]; incomplete: boolean };
  expect(await rules({})).toMatchObject({
    resourceRules: [{ verbs: ["*"], apiGroups: ["*"], resources: ["*"] }],
    incomplete: false,
  });
  expect((await rules({ "Impersonate-User": "bob" })).resourceRules).toHaveLength(2);
});
