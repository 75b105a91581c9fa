import { ArmClient } from "../arm-client";
import { REGISTRY, TASK } from "../tutorial-resources";

let arm: ArmClient;
beforeEach(async () => {
  arm = await ArmClient.start();
  await arm.make(REGISTRY);
});
afterEach(() => arm.close());

const STEP = { type: "EncodedTask", encodedTaskContent: "dmVyc2lvbjogdjEuMS4wCg==" };
const put = (properties: object, path = TASK) =>
  arm.ask("PUT", path, {
    body: {
      location: "eastus",
      properties: { platform: { os: "Linux" }, step: STEP, ...properties },
    },
  });

it("has what azurerm reads, and nothing unasked that would be a change to it", async () => {
  // azurerm's own acceptance tests set neither agent_setting nor architecture, and expect an empty plan.
  await arm.make(TASK);
  const { properties } = (await arm.get(TASK)).body;
  expect(properties).toMatchObject({
    status: "Enabled",
    timeout: 3600,
    step: { type: "EncodedTask", encodedTaskContent: expect.any(String) as string },
    provisioningState: "Succeeded",
  });
  expect(properties.platform).toEqual({ os: "Linux" });
  for (const unasked of [
    "agentConfiguration",
    "trigger",
    "credentials",
    "agentPoolName",
    "logTemplate",
  ]) {
    expect(properties).not.toHaveProperty(unasked);
  }
});

it("returns the agent and the architecture that were asked for", async () => {
  await put({ agentConfiguration: { cpu: 2 }, platform: { os: "Linux", architecture: "amd64" } });
  expect((await arm.settled(TASK)).properties).toMatchObject({
    agentConfiguration: { cpu: 2 },
    platform: { os: "Linux", architecture: "amd64" },
  });
});

it("keeps secrets to itself: the context's token, and passwords of registries", async () => {
  await put({
    step: { ...STEP, contextPath: "https://git.example/x.git", contextAccessToken: "hidden" },
    credentials: {
      customRegistries: {
        "other.example": { userName: { type: "Opaque", value: "hidden" } },
      },
    },
  });
  const { body } = await arm.get(TASK);
  expect(JSON.stringify(body)).not.toContain("hidden");
  expect(body.properties.step).toMatchObject({ contextPath: "https://git.example/x.git" });
});

it("is changed by PATCH without losing its step", async () => {
  await arm.make(TASK);
  const { body } = await arm.get(TASK);
  const after = await arm.put(TASK, { properties: { timeout: 600 } }, "PATCH");
  expect(after.properties).toMatchObject({ timeout: 600, step: body.properties.step });
});

it.each([
  ["no step", { step: undefined }],
  ["a step of a kind that is not served", { step: { type: "FileTask", taskFilePath: "acb.yaml" } }],
  ["a time that is too short", { timeout: 299 }],
  ["a time that is too long", { timeout: 28_801 }],
  ["no platform", { platform: undefined }],
])("refuses %s", async (_, properties) => {
  const answer = await put(properties);
  expect([answer.status, answer.body.error.code]).toEqual([400, "InvalidRequestContent"]);
});

it("has a name of 5 to 50 letters, digits, '-' and '_'", async () => {
  const answer = await put({}, TASK.replace("build-image", "four"));
  expect([answer.status, answer.body.error.code]).toEqual([400, "InvalidResourceName"]);
});
