import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { eventually } from "../../composed-planes";
import { DIGEST, IMAGE, RunningPods, statusOf } from "./running-pods";

// Processes take the time that the machine gives them.
jest.setTimeout(30_000);

/** https://kubernetes.io/docs/concepts/workloads/pods/pod-lifecycle/ */
let pods: RunningPods;
beforeEach(async () => {
  pods = await RunningPods.start();
});
afterEach(() => pods.close());

const events = () => pods.events();
const log = (query?: string) => pods.log(query);

test("a container is a process, and one that ends well makes the pod Succeeded", async () => {
  await pods.run("echo hello");
  const pod = await pods.untilPhase("Succeeded");
  expect(await log()).toBe("hello\n");
  expect(statusOf(pod)).toMatchObject({
    name: "app",
    ready: false,
    restartCount: 0,
    image: IMAGE,
    imageID: `localhost:8443/registry/app@${DIGEST}`,
    containerID: expect.stringMatching(/^containerd:\/\/[0-9a-f]{64}$/) as string,
    state: { terminated: { exitCode: 0, reason: "Completed" } },
  });
  expect(pod.spec.nodeName).toMatch(/^aks-system-\d{8}-vmss000000$/);
  const conditions = Object.fromEntries(
    (pod.status.conditions ?? []).map(({ type, status, reason }) => [type, [status, reason]]),
  );
  expect(conditions).toMatchObject({
    PodScheduled: ["True", undefined],
    Initialized: ["True", "PodCompleted"],
    Ready: ["False", "PodCompleted"],
    ContainersReady: ["False", "PodCompleted"],
  });
});

test("one that fails makes it Failed, with its exit code", async () => {
  await pods.run("exit 3");
  const pod = await pods.untilPhase("Failed");
  expect(statusOf(pod).state.terminated).toMatchObject({ exitCode: 3, reason: "Error" });
});

test("a pod that runs is Running and ready", async () => {
  await pods.run("echo up; sleep 100");
  const pod = await pods.untilPhase("Running");
  expect(statusOf(pod)).toMatchObject({ ready: true, started: true, state: { running: {} } });
  expect(pod.status.conditions?.find(({ type }) => type === "Ready")?.status).toBe("True");
  expect(pod.status).toMatchObject({ podIP: "127.0.0.1", qosClass: "BestEffort" });
});

test("every step of a pod is an event, in the words of scheduler and kubelet", async () => {
  const pod = await pods.run("true");
  await pods.untilPhase("Succeeded");
  const { spec } = (await pods.get()) ?? pod;
  expect(await events()).toEqual([
    `Scheduled: Successfully assigned default/app to ${String(spec.nodeName)}`,
    `Pulling: Pulling image "${IMAGE}"`,
    `Pulled: Successfully pulled image "${IMAGE}" in 0ms (0ms including waiting). Image size: 1234 bytes.`,
    "Created: Created container: app",
    "Started: Started container app",
  ]);
});

test("the image's own command runs when the pod has none, and args replace its arguments", async () => {
  pods.addImage("localhost:8443/registry/echo:1", { entrypoint: ["echo"], cmd: ["default"] });
  await pods.run(undefined);
  await pods.run(undefined, { container: { image: "localhost:8443/registry/echo:1" } }, "cmd");
  const container = {
    image: "localhost:8443/registry/echo:1",
    args: ["mine", "$(WHO)"],
    env: [{ name: "WHO", value: "me" }],
  };
  await pods.run(undefined, { container }, "args");
  for (const [name, text] of [
    ["app", "of the image\n"],
    ["cmd", "default\n"],
    ["args", "mine me\n"],
  ] as const) {
    await pods.untilPhase("Succeeded", name);
    expect(await pods.log("", name)).toBe(text);
  }
});

test("a program that is not there is a StartError", async () => {
  await pods.run(undefined, { container: { command: ["/no/such/program"] } });
  const pod = await pods.untilPhase("Failed");
  expect(statusOf(pod).state.terminated).toMatchObject({
    exitCode: 128,
    reason: "StartError",
    message: expect.stringContaining("executable file not found in $PATH") as string,
  });
});

