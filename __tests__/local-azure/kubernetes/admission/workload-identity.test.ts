import { TestCluster, type Json } from "../test-cluster";

/**
 * What the mutating webhook of Azure Workload Identity does to a pod: Azure/azure-workload-identity v1.5,
 * pkg/webhook/webhook.go (`Handle`, `mutateContainers`, `addEnvironmentVariables`, `addProjectedVolume`), and
 * https://azure.github.io/azure-workload-identity/docs/topics/service-account-labels-and-annotations.html
 */
const CLIENT = "33333333-3333-3333-3333-333333333333";
const TENANT = "11111111-1111-1111-1111-111111111111";
const MOUNT = {
  name: "azure-identity-token",
  readOnly: true,
  mountPath: "/var/run/secrets/azure/tokens",
};
const ENVIRONMENT = [
  { name: "AZURE_CLIENT_ID", value: CLIENT },
  { name: "AZURE_TENANT_ID", value: TENANT },
  {
    name: "AZURE_FEDERATED_TOKEN_FILE",
    value: "/var/run/secrets/azure/tokens/azure-identity-token",
  },
  { name: "AZURE_AUTHORITY_HOST", value: "https://localhost:8443/" },
];

const volume = (expirationSeconds: number) => ({
  name: "azure-identity-token",
  projected: {
    sources: [
      {
        serviceAccountToken: {
          audience: "api://AzureADTokenExchange",
          expirationSeconds,
          path: "azure-identity-token",
        },
      },
    ],
    defaultMode: 420,
  },
});

interface Container {
  name: string;
  env?: { name: string; value: string }[];
  volumeMounts?: { name: string }[];
}

interface Spec {
  containers: [Container, ...Container[]];
  initContainers?: Container[];
  volumes: { name: string }[];
}

let cluster: TestCluster;
let count = 0;
beforeAll(async () => {
  cluster = await TestCluster.start({ workloadIdentity: true });
  await cluster.create("serviceaccounts", {
    metadata: { name: "plain", annotations: { "azure.workload.identity/client-id": CLIENT } },
  });
});
afterAll(() => cluster.close());

const post = (
  {
    labels = { "azure.workload.identity/use": "true" },
    annotations,
    ...spec
  }: { labels?: Json; annotations?: Json; [field: string]: unknown } = {},
  on = cluster,
) =>
  on.request("POST", "/api/v1/namespaces/default/pods", {
    body: {
      metadata: { name: `pod-${++count}`, labels, annotations },
      spec: {
        serviceAccountName: "plain",
        nodeSelector: { no: "such-node" },
        containers: [{ name: "web", image: "web:1" }],
        ...spec,
      },
    },
  });

const specOf = async (...parameters: Parameters<typeof post>): Promise<Spec> => {
  const { status, body, text } = await post(...parameters);
  if (status !== 201) throw new Error(text);
  return body.spec as Spec;
};

test("a pod with the label gets the variables, the token and its mount", async () => {
  const { containers, volumes } = await specOf();
  expect(containers[0].env).toEqual(ENVIRONMENT);
  expect(containers[0].volumeMounts).toContainEqual(MOUNT);
  expect(volumes).toContainEqual(volume(3600));
});

test("init containers get them too", async () => {
  const { initContainers = [] } = await specOf({
    initContainers: [{ name: "init", image: "i:1" }],
  });
  expect(initContainers[0]?.env).toEqual(ENVIRONMENT);
  expect(initContainers[0]?.volumeMounts).toContainEqual(MOUNT);
});

test.each([
  ["without the label", {}],
  ["with another value of the label", { "azure.workload.identity/use": "false" }],
])("a pod %s is left alone", async (_, labels) => {
  const { containers, volumes } = await specOf({ labels });
  expect(containers[0].env).toBeUndefined();
  expect(volumes.map(({ name }) => name)).not.toContain("azure-identity-token");
});

test("a cluster without workload identity leaves every pod alone", async () => {
  cluster.planes.kubernetes.setWorkloadIdentity(cluster.uid, false);
  const { containers } = await specOf();
  cluster.planes.kubernetes.setWorkloadIdentity(cluster.uid, true);
  expect(containers[0].env).toBeUndefined();
});

test("variables that the pod sets itself stay, and are not doubled", async () => {
  const { containers } = await specOf({
    containers: [
      { name: "web", image: "web:1", env: [{ name: "AZURE_TENANT_ID", value: "mine" }] },
    ],
  });
  expect(containers[0].env).toEqual([
    { name: "AZURE_TENANT_ID", value: "mine" },
    ...ENVIRONMENT.filter(({ name }) => name !== "AZURE_TENANT_ID"),
  ]);
});

