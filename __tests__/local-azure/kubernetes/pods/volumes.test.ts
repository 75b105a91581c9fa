import { eventually } from "../../composed-planes";
import { RunningPods } from "./running-pods";

let pods: RunningPods;
beforeEach(async () => {
  pods = await RunningPods.start();
});
afterEach(() => pods.close());

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
  expect(await pods.log()).toBe("AKeyJ\ndefault\n");
});

test("a volume whose source is missing is mounted when it is there", async () => {
  await pods.run("cat /files/a", {
    container: { volumeMounts: [{ name: "files", mountPath: "/files" }] },
    spec: { volumes: [{ name: "files", configMap: { name: "late" } }] },
  });
  const message =
    'FailedMount: MountVolume.SetUp failed for volume "files" : configmap "late" not found';
  await eventually(async () => (await pods.events()).includes(message));
  await pods.cluster.create("configmaps", { metadata: { name: "late" }, data: { a: "there" } });
  pods.cluster.clock.advance(2000);
  await pods.untilPhase("Succeeded");
  expect(await pods.log()).toBe("there\n");
});