/** https://kubernetes.io/docs/concepts/workloads/pods/pod-lifecycle/#restart-policy */
test("a container that fails is restarted at once, then after 10 s, 20 s, ...", async () => {
  await pods.run("echo run; exit 1", { spec: { restartPolicy: "Always" } });
  const waiting = await pods.untilWaiting("CrashLoopBackOff");
  expect(waiting).toMatchObject({
    restartCount: 1,
    state: {
      waiting: {
        message: expect.stringMatching(
          /^back-off 10s restarting failed container=app pod=app_default\([-0-9a-f]{36}\)$/,
        ) as string,
      },
    },
    lastState: { terminated: { exitCode: 1 } },
  });
  pods.cluster.clock.advance(9_999);
  expect((await pods.get())?.status.containerStatuses?.[0]?.restartCount).toBe(1);
  pods.cluster.clock.advance(1);
  const again = await pods.until(
    (pod) =>
      statusOf(pod).restartCount === 2 &&
      statusOf(pod).state.waiting?.reason === "CrashLoopBackOff",
  );
  expect(statusOf(again).state.waiting?.message).toMatch(/^back-off 20s /);
  expect((await pods.get())?.status.phase).toBe("Running");
  expect(await events()).toContainEqual(
    expect.stringMatching(
      /^BackOff: Back-off restarting failed container app in pod app_default\(.*\) \(x2\)$/,
    ),
  );
});

test("with OnFailure, what ends well is not restarted", async () => {
  await pods.run("test -e /state/done && exit 0; touch /state/done; exit 1", {
    container: { volumeMounts: [{ name: "state", mountPath: "/state" }] },
    spec: { restartPolicy: "OnFailure", volumes: [{ name: "state", emptyDir: {} }] },
  });
  const pod = await pods.untilPhase("Succeeded");
  expect(statusOf(pod)).toMatchObject({
    restartCount: 1,
    lastState: { terminated: { exitCode: 1 } },
  });
});

test("init containers run before the others, one after another", async () => {
  await pods.run("echo main", {
    spec: {
      initContainers: ["one", "two"].map((name) => ({
        name,
        image: IMAGE,
        command: ["sh", "-c", `echo ${name}`],
      })),
    },
  });
  const pod = await pods.untilPhase("Succeeded");
  expect(pod.status.initContainerStatuses?.map(({ ready }) => ready)).toEqual([true, true]);
  expect(await log("container=two")).toBe("two\n");
  expect(await log("container=app")).toBe("main\n");
  expect((await events()).filter((event) => event.startsWith("Started"))).toEqual([
    "Started: Started container one",
    "Started: Started container two",
    "Started: Started container app",
  ]);
});

test("an init container that fails keeps the others from starting", async () => {
  await pods.run("echo never", {
    spec: { initContainers: [{ name: "init", image: IMAGE, command: ["sh", "-c", "exit 4"] }] },
  });
  const pod = await pods.untilPhase("Failed");
  expect(statusOf(pod).state.waiting?.reason).toBe("PodInitializing");
});

/** k8s.io/kubernetes/pkg/kubelet/images/image_manager.go */
test("an image that cannot be pulled is tried again, ever more rarely", async () => {
  const image = "localhost:8443/registry/late:1";
  await pods.run("echo at last", { container: { image } });
  const first = await pods.untilWaiting("ErrImagePull");
  const words = `rpc error: code = NotFound desc = failed to pull and unpack image "${image}": failed to resolve reference "${image}": ${image}: not found`;
  expect(first.state.waiting?.message).toBe(words);
  pods.cluster.clock.advance(1000);
  const second = await pods.untilWaiting("ImagePullBackOff");
  expect(second.state.waiting?.message).toBe(
    `Back-off pulling image "${image}": ErrImagePull: ${words}`,
  );
  expect((await pods.get())?.status.phase).toBe("Pending");
  expect(await log()).toContain("trying and failing to pull image");
  expect(await events()).toEqual(
    expect.arrayContaining([
      `Failed: Failed to pull image "${image}": ${words}`,
      "Failed: Error: ErrImagePull",
      `BackOff: Back-off pulling image "${image}"`,
      "Failed: Error: ImagePullBackOff",
    ]),
  );
  pods.addImage(image);
  pods.cluster.clock.advance(9000);
  await pods.untilPhase("Succeeded");
  expect(await log()).toBe("at last\n");
});

test("an image that may not be pulled, and is not there, is never asked for", async () => {
  await pods.run("true", { container: { imagePullPolicy: "Never" } });
  const { state } = await pods.untilWaiting("ErrImageNeverPull");
  expect(state.waiting?.message).toBe(
    `Container image "${IMAGE}" is not present with pull policy of Never`,
  );
});

