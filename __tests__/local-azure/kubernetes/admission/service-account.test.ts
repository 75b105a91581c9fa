import { TestCluster, type Json } from "../test-cluster";

/** What k8s.io/kubernetes/plugin/pkg/admission/serviceaccount and .../defaulttolerationseconds do to a pod. */
const MOUNT_PATH = "/var/run/secrets/kubernetes.io/serviceaccount";

interface Spec {
  serviceAccount: string;
  serviceAccountName: string;
  volumes?: { name: string }[];
  containers: { volumeMounts?: Json[] }[];
  tolerations: Json[];
}

let cluster: TestCluster;
let count = 0;
beforeAll(async () => {
  cluster = await TestCluster.start();
});
afterAll(() => cluster.close());

const post = (spec: Json = {}) =>
  cluster.request("POST", "/api/v1/namespaces/default/pods", {
    body: {
      metadata: { name: `pod-${++count}` },
      spec: {
        nodeSelector: { no: "such-node" },
        containers: [{ name: "web", image: "web:1" }],
        ...spec,
      },
    },
  });

const specOf = async (spec?: Json): Promise<Spec> => {
  const { status, body, text } = await post(spec);
  if (status !== 201) throw new Error(text);
  return body.spec as Spec;
};

test("a pod has the default service account, and its token", async () => {
  const { serviceAccount, serviceAccountName, volumes = [], containers } = await specOf();
  expect([serviceAccount, serviceAccountName]).toEqual(["default", "default"]);
  const [volume] = volumes;
  expect(volume?.name).toMatch(/^kube-api-access-[a-z0-9]{5}$/);
  expect(volume).toMatchObject({
    projected: {
      defaultMode: 420,
      sources: [
        { serviceAccountToken: { expirationSeconds: 3607, path: "token" } },
        { configMap: { name: "kube-root-ca.crt", items: [{ key: "ca.crt", path: "ca.crt" }] } },
        {
          downwardAPI: {
            items: [
              {
                path: "namespace",
                fieldRef: { apiVersion: "v1", fieldPath: "metadata.namespace" },
              },
            ],
          },
        },
      ],
    },
  });
  expect(containers[0]?.volumeMounts).toEqual([
    { name: volume?.name, readOnly: true, mountPath: MOUNT_PATH },
  ]);
});

test("an empty name of a service account is no name", async () => {
  const { serviceAccount, serviceAccountName } = await specOf({ serviceAccountName: "" });
  expect([serviceAccount, serviceAccountName]).toEqual(["default", "default"]);
});

test("a pod that names no pull secrets has its account's", async () => {
  await cluster.create("serviceaccounts", {
    metadata: { name: "puller" },
    imagePullSecrets: [{ name: "registry" }],
  });
  const pullSecrets = async (spec: Json) =>
    ((await specOf({ serviceAccountName: "puller", ...spec })) as unknown as Json).imagePullSecrets;
  expect(await pullSecrets({})).toEqual([{ name: "registry" }]);
  expect(await pullSecrets({ imagePullSecrets: [{ name: "own" }] })).toEqual([{ name: "own" }]);
});

test("a mount of its own in the token's place stays", async () => {
  const own = { name: "own", mountPath: MOUNT_PATH };
  const { volumes, containers } = await specOf({
    volumes: [{ name: "own", emptyDir: {} }],
    containers: [{ name: "web", image: "web:1", volumeMounts: [own] }],
  });
  expect(volumes).toEqual([{ name: "own", emptyDir: {} }]);
  expect(containers[0]?.volumeMounts).toEqual([own]);
});

test("the token is left out when the account or the pod says so, and the pod has the last word", async () => {
  await cluster.create("serviceaccounts", {
    metadata: { name: "tokenless" },
    automountServiceAccountToken: false,
  });
  const volumesOf = async (spec: Json) => (await specOf(spec)).volumes?.length ?? 0;
  expect(await volumesOf({ automountServiceAccountToken: false })).toBe(0);
  expect(await volumesOf({ serviceAccountName: "tokenless" })).toBe(0);
  expect(
    await volumesOf({ serviceAccountName: "tokenless", automountServiceAccountToken: true }),
  ).toBe(1);
});

test("a pod whose service account is not there is forbidden", async () => {
  const { status, body } = await post({ serviceAccountName: "nobody" });
  expect(status).toBe(403);
  expect(body).toMatchObject({
    reason: "Forbidden",
    message: `pods "pod-${count}" is forbidden: error looking up service account default/nobody: serviceaccount "nobody" not found`,
    details: { name: `pod-${count}`, kind: "pods" },
  });
});

test.each<[string, Json[], number]>([
  ["none", [], 2],
  ["for one of the taints", [{ key: "node.kubernetes.io/not-ready", operator: "Exists" }], 1],
  ["for everything", [{ operator: "Exists" }], 0],
  ["of another effect", [{ operator: "Exists", effect: "NoSchedule" }], 2],
])("a pod with tolerations %s gets the default ones that it lacks", async (_, given, added) => {
  const { tolerations } = await specOf({ tolerations: given });
  expect(tolerations.slice(0, given.length)).toEqual(given);
  const own = tolerations.slice(given.length);
  expect(own).toHaveLength(added);
  for (const toleration of own) {
    expect(toleration).toMatchObject({
      operator: "Exists",
      effect: "NoExecute",
      tolerationSeconds: 300,
    });
  }
});

/** k8s.io/kubernetes/pkg/apis/core/validation/validation.go, `validateProjectionSources`. */
test.each([
  [
    "a life too short",
    { path: "token", expirationSeconds: 599 },
    "spec.volumes[0].projected.sources[0].serviceAccountToken.expirationSeconds: Invalid value: 599: may not specify a duration less than 10 minutes",
  ],
  [
    "a life too long",
    { path: "token", expirationSeconds: 2 ** 32 + 1 },
    "spec.volumes[0].projected.sources[0].serviceAccountToken.expirationSeconds: Invalid value: 4294967297: may not specify a duration larger than 2^32 seconds",
  ],
  ["no path", {}, "spec.volumes[0].projected.path: Required value"],
  [
    "an absolute path",
    { path: "/token" },
    'spec.volumes[0].projected.path: Invalid value: "/token": must be a relative path',
  ],
  [
    "a path that leads out",
    { path: "a/../../token" },
    "spec.volumes[0].projected.path: Invalid value: \"a/../../token\": must not contain '..'",
  ],
])("a projected token with %s is invalid", async (_, serviceAccountToken, error) => {
  const { status, body } = await post({
    automountServiceAccountToken: false,
    volumes: [{ name: "token", projected: { sources: [{ serviceAccountToken }] } }],
  });
  expect(status).toBe(422);
  expect(body.message).toBe(`Pod "pod-${count}" is invalid: ${error}`);
});
