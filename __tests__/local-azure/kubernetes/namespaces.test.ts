import { TestCluster } from "./test-cluster";

let cluster: TestCluster;
beforeEach(async () => {
  cluster = await TestCluster.start();
});
afterEach(() => cluster.close());

/** k8s.io/apiserver/pkg/admission/plugin/namespace/lifecycle/admission.go */
test.each(["default", "kube-system", "kube-public"])("namespace %s stays", async (name) => {
  const { body } = await cluster.request("DELETE", `/api/v1/namespaces/${name}`);
  expect(body).toMatchObject({
    code: 403,
    message: `namespaces "${name}" is forbidden: this namespace may not be deleted`,
  });
});

test("a new namespace has the default service account and the certificate authority", async () => {
  await cluster.create("namespaces", { metadata: { name: "team" } }, "");
  const account = await cluster.request("GET", "/api/v1/namespaces/team/serviceaccounts/default");
  expect(account.status).toBe(200);
  const { body } = await cluster.request(
    "GET",
    "/api/v1/namespaces/team/configmaps/kube-root-ca.crt",
  );
  expect(body.data).toEqual({ "ca.crt": cluster.planes.certificateAuthority });
});