/** k8s.io/kubernetes/pkg/kubelet/kubelet_pods.go, `makeEnvironmentVariables` */
test.each([
  ["secretRef", { name: "late" }, 'secret "late" not found'],
  ["configMapRef", { name: "late" }, 'configmap "late" not found'],
])("a container whose %s is missing waits for it", async (source, reference, message) => {
  await pods.run("echo $VALUE", { container: { envFrom: [{ [source]: reference }] } });
  const { state } = await pods.untilWaiting("CreateContainerConfigError");
  expect(state.waiting?.message).toBe(message);
  expect(await events()).toContain(`Failed: Error: ${message}`);
  const data =
    source === "secretRef" ? { stringData: { VALUE: "there" } } : { data: { VALUE: "there" } };
  await pods.cluster.create(source === "secretRef" ? "secrets" : "configmaps", {
    metadata: { name: "late" },
    ...data,
  });
  pods.cluster.clock.advance(10_000);
  await pods.untilPhase("Succeeded");
  expect(await log()).toBe("there\n");
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
  expect(await log()).toBe(`app default ${String(pod.spec.nodeName)} 1500 [] app\n`);
  expect(pod.status.qosClass).toBe("Burstable");
});

test("volumes are folders with what they show", async () => {
  await pods.cluster.create("configmaps", { metadata: { name: "files" }, data: { "a.txt": "A" } });
  await pods.cluster.create("secrets", { metadata: { name: "keys" }, stringData: { key: "K" } });
  await pods.run("cat /files/a.txt /keys/renamed; cut -c1-3 /token/token; cat /token/namespace", {
    container: {
      volumeMounts: [
        { name: "files", mountPath: "/files" },
        { name: "keys", mountPath: "/keys" },
        { name: "token", mountPath: "/token" },
      ],
    },
    spec: {
      automountServiceAccountToken: false,
      volumes: [
        { name: "files", configMap: { name: "files" } },
        {
          name: "keys",
          secret: { secretName: "keys", items: [{ key: "key", path: "renamed" }] },
        },
        {
          name: "token",
          projected: {
            sources: [
              { serviceAccountToken: { path: "token", audience: "api://test" } },
              {
                downwardAPI: {
                  items: [{ path: "namespace", fieldRef: { fieldPath: "metadata.namespace" } }],
                },
              },
            ],
          },
        },
      ],
    },
  });
  await pods.untilPhase("Succeeded");
  // A token begins with `{"` in base64url.
  expect(await log()).toBe("AKeyJ\ndefault\n");
});

test("a volume whose source is missing is mounted when it is there", async () => {
  await pods.run("cat /files/a", {
    container: { volumeMounts: [{ name: "files", mountPath: "/files" }] },
    spec: { volumes: [{ name: "files", configMap: { name: "late" } }] },
  });
  const message =
    'FailedMount: MountVolume.SetUp failed for volume "files" : configmap "late" not found';
  await eventually(async () => (await events()).includes(message));
  await pods.cluster.create("configmaps", { metadata: { name: "late" }, data: { a: "there" } });
  pods.cluster.clock.advance(2000);
  await pods.untilPhase("Succeeded");
  expect(await log()).toBe("there\n");
});

/** https://kubernetes.io/docs/concepts/workloads/pods/pod-lifecycle/#pod-termination */
test("a deleted pod is asked to end, then ended when its grace is over", async () => {
  await pods.run("trap 'echo asked' TERM; echo up; while true; do sleep 0.05; done");
  await eventually(async () => (await log()) === "up\n");
  await pods.delete({ gracePeriodSeconds: 7 });
  const marked = await pods.get();
  expect(marked?.metadata).toMatchObject({
    deletionTimestamp: "2026-01-01T00:00:07Z",
    deletionGracePeriodSeconds: 7,
  });
  await eventually(async () => (await log()) === "up\nasked\n");
  expect(await events()).toContain("Killing: Stopping container app");
  pods.cluster.clock.advance(6_999);
  expect(await pods.get()).toBeDefined();
  pods.cluster.clock.advance(1);
  await eventually(async () => (await pods.get()) === undefined);
});

test("a pod that ends when asked is gone before its grace is over", async () => {
  await pods.run("trap 'exit 0' TERM; echo up; while true; do sleep 0.05; done");
  await eventually(async () => (await log()) === "up\n");
  await pods.delete();
  expect((await pods.get())?.metadata.deletionGracePeriodSeconds ?? 30).toBe(30);
  await eventually(async () => (await pods.get()) === undefined);
});

