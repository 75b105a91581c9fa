import { eventually } from "../../composed-planes";
import { IMAGE, RunningPods } from "./running-pods";

let pods: RunningPods;
beforeEach(async () => {
  pods = await RunningPods.start();
});
afterEach(() => pods.close());

/** https://kubernetes.io/docs/concepts/workloads/pods/pod-lifecycle/#pod-termination */
test("a deleted pod is asked to end, then ended when its grace is over", async () => {
  await pods.run("trap 'echo asked' TERM; echo up; while true; do sleep 0.05; done");
  await eventually(async () => (await pods.log()) === "up\n");
  await pods.delete({ gracePeriodSeconds: 7 });
  const marked = await pods.get();
  expect(marked?.metadata).toMatchObject({
    deletionTimestamp: "2026-01-01T00:00:07Z",
    deletionGracePeriodSeconds: 7,
  });
  await eventually(async () => (await pods.log()) === "up\nasked\n");
  expect(await pods.events()).toContain("Killing: Stopping container app");
  pods.cluster.clock.advance(6_999);
  expect(await pods.get()).toBeDefined();
  pods.cluster.clock.advance(1);
  await eventually(async () => (await pods.get()) === undefined);
});

test("a pod that ends when asked is gone before its grace is over", async () => {
  await pods.run("trap 'exit 0' TERM; echo up; while true; do sleep 0.05; done");
  await eventually(async () => (await pods.log()) === "up\n");
  await pods.delete();
  expect((await pods.get())?.metadata.deletionGracePeriodSeconds ?? 30).toBe(30);
  await eventually(async () => (await pods.get()) === undefined);
});

/** k8s.io/kubernetes/pkg/kubelet/pod_workers.go, `UpdatePod`: a shorter grace period than before is taken over. */
test("a pod that ends slowly is ended sooner when it is deleted again with less grace", async () => {
  await pods.run("trap '' TERM; echo up; while true; do sleep 0.05; done");
  await eventually(async () => (await pods.log()) === "up\n");
  await pods.delete({ gracePeriodSeconds: 600 });
  await pods.delete({ gracePeriodSeconds: 1 });
  pods.cluster.clock.advance(1_000);
  await eventually(async () => (await pods.get()) === undefined);
});

test("a pod without grace is gone at once", async () => {
  await pods.run("trap '' TERM; echo $$; while true; do sleep 0.05; done");
  const pid = Number(
    await eventually(async () => (await pods.log()).trim()).then((text) => text || NaN),
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
