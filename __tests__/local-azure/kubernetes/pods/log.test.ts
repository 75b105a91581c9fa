import { eventually } from "../../composed-planes";
import { Lines } from "../test-cluster";
import { IMAGE, RunningPods } from "./running-pods";

const LOG = "/api/v1/namespaces/default/pods/app/log";

/** k8s.io/kubernetes/pkg/registry/core/pod/strategy.go, `LogLocation`; `PodLogOptions` of core/v1. */
let pods: RunningPods;
beforeEach(async () => {
  pods = await RunningPods.start();
});
afterEach(() => pods.close());

const get = async (query: string) => {
  const { status, body, text } = await pods.cluster.request("GET", `${LOG}?${query}`);
  return status === 200 ? text : { status, message: body.message };
};

test("is what the container wrote to both streams, in order", async () => {
  await pods.run("echo one; sleep 0.1; echo two >&2; sleep 0.1; echo three");
  await pods.untilPhase("Succeeded");
  const response = await pods.cluster.fetch("GET", LOG);
  expect(response.headers.get("content-type")).toBe("text/plain");
  expect(await response.text()).toBe("one\ntwo\nthree\n");
});

test("is cut as the query says", async () => {
  await pods.run("seq 1 5");
  await pods.untilPhase("Succeeded");
  expect(await get("tailLines=2")).toBe("4\n5\n");
  expect(await get("tailLines=0")).toBe("");
  expect(await get("limitBytes=3")).toBe("1\n2");
  expect(await get("timestamps=true&tailLines=1")).toBe("2026-01-01T00:00:00.000000000Z 5\n");
});

test("begins where the query says", async () => {
  await pods.run("echo early; until test -e /state/go; do sleep 0.02; done; echo late", {
    container: { volumeMounts: [{ name: "state", mountPath: "/state" }] },
    spec: { volumes: [{ name: "state", configMap: { name: "state" } }] },
  });
  await pods.cluster.create("configmaps", { metadata: { name: "state" } });
  pods.cluster.clock.advance(2000);
  await eventually(async () => (await get("")) === "early\n");
  pods.cluster.clock.advance(60_000);
  // The kubelet writes a volume again when what it shows has changed.
  await pods.cluster.request("PUT", "/api/v1/namespaces/default/configmaps/state", {
    body: { metadata: { name: "state" }, data: { go: "" } },
  });
  await pods.untilPhase("Succeeded");
  expect(await get("sinceSeconds=30")).toBe("late\n");
  expect(await get("sinceTime=2026-01-01T00:00:30Z")).toBe("late\n");
  expect(await get("sinceSeconds=3600")).toBe("early\nlate\n");
});

test("is followed until the container ends", async () => {
  await pods.run("echo one; trap 'echo two; exit 0' TERM; while true; do sleep 0.02; done");
  await eventually(async () => (await get("")) === "one\n");
  const lines = new Lines(await pods.cluster.fetch("GET", `${LOG}?follow=true`));
  expect(await lines.next()).toBe("one");
  await pods.delete();
  expect(await lines.next()).toBe("two");
  expect(await lines.next()).toBeUndefined();
});

test("is, with previous, the one of the run before", async () => {
  await pods.run("test -e /state/ran && echo second || echo first; touch /state/ran; exit 1", {
    container: { volumeMounts: [{ name: "state", mountPath: "/state" }] },
    spec: { restartPolicy: "Always", volumes: [{ name: "state", emptyDir: {} }] },
  });
  await pods.untilWaiting("CrashLoopBackOff");
  // While it waits for its next run, the last run is the present one and the previous one.
  expect(await get("")).toBe("second\n");
  expect(await get("previous=true")).toBe("second\n");
});

test("is refused in the kubelet's words where there is none", async () => {
  const image = "localhost:8443/registry/none:1";
  await pods.run("true", { container: { image } });
  await pods.untilWaiting("ErrImagePull");
  expect(await get("")).toEqual({
    status: 400,
    message: 'container "app" in pod "app" is waiting to start: image can\'t be pulled',
  });
  expect(await get("previous=true")).toEqual({
    status: 400,
    message: 'previous terminated container "app" in pod "app" not found',
  });
  expect(await get("container=other")).toEqual({
    status: 400,
    message: "container other is not valid for pod app",
  });
});

test("needs a container's name where there are several", async () => {
  await pods.cluster.create("pods", {
    metadata: { name: "app" },
    spec: {
      restartPolicy: "Never",
      containers: ["one", "two"].map((name) => ({
        name,
        image: IMAGE,
        command: ["echo", name],
      })),
    },
  });
  await pods.untilPhase("Succeeded");
  expect(await get("")).toEqual({
    status: 400,
    message: "a container name must be specified for pod app, choose one of: [one two]",
  });
  expect(await get("container=two")).toBe("two\n");
});

test("is, unless it is asked for by name, never that of an init container", async () => {
  const container = (name: string) => ({ name, image: IMAGE, command: ["echo", name] });
  await pods.cluster.create("pods", {
    metadata: { name: "app" },
    spec: {
      restartPolicy: "Never",
      initContainers: [container("first")],
      containers: [container("app")],
    },
  });
  await pods.untilPhase("Succeeded");
  expect(await get("")).toBe("app\n");
  expect(await get("container=first")).toBe("first\n");
});

test("names the init containers, too, where there are several containers", async () => {
  const container = (name: string) => ({ name, image: IMAGE, command: ["echo", name] });
  await pods.cluster.create("pods", {
    metadata: { name: "app" },
    spec: {
      initContainers: [container("first")],
      containers: [container("one"), container("two")],
    },
  });
  expect(await get("")).toMatchObject({
    message:
      "a container name must be specified for pod app, choose one of: [one two] or one of the init containers: [first]",
  });
});

/** k8s.io/kubernetes/pkg/apis/core/validation/validation.go, `ValidatePodLogOptions`. */
test.each([
  [
    "tailLines=-1",
    'PodLogOptions "app" is invalid: tailLines: Invalid value: -1: must be greater than or equal to 0',
  ],
  [
    "limitBytes=0",
    'PodLogOptions "app" is invalid: limitBytes: Invalid value: 0: must be greater than 0',
  ],
  [
    "sinceSeconds=0",
    'PodLogOptions "app" is invalid: sinceSeconds: Invalid value: 0: must be greater than 0',
  ],
  [
    "sinceSeconds=1&sinceTime=2026-01-01T00:00:00Z",
    'PodLogOptions "app" is invalid: : Forbidden: at most one of `sinceTime` or `sinceSeconds` may be specified',
  ],
])("is refused with %s", async (query, message) => {
  expect(await get(query)).toEqual({ status: 422, message });
});

test.each([
  ["tailLines=few", 'strconv.ParseInt: parsing "few": invalid syntax'],
  [
    "sinceTime=today",
    'parsing time "today" as "2006-01-02T15:04:05Z07:00": cannot parse "today" as "2006"',
  ],
])("is refused with what cannot be read: %s", async (query, message) => {
  expect(await get(query)).toEqual({ status: 400, message });
});

/** k8s.io/apimachinery/pkg/runtime/conversion.go, `Convert_Slice_string_To_bool`. */
test("takes its switches in every spelling that the API server takes", async () => {
  await pods.run("echo one");
  await pods.untilPhase("Succeeded");
  expect(await get("timestamps=1")).toBe("2026-01-01T00:00:00.000000000Z one\n");
  expect(await get("timestamps=False")).toBe("one\n");
});
