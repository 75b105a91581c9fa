import { ArmClient } from "./arm-client";
import { CLUSTER, GROUP, IDENTITY, REGISTRY } from "./tutorial-resources";

const LOCATION = "providers/Microsoft.ContainerRegistry/locations/eastus";

describe("an operation", () => {
  let arm: ArmClient;
  beforeEach(async () => {
    arm = await ArmClient.start();
    await arm.make(GROUP);
  });
  afterEach(() => arm.close());

  const begin = async () => arm.ask("PUT", REGISTRY, { body: await arm.bodyOf(REGISTRY) });

  it("answers its result at the other address: the resource, or the error with which it failed", async () => {
    const started = await begin();
    const address = started.headers.get("azure-asyncoperation") ?? "";
    const result = address.replace("operationStatuses", "operationresults");
    expect((await arm.get(result)).status).toBe(202);
    await arm.operation(started);
    expect((await arm.get(result)).body).toEqual((await arm.get(REGISTRY)).body);
    const type = "Microsoft.ContainerRegistry/registries";
    const fault = { type, during: "operation", code: "Teapot", message: "Stout." };
    await arm.ask("POST", "/local-azure/faults", { body: fault, token: null });
    const failing = await begin();
    await arm.operation(failing);
    const failed = await arm.get(
      (failing.headers.get("azure-asyncoperation") ?? "").replace("Statuses", "results"),
    );
    expect([failed.status, failed.body.error]).toEqual([
      409,
      { code: "Teapot", message: "Stout." },
    ]);
  });

  it("is known by its name alone, and unknown otherwise", async () => {
    for (const kind of ["operationStatuses", "operationresults"]) {
      const { status, body } = await arm.get(`${LOCATION}/${kind}/none`);
      expect([status, body.error.code]).toEqual([404, "OperationNotFound"]);
    }
  });

  it("is tracked by who has a permission on its group, and by nobody else", async () => {
    // https://learn.microsoft.com/azure/azure-resource-manager/management/async-operations
    const started = await begin();
    const address = started.headers.get("azure-asyncoperation") ?? "";
    const token = await arm.token({ oid: "stranger", appid: "stranger" });
    const { status, body } = await arm.ask("GET", address, { token });
    expect([status, body.error.code]).toEqual([403, "AuthorizationFailed"]);
  });

  it("tells azurerm and azapi when to look again: at once, and after 100 ms", async () => {
    const { headers } = await begin();
    expect([
      headers.get("retry-after"),
      headers.get("x-ms-retry-after-ms"),
      headers.get("x-go-azure-sdk-skip-polling-delay"),
    ]).toEqual(["0", "100", "true"]);
  });

  it("is one deletion, however often it is asked for", async () => {
    await arm.make(REGISTRY);
    const first = await arm.ask("DELETE", REGISTRY);
    const second = await arm.ask("DELETE", REGISTRY);
    expect([first.status, second.status]).toEqual([202, 202]);
    expect(second.headers.get("azure-asyncoperation")).toBe(
      first.headers.get("azure-asyncoperation"),
    );
  });

  it("does not bring back what its group's deletion took meanwhile", async () => {
    const started = await arm.ask("PUT", CLUSTER, { body: await arm.bodyOf(CLUSTER) });
    await arm.ask("DELETE", GROUP);
    expect(await arm.operation(started)).toMatchObject({ status: "Succeeded" });
    expect((await arm.settled(GROUP)).error.code).toBe("ResourceGroupNotFound");
    expect((await arm.get("resources")).body.value).toEqual([]);
  });
});

it("holds a poll back until its operation ends, or for as long as it is told", async () => {
  const arm = await ArmClient.start({ hold: 1000 });
  try {
    await arm.make(GROUP);
    const started = await arm.ask("PUT", REGISTRY, { body: await arm.bodyOf(REGISTRY) });
    const poll = arm.get(started.headers.get("azure-asyncoperation") ?? "");
    const answers: string[] = [];
    void poll.then(({ body }) => answers.push(body.status));
    for (let turn = 0; turn < 20; turn += 1) await new Promise(setImmediate);
    expect(answers).toEqual([]);
    expect((await arm.whileTimePasses(poll)).body.status).toBe("Succeeded");
    // What nothing is under way on is answered at once.
    expect((await arm.get(REGISTRY)).status).toBe(200);
    expect((await arm.get(IDENTITY)).status).toBe(404);
  } finally {
    await arm.close();
  }
});
