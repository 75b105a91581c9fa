import { ArmClient, type Answer } from "../arm-client";
import { REGISTRY, TASK, id } from "../tutorial-resources";

let arm: ArmClient;
beforeEach(async () => {
  arm = await ArmClient.start();
  await arm.make(REGISTRY);
});
afterEach(() => arm.close());

const encoded = (...commands: string[]) =>
  Buffer.from(
    ["version: v1.1.0", "steps:", ...commands.map((command) => `  - cmd: ${command}`)].join("\n"),
  ).toString("base64");
const schedule = (body: object) => arm.ask("POST", `${REGISTRY}/scheduleRun`, { body });
const task = { type: "TaskRunRequest", taskId: id(TASK) };
const quick = (...commands: string[]) =>
  schedule({ type: "EncodedTaskRunRequest", encodedTaskContent: encoded(...commands) });

/** Looks at a run until it has ended: its steps are processes of this machine. */
const ended = async ({ body: { id: run } }: Answer) => {
  for (;;) {
    const { body } = await arm.get(run);
    if (!["Queued", "Started", "Running"].includes(String(body.properties.status))) return body;
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
};

it("runs a task as azurerm starts it, and tells how it went", async () => {
  await arm.make(TASK);
  const started = await schedule(task);
  expect(started.status).toBe(200);
  expect(started.body).toMatchObject({
    name: started.body.properties.runId,
    type: "Microsoft.ContainerRegistry/registries/runs",
    properties: { status: "Queued", task: "build-image", provisioningState: "Succeeded" },
  });
  const run = await ended(started);
  expect(run.properties).toMatchObject({
    status: "Succeeded",
    startTime: expect.any(String) as string,
    finishTime: expect.any(String) as string,
  });
  expect(run.properties).not.toHaveProperty("runErrorMessage");
});

it("has a log, at a link that carries its own permission", async () => {
  const run = await ended(await quick("bash echo one-two-three"));
  const { logLink } = (await arm.ask("POST", `${run.id}/listLogSasUrl`)).body as unknown as {
    logLink: string;
  };
  const read = (link: string) => arm.ask("GET", link, { token: null, apiVersion: null });
  const log = await read(logLink);
  expect([log.status, log.body.text]).toEqual([
    200,
    expect.stringContaining("one-two-three") as string,
  ]);
  const wrong = await read(logLink.replace(/sig=.*/, "sig=wrong"));
  expect([wrong.status, wrong.body.error.code]).toEqual([403, "AuthenticationFailed"]);
});

it("fails with its step, and says why", async () => {
  const run = await ended(await quick("bash exit 3"));
  expect(run.properties).toMatchObject({
    status: "Failed",
    runErrorMessage: expect.stringMatching(/\S/) as string,
  });
});

it("is cancelled while it is under way, and not afterwards", async () => {
  const started = await quick("bash sleep 60");
  const cancel = () => arm.ask("POST", `${started.body.id}/cancel`);
  expect((await cancel()).status).toBe(200);
  expect((await ended(started)).properties.status).toBe("Canceled");
  const again = await cancel();
  expect([again.status, again.body.error.code]).toEqual([409, "CannotCancelRun"]);
});

it("has a name of its own, and is listed with the newest first", async () => {
  const first = await ended(await quick("bash true"));
  const second = await ended(await quick("bash true"));
  expect(first.name).not.toBe(second.name);
  const { value } = (await arm.get(`${REGISTRY}/runs`)).body;
  expect(value.map(({ name }) => name)).toEqual([second.name, first.name]);
});

it("needs a task that is there and enabled", async () => {
  const missing = await schedule(task);
  expect([missing.status, missing.body.error.code]).toEqual([404, "TaskNotFound"]);
  await arm.make(TASK);
  await arm.put(TASK, { properties: { status: "Disabled" } }, "PATCH");
  const disabled = await schedule(task);
  expect([disabled.status, disabled.body.error.code]).toEqual([409, "TaskDisabled"]);
});

it("is of a kind that is served", async () => {
  const answer = await schedule({ type: "FileTaskRunRequest", taskFilePath: "acb.yaml" });
  expect([answer.status, answer.body.error.code]).toEqual([400, "InvalidRequestContent"]);
});

it("does not survive the process: it ends as an error then", async () => {
  const started = await quick("bash sleep 60");
  await arm.reopen();
  expect((await arm.get(started.body.id)).body.properties).toMatchObject({
    status: "Error",
    runErrorMessage: expect.stringContaining("restarted") as string,
  });
});
