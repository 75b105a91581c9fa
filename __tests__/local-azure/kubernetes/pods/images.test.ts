import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { IMAGE, RunningPods } from "./running-pods";

let pods: RunningPods;
beforeEach(async () => {
  pods = await RunningPods.start();
});
afterEach(() => pods.close());

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
  expect(await pods.log()).toContain("trying and failing to pull image");
  expect(await pods.events()).toEqual(
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
  expect(await pods.log()).toBe("at last\n");
});

test("an image that may not be pulled, and is not there, is never asked for", async () => {
  await pods.run("true", { container: { imagePullPolicy: "Never" } });
  const { state } = await pods.untilWaiting("ErrImageNeverPull");
  expect(state.waiting?.message).toBe(
    `Container image "${IMAGE}" is not present with pull policy of Never`,
  );
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
  expect(await pods.log()).toBe("imagepod\n");
  expect(readFileSync(join(root, "file"), "utf8")).toBe("image");
});
