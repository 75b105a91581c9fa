import { TestCluster } from "../test-cluster";

const PODS = "/api/v1/namespaces/default/pods";

let cluster: TestCluster;
beforeEach(async () => {
  cluster = await TestCluster.start();
});
afterEach(() => cluster.close());

/** k8s.io/kubernetes/pkg/apis/core/validation/validation.go, `ValidatePodSpec` */
test("a pod that is wrong in many ways is told all of them", async () => {
  const { status, body } = await cluster.request("POST", PODS, {
    body: {
      metadata: { name: "wrong" },
      spec: {
        restartPolicy: "Sometimes",
        containers: [
          {
            name: "Upper",
            image: "",
            imagePullPolicy: "Maybe",
            volumeMounts: [{ name: "none", mountPath: "/a" }],
          },
          { name: "twice", image: "a" },
          { name: "twice", image: "a" },
        ],
      },
    },
  });
  expect(status).toBe(422);
  const { causes } = body.details as { causes: { field: string; message: string }[] };
  expect(causes.map(({ field, message }) => `${field}: ${message}`)).toEqual([
    expect.stringMatching(
      /^spec\.containers\[0\]\.name: Invalid value: "Upper": a lowercase RFC 1123 label/,
    ),
    "spec.containers[0].image: Required value",
    'spec.containers[0].imagePullPolicy: Unsupported value: "Maybe": supported values: "Always", "IfNotPresent", "Never"',
    'spec.containers[0].volumeMounts[0].name: Not found: "none"',
    'spec.containers[1].name: Duplicate value: "twice"',
    'spec.containers[2].name: Duplicate value: "twice"',
    'spec.restartPolicy: Unsupported value: "Sometimes": supported values: "Always", "OnFailure", "Never"',
  ]);
});

/** k8s.io/apimachinery/pkg/api/resource/quantity.go: the decoder's error. */
test("an amount that is none is refused before anything else", async () => {
  const resources = { limits: { cpu: "much" } };
  const { body } = await cluster.request("POST", PODS, {
    body: { metadata: {}, spec: { containers: [{ name: "a", image: "a", resources }] } },
  });
  expect(body).toMatchObject({
    code: 400,
    message:
      "Pod in version \"v1\" cannot be handled as a Pod: quantities must match the regular expression '^([+-]?[0-9.]+)([eEinumkKMGTP]*[-+]?[0-9]*)$'",
  });
});

/** k8s.io/kubernetes/pkg/apis/core/v1/defaults.go */
test("a pod gets its defaults", async () => {
  const { spec } = await cluster.create("pods", {
    metadata: { name: "plain" },
    spec: {
      automountServiceAccountToken: false,
      nodeSelector: { no: "such-node" },
      containers: ["a", "a:latest", "a:1"].map((image, index) => ({
        name: `c${index}`,
        image,
        // A number, as YAML has it.
        resources: { limits: { cpu: 1 } },
        ports: [{ containerPort: 80 }],
      })),
    },
  });
  expect(spec).toMatchObject({
    restartPolicy: "Always",
    dnsPolicy: "ClusterFirst",
    schedulerName: "default-scheduler",
    terminationGracePeriodSeconds: 30,
    enableServiceLinks: true,
    priority: 0,
    preemptionPolicy: "PreemptLowerPriority",
    securityContext: {},
    containers: ["Always", "Always", "IfNotPresent"].map((imagePullPolicy) => ({
      imagePullPolicy,
      terminationMessagePath: "/dev/termination-log",
      terminationMessagePolicy: "File",
      resources: { limits: { cpu: "1" }, requests: { cpu: "1" } },
      ports: [{ containerPort: 80, protocol: "TCP" }],
    })),
  });
});
