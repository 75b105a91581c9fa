import { DIGEST, IMAGE, RunningPods, statusOf } from "./running-pods";

/** https://kubernetes.io/docs/concepts/workloads/pods/pod-lifecycle/ */
let pods: RunningPods;
beforeEach(async () => {
  pods = await RunningPods.start();
});
afterEach(() => pods.close());

test("a container is a process, and one that ends well makes the pod Succeeded", async () => {
  await pods.run("echo hello");
  const pod = await pods.untilPhase("Succeeded");
  expect(await pods.log()).toBe("hello\n");
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
  expect(await pods.events()).toEqual([
    `Scheduled: Successfully assigned default/app to ${String(spec.nodeName)}`,
    `Pulling: Pulling image "${IMAGE}"`,
    `Pulled: Successfully pulled image "${IMAGE}" in 0ms (0ms including waiting). Image size: 1234 bytes.`,
    "Created: Created container: app",
    "Started: Started container app",
  ]);
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

test("the termination message is what the container wrote into its file", async () => {
  await pods.run("echo why > /dev/termination-log; exit 1", {
    container: { env: [] },
  });
  const pod = await pods.untilPhase("Failed");
  expect(statusOf(pod).state.terminated?.message).toBe("why\n");
});