test("a volume and a mount of the reserved name are replaced where they stand", async () => {
  const { containers, volumes } = await specOf({
    automountServiceAccountToken: false,
    volumes: [
      { name: "azure-identity-token", emptyDir: {} },
      { name: "own", emptyDir: {} },
    ],
    containers: [
      {
        name: "web",
        image: "web:1",
        volumeMounts: [
          { name: "azure-identity-token", mountPath: "/elsewhere" },
          { name: "own", mountPath: "/own" },
        ],
      },
    ],
  });
  expect(volumes).toEqual([volume(3600), { name: "own", emptyDir: {} }]);
  expect(containers[0].volumeMounts).toEqual([MOUNT, { name: "own", mountPath: "/own" }]);
});

test("what is already as the webhook wants it does not change", async () => {
  const first = await specOf({ automountServiceAccountToken: false });
  const second = await specOf({ ...first });
  expect(second.containers).toEqual(first.containers);
  expect(second.volumes).toEqual(first.volumes);
});

test("containers that an annotation names are skipped", async () => {
  const { containers } = await specOf({
    annotations: { "azure.workload.identity/skip-containers": "proxy; other" },
    containers: ["web", "proxy", "other"].map((name) => ({ name, image: "web:1" })),
  });
  expect(containers.map(({ env }) => env?.length ?? 0)).toEqual([4, 0, 0]);
});

test("the service account says for which tenant and how long", async () => {
  await cluster.create("serviceaccounts", {
    metadata: {
      name: "annotated",
      annotations: {
        "azure.workload.identity/tenant-id": "44444444-4444-4444-4444-444444444444",
        "azure.workload.identity/service-account-token-expiration": "7200",
      },
    },
  });
  const { containers, volumes } = await specOf({ serviceAccountName: "annotated" });
  // Without a client id there is no such variable: only values that are not empty are added.
  expect(containers[0].env?.map(({ name, value }) => `${name}=${value}`).slice(0, 2)).toEqual([
    "AZURE_TENANT_ID=44444444-4444-4444-4444-444444444444",
    "AZURE_FEDERATED_TOKEN_FILE=/var/run/secrets/azure/tokens/azure-identity-token",
  ]);
  expect(volumes).toContainEqual(volume(7200));
  const own = await specOf({
    serviceAccountName: "annotated",
    annotations: { "azure.workload.identity/service-account-token-expiration": "86400" },
  });
  expect(own.volumes).toContainEqual(volume(86_400));
});

test.each([
  ["3599", "token expiration 3599 not valid. Expected value to be between 3600 and 86400"],
  ["86401", "token expiration 86401 not valid. Expected value to be between 3600 and 86400"],
  ["soon", 'strconv.ParseInt: parsing "soon": invalid syntax'],
])("a token expiration of %s is denied", async (expiration, message) => {
  const { status, body } = await post({
    annotations: { "azure.workload.identity/service-account-token-expiration": expiration },
  });
  // sigs.k8s.io/controller-runtime/pkg/webhook/admission, `Errored`: a code without a reason.
  expect(status).toBe(400);
  expect(body).toEqual({
    kind: "Status",
    apiVersion: "v1",
    metadata: {},
    status: "Failure",
    message: `admission webhook "mutation.azure-workload-identity.io" denied the request: ${message}`,
    code: 400,
  });
});

/** Azure/azure-workload-identity v1.5, pkg/webhook/webhook.go (`Handle`, `getProxyPort`). */
describe("the proxy for older code", () => {
  const INJECT = { "azure.workload.identity/inject-proxy-sidecar": "true" };

  test.each<[string, Json, string]>([
    [
      "in a pod on its node's network",
      { annotations: INJECT, hostNetwork: true },
      "hostNetwork is set to true, cannot inject proxy sidecar",
    ],
    [
      "on a port that is none",
      { annotations: { ...INJECT, "azure.workload.identity/proxy-sidecar-port": "http" } },
      'failed to parse proxy sidecar port: strconv.ParseInt: parsing "http": invalid syntax',
    ],
  ])("is refused %s", async (_, pod, reason) => {
    const { status, body } = await post(pod);
    expect(status).toBe(400);
    expect(body.message).toBe(
      `admission webhook "mutation.azure-workload-identity.io" denied the request: ${reason}`,
    );
  });

  test("keeps nobody from the token", async () => {
    const { containers } = await specOf({ annotations: INJECT });
    expect(containers[0].env).toEqual(ENVIRONMENT);
    expect((await post({ hostNetwork: true })).status).toBe(201);
  });
});
