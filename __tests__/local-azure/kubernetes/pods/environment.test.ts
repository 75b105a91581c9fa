import { RunningPods } from "./running-pods";

let pods: RunningPods;
beforeEach(async () => {
  pods = await RunningPods.start();
});
afterEach(() => pods.close());

/** k8s.io/kubernetes/pkg/kubelet/kubelet_pods.go, `makeEnvironmentVariables` */
test.each([
  ["secretRef", { name: "late" }, 'secret "late" not found'],
  ["configMapRef", { name: "late" }, 'configmap "late" not found'],
])("a container whose %s is missing waits for it", async (source, reference, message) => {
  await pods.run("echo $VALUE", { container: { envFrom: [{ [source]: reference }] } });
  const { state } = await pods.untilWaiting("CreateContainerConfigError");
  expect(state.waiting?.message).toBe(message);
  expect(await pods.events()).toContain(`Failed: Error: ${message}`);
  const data =
    source === "secretRef" ? { stringData: { VALUE: "there" } } : { data: { VALUE: "there" } };
  await pods.cluster.create(source === "secretRef" ? "secrets" : "configmaps", {
    metadata: { name: "late" },
    ...data,
  });
  pods.cluster.clock.advance(10_000);
  await pods.untilPhase("Succeeded");
  expect(await pods.log()).toBe("there\n");
});

test("a missing key is told, unless it is optional", async () => {
  await pods.cluster.create("secrets", { metadata: { name: "one" }, stringData: { a: "1" } });
  const env = (optional: boolean) => [
    { name: "A", valueFrom: { secretKeyRef: { name: "one", key: "a" } } },
    { name: "B", valueFrom: { secretKeyRef: { name: "one", key: "b", optional } } },
  ];
  await pods.run("echo $A$B", { container: { env: env(true) } }, "optional");
  await pods.untilPhase("Succeeded", "optional");
  expect(await pods.log("", "optional")).toBe("1\n");
  await pods.run("echo $A$B", { container: { env: env(false) } });
  const { state } = await pods.untilWaiting("CreateContainerConfigError");
  expect(state.waiting?.message).toBe("couldn't find key b in Secret default/one");
});

test("a container knows its pod, and nothing of who started the local Azure", async () => {
  process.env.LOCAL_AZURE_TEST_SECRET = "not for pods";
  await pods.run('echo "$NAME $NAMESPACE $NODE $LIMIT [$LOCAL_AZURE_TEST_SECRET] $HOSTNAME"', {
    container: {
      resources: { limits: { cpu: "1500m" } },
      env: [
        { name: "NAME", valueFrom: { fieldRef: { fieldPath: "metadata.name" } } },
        { name: "NAMESPACE", valueFrom: { fieldRef: { fieldPath: "metadata.namespace" } } },
        { name: "NODE", valueFrom: { fieldRef: { fieldPath: "spec.nodeName" } } },
        {
          name: "LIMIT",
          valueFrom: { resourceFieldRef: { resource: "limits.cpu", divisor: "1m" } },
        },
      ],
    },
  });
  const pod = await pods.untilPhase("Succeeded");
  delete process.env.LOCAL_AZURE_TEST_SECRET;
  expect(await pods.log()).toBe(`app default ${String(pod.spec.nodeName)} 1500 [] app\n`);
  expect(pod.status.qosClass).toBe("Burstable");
});