test("a pod without grace is gone at once", async () => {
  await pods.run("trap '' TERM; echo $$; while true; do sleep 0.05; done");
  const pid = Number(
    await eventually(async () => (await log()).trim()).then((text) => text || NaN),
  );
  await pods.delete({ gracePeriodSeconds: 0 });
  expect(await pods.get()).toBeUndefined();
  await eventually(() => {
    try {
      process.kill(pid, 0);
      return false;
    } catch {
      return true;
    }
  });
});

test("a namespace takes its pods' grace to end", async () => {
  await pods.cluster.create("namespaces", { metadata: { name: "team" } }, "");
  await pods.cluster.create(
    "pods",
    {
      metadata: { name: "app" },
      spec: {
        terminationGracePeriodSeconds: 5,
        containers: [
          {
            name: "app",
            image: IMAGE,
            command: ["sh", "-c", "trap '' TERM; echo up; sleep 100 & wait; sleep 100"],
          },
        ],
      },
    },
    "team",
  );
  const path = "/api/v1/namespaces/team";
  await eventually(
    async () => (await pods.cluster.request("GET", `${path}/pods/app/log`)).text === "up\n",
  );
  await pods.cluster.request("DELETE", path);
  expect((await pods.cluster.request("GET", path)).body.status).toEqual({ phase: "Terminating" });
  const refused = await pods.cluster.request("POST", `${path}/configmaps`, {
    body: { metadata: { name: "late" } },
  });
  expect(refused.body).toMatchObject({
    code: 403,
    message:
      'configmaps "late" is forbidden: unable to create new content in namespace team because it is being terminated',
  });
  pods.cluster.clock.advance(5000);
  await eventually(async () => (await pods.cluster.request("GET", path)).status === 404);
});

test("a pod that outlives its deadline is Failed", async () => {
  await pods.run("echo up; exec sleep 100", { spec: { activeDeadlineSeconds: 60 } });
  await pods.untilPhase("Running");
  pods.cluster.clock.advance(60_000);
  const pod = await pods.untilPhase("Failed");
  expect(pod.status).toMatchObject({
    reason: "DeadlineExceeded",
    message: "Pod was active on the node longer than the specified deadline",
  });
});

/** k8s.io/kubernetes/pkg/kubelet/kuberuntime/security_context.go, `verifyRunAsNonRoot` */
test.each([
  ["", {}, /^container has runAsNonRoot and image will run as root /],
  [
    "app",
    {},
    /^container has runAsNonRoot and image has non-numeric user \(app\), cannot verify user is non-root /,
  ],
  ["1000", { runAsUser: 0 }, /^container's runAsUser breaks non-root policy /],
])("an image of user '%s' that must not run as root waits", async (user, context, message) => {
  pods.addImage(IMAGE, { user });
  await pods.run("true", { container: { securityContext: { runAsNonRoot: true, ...context } } });
  const { state } = await pods.untilWaiting("CreateContainerConfigError");
  expect(state.waiting?.message).toMatch(message);
});

test("what a container writes stays in its own copy of the image", async () => {
  const root = pods.addImage(IMAGE);
  writeFileSync(join(root, "file"), "image");
  await pods.run("cat file; echo pod > file; cat file");
  await pods.untilPhase("Succeeded");
  expect(await log()).toBe("imagepod\n");
  expect(readFileSync(join(root, "file"), "utf8")).toBe("image");
});

test("the termination message is what the container wrote into its file", async () => {
  await pods.run("echo why > /dev/termination-log; exit 1", {
    container: { env: [] },
  });
  const pod = await pods.untilPhase("Failed");
  expect(statusOf(pod).state.terminated?.message).toBe("why\n");
});

test("no node fits: the pod stays Pending, and the scheduler says why", async () => {
  await pods.run("true", { spec: { nodeSelector: { disk: "ssd" } } });
  await eventually(async () => (await events()).length > 0);
  expect(await events()).toEqual([
    "FailedScheduling: 0/1 nodes are available: 1 node(s) didn't match Pod's node affinity/selector.",
  ]);
  const pod = await pods.get();
  expect(pod?.status).toMatchObject({
    phase: "Pending",
    conditions: [{ type: "PodScheduled", status: "False", reason: "Unschedulable" }],
  });
});
