import { eventually } from "../../composed-planes";
import { IMAGE, RunningPods, statusOf } from "./running-pods";

/** https://kubernetes.io/docs/concepts/workloads/pods/pod-lifecycle/ */
let pods: RunningPods;
beforeEach(async () => {
  pods = await RunningPods.start();
});
afterEach(() => pods.close());

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
  expect(await pods.events()).toContainEqual(
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
  expect(await pods.log("container=two")).toBe("two\n");
  expect(await pods.log("container=app")).toBe("main\n");
  expect((await pods.events()).filter((event) => event.startsWith("Started"))).toEqual([
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

test("no node fits: the pod stays Pending, and the scheduler says why", async () => {
  await pods.run("true", { spec: { nodeSelector: { disk: "ssd" } } });
  await eventually(async () => (await pods.events()).length > 0);
  expect(await pods.events()).toEqual([
    "FailedScheduling: 0/1 nodes are available: 1 node(s) didn't match Pod's node affinity/selector.",
  ]);
  const pod = await pods.get();
  expect(pod?.status).toMatchObject({
    phase: "Pending",
    conditions: [{ type: "PodScheduled", status: "False", reason: "Unschedulable" }],
  });
});

/** k8s.io/kubernetes/pkg/api/v1/pod/util.go, `UpdatePodCondition`: its time is that of the last transition. */
test("a pod for which no node is found again does not change for that", async () => {
  await pods.run("true", { spec: { nodeSelector: { disk: "ssd" } } });
  const attempts = async () => {
    const { body } = await pods.cluster.request("GET", "/api/v1/namespaces/default/events");
    return (body.items as { count: number }[])[0]?.count ?? 0;
  };
  await eventually(async () => (await attempts()) === 1);
  const before = await pods.get();
  pods.cluster.clock.advance(10_000);
  await eventually(async () => (await attempts()) === 2);
  expect(await pods.get()).toEqual(before);
});
