import { RESOURCE_TYPES } from "../../../local-azure/arm/registry";
import { ArmClient, NAMESPACES, type Answer, type Body } from "./arm-client";
import { CONTRACT_ROWS, type ContractRow } from "./contract-rows";
import { GROUP, RESOURCES, id } from "./tutorial-resources";

/** The envelope of the Azure REST API guidelines, and nothing beside it. */
function expectError(answer: Answer, status: number, code: string | RegExp): void {
  expect({ status: answer.status, body: answer.body }).toEqual({
    status,
    body: {
      error: expect.objectContaining({
        code: expect.stringMatching(typeof code === "string" ? `^${code}$` : code) as string,
        message: expect.stringMatching(/\S/) as string,
      }) as object,
    },
  });
}

/** Without what differs from one request to the next. */
function lasting({ properties, ...rest }: Body): unknown {
  return {
    ...{ ...rest, systemData: undefined, etag: undefined },
    properties: { ...properties, updatedOn: undefined },
  };
}

/** The resource that stands above one, if it is more than a group. */
function parentOf(path: string): string | undefined {
  const parent = path.split("/").slice(0, -2).join("/");
  const extended = /^(.*\/providers\/.*)\/providers\/[^/]+$/.exec(parent)?.[1];
  return (
    extended ??
    (/\/providers\/[^/]+\/./.test(parent) && path.startsWith(GROUP) ? parent : undefined)
  );
}

const needsOf = ({ path, needs }: ContractRow) => needs ?? RESOURCES[path ?? ""]?.needs ?? [];

it("has a row for every resource type", () => {
  const names = (list: readonly { type: string }[]) => list.map(({ type }) => type).sort();
  expect(names(CONTRACT_ROWS)).toEqual(names(RESOURCE_TYPES));
});

describe.each(CONTRACT_ROWS.map((row) => [row.type, row] as const))("%s", (_, row) => {
  const { path = "", list, put, patch } = row;
  let start: () => Promise<ArmClient>;
  let arm: ArmClient;
  beforeAll(async () => {
    start = await ArmClient.prepare(...needsOf(row));
  });
  beforeEach(async () => {
    arm = await start();
  });
  afterEach(() => arm.close());

  const somewhere = row.path ?? `${list ?? ""}/any`;

  it("answers a request without a token with 401, and says where to get one", async () => {
    const answer = await arm.ask("GET", list ?? path, { token: null });
    expectError(answer, 401, "AuthenticationFailed");
    expect(answer.headers.get("www-authenticate")).toContain('Bearer authorization_uri="https://');
  });

  it("answers a principal without a role with 403", async () => {
    const token = await arm.token({ oid: "stranger", appid: "strange-app" });
    const answer = await arm.ask("GET", list ?? path, { token });
    expectError(answer, 403, "AuthorizationFailed");
    expect(answer.body.error.message).toContain(
      `The client 'strange-app' with object id 'stranger' does not have authorization to perform action '`,
    );
  });

  it("needs an API version that it has", async () => {
    const missing = await arm.ask("GET", list ?? path, { apiVersion: null });
    expectError(missing, 400, "MissingApiVersionParameter");
    const unknown = await arm.ask("GET", list ?? path, { apiVersion: "2001-01-01" });
    expectError(
      unknown,
      400,
      /^(NoRegisteredProviderFound|InvalidApiVersionParameter|InvalidResourceType)$/,
    );
  });

  it("does not know another subscription", async () => {
    const other = "/subscriptions/33333333-3333-3333-3333-333333333333";
    expectError(await arm.get(`${other}/${list ?? path}`), 404, "SubscriptionNotFound");
  });

  if (somewhere.startsWith(`${GROUP}/`)) {
    it("does not exist in a group that does not", async () => {
      const elsewhere = somewhere.replace(GROUP, "resourceGroups/none");
      expectError(await arm.get(elsewhere), 404, "ResourceGroupNotFound");
      if (list !== undefined) {
        const other = list.replace(GROUP, "resourceGroups/none");
        expectError(await arm.get(other), 404, "ResourceGroupNotFound");
      }
      if (put) {
        const answer = await arm.ask("PUT", elsewhere, { body: await arm.bodyOf(path) });
        expectError(answer, 404, "ResourceGroupNotFound");
      }
    });
  }

  const parent = parentOf(somewhere);
  if (parent !== undefined) {
    it("does not exist below something that does not", async () => {
      const name = parent.slice(parent.lastIndexOf("/") + 1);
      const without = (child: string) => child.replace(parent, parent.replace(name, "none1"));
      expectError(await arm.get(without(somewhere)), 404, /^(Parent)?ResourceNotFound$/);
      if (list !== undefined) {
        expectError(await arm.get(without(list)), 404, /^(Parent)?ResourceNotFound$/);
      }
      if (put) {
        const answer = await arm.ask("PUT", without(path), { body: await arm.bodyOf(path) });
        expectError(answer, 404, /^(Parent)?ResourceNotFound$/);
        expect(answer.body.error.message).toContain("none1");
      }
    });
  }

  if (row.path !== undefined) {
    it("answers 404 for what does not exist", async () => {
      expectError(await arm.get(path), 404, /NotFound$|DoesNotExist$/);
    });
  }

  if (list !== undefined && !put) {
    it("lists", async () => {
      const { status, body } = await arm.get(list);
      expect({ status, value: Array.isArray(body.value) }).toEqual({ status: 200, value: true });
    });
  }

  for (const [method, supported] of [
    ["PUT", put],
    ["PATCH", patch],
    ["DELETE", row.delete],
  ] as const) {
    if (supported) continue;
    it(`does not know ${method}`, async () => {
      if (put) await arm.make(path);
      const answer = await arm.ask(method, somewhere, {
        body: { location: "eastus", properties: {} },
      });
      expectError(answer, 405, "HttpMethodNotAllowed");
    });
  }

  if (row.delete && !put) {
    it("has nothing to delete", async () => {
      expect((await arm.ask("DELETE", path)).status).toBe(row.delete?.missing);
    });
  }

  if (!put) return;

  it("is created with 201, and a second time nothing changes", async () => {
    const body = await arm.bodyOf(path);
    const created = await arm.ask("PUT", path, { body });
    expect({ status: created.status, id: created.body.id }).toEqual({ status: 201, id: id(path) });
    expect(created.body).toMatchObject({ type: row.type, name: path.split("/").at(-1) });
    const first = await arm.settled(path);
    const again = await arm.ask("PUT", path, { body });
    expect({ status: again.status, id: again.body.id }).toEqual({ status: 200, id: id(path) });
    expect(lasting(await arm.settled(path))).toEqual(lasting(first));
  });

  it("is found in any casing, and keeps the one that it was created with", async () => {
    await arm.make(path);
    const shouted = id(path).toUpperCase();
    expect((await arm.get(shouted)).body.id).toBe(id(path));
    const again = await arm.ask("PUT", shouted, { body: await arm.bodyOf(path) });
    expect({ status: again.status, id: again.body.id }).toEqual({ status: 200, id: id(path) });
  });

  it("is listed, once", async () => {
    await arm.make(path);
    const { status, body } = await arm.get(list ?? "");
    expect(status).toBe(200);
    const listed = body.value.filter((item) => item.id === id(path));
    expect(listed).toEqual([(await arm.get(path)).body]);
  });

  it("is deleted, and then not there", async () => {
    await arm.make(path);
    const deleted = await arm.ask("DELETE", path);
    expect(deleted.status).toBe(row.delete?.status);
    // azurerm never asks for the operation: the deletion has to end by itself.
    await arm.settled(path);
    expect((await arm.get(path)).status).toBe(404);
    expect((await arm.ask("DELETE", path)).status).toBe(row.delete?.missing);
    const { value } = (await arm.get(list ?? "")).body;
    expect(value.map((item) => item.id)).not.toContain(id(path));
  });

  if (patch) {
    it("changes with PATCH what is named, and nothing else", async () => {
      await arm.make(path);
      const { body: before } = await arm.get(path);
      const answer = await arm.ask("PATCH", path, { body: patch.body });
      expect({ status: answer.status, id: answer.body.id }).toEqual({
        status: patch.status,
        id: before.id,
      });
      expect(await arm.settled(path)).toMatchObject({ name: before.name, ...patch.expected });
    });

    it("is not created by PATCH", async () => {
      expectError(await arm.ask("PATCH", path, { body: patch.body }), 404, /NotFound$/);
    });
  }

  it("refuses a body that is not a JSON object", async () => {
    for (const text of ["{", "[]", '"text"']) {
      expectError(await arm.ask("PUT", path, { text }), 400, "InvalidRequestContent");
    }
    expect((await arm.get(path)).status).toBe(404);
  });

  it("is not changed by a principal that may only read", async () => {
    const token = await arm.token({ oid: "reader", appid: "reader" });
    const name = "3a3a3a3a-0000-4000-8000-000000000001";
    await arm.put(`providers/Microsoft.Authorization/roleAssignments/${name}`, {
      properties: {
        roleDefinitionId: id(
          "providers/Microsoft.Authorization/roleDefinitions/acdd72a7-3385-48ef-bd42-f606fba81ae7",
        ),
        principalId: "reader",
        principalType: "ServicePrincipal",
      },
    });
    const body = await arm.bodyOf(path);
    expect((await arm.ask("GET", path, { token })).status).toBe(404);
    for (const method of ["PUT", "DELETE", ...(patch ? ["PATCH"] : [])]) {
      const answer = await arm.ask(method, path, { token, body });
      expectError(answer, 403, "AuthorizationFailed");
      const verb = method === "DELETE" ? "delete" : "write";
      expect(answer.body.error.message).toMatch(new RegExp(`action '[^']+/${verb}'`));
    }
  });

  if (row.registration !== "free") {
    it("needs its resource provider registered", async () => {
      const [namespace = ""] = row.type.split("/");
      const unregistered = await ArmClient.start({ registered: false });
      try {
        await unregistered.register(...NAMESPACES.filter((name) => name !== namespace));
        const own = needsOf(row).filter((need) => need.includes(namespace));
        await unregistered.make(GROUP, ...needsOf(row).filter((need) => !own.includes(need)));
        const body = { location: "eastus", properties: {} };
        const answer = await unregistered.ask("PUT", path, { body });
        expectError(answer, 409, "MissingSubscriptionRegistration");
        expect(answer.body.error.message).toContain(namespace);
      } finally {
        await unregistered.close();
      }
    });
  }

  if (row.tracked) {
    it("stands in a region, and stays there", async () => {
      const body = await arm.bodyOf(path);
      const { location, ...without } = body;
      const ask = (sent: object) => arm.ask("PUT", path, { body: sent });
      expectError(await ask(without), 400, "LocationRequired");
      expectError(
        await ask({ ...body, location: "atlantis" }),
        400,
        "LocationNotAvailableForResourceType",
      );
      const made = await arm.put(path, { ...body, location: "East US" });
      expect(made.location).toBe(location);
      expectError(await ask({ ...body, location: "westus" }), 409, "InvalidResourceLocation");
    });

    it("stands in the list of all resources", async () => {
      await arm.make(path);
      const { body } = await arm.get(`${GROUP}/resources?$expand=provisioningState`);
      const listed = body.value.find((item) => item.id === id(path));
      expect(listed).toMatchObject({ type: row.type, provisioningState: "Succeeded" });
    });
  }

  describeOperations(row, () => arm);
});

/** Long-running operations: Azure/azure-resource-manager-rpc, v1.0/async-api-reference.md. */
function describeOperations(row: ContractRow, client: () => ArmClient): void {
  const { path = "", put } = row;
  const begin = async () => {
    const arm = client();
    return { arm, started: await arm.ask("PUT", path, { body: await arm.bodyOf(path) }) };
  };
  const fault = (arm: ArmClient, body: object) =>
    arm.ask("POST", "/local-azure/faults", { body: { type: row.type, ...body }, token: null });

  it("is refused when a fault waits for it", async () => {
    const arm = client();
    const [code, message] = ["Teapot", "Short and stout."];
    await fault(arm, { method: "PUT", code, message, status: 418 });
    const body = await arm.bodyOf(path);
    expectError(await arm.ask("PUT", path, { body }), 418, "Teapot");
    expect((await arm.ask("PUT", path, { body })).status).toBe(201);
  });

  if (put?.poll === "none") {
    it("is there at once, without an operation", async () => {
      const { arm, started } = await begin();
      expect(started.headers.get("azure-asyncoperation")).toBeNull();
      expect((await arm.get(path)).body).toEqual(started.body);
    });
    return;
  }

  it("is under way until the clock says otherwise", async () => {
    const { arm, started } = await begin();
    expect(started.body.properties.provisioningState).toBe("Creating");
    expect((await arm.get(path)).body.properties.provisioningState).toBe("Creating");
    const done = await arm.settled(path);
    expect(done.properties.provisioningState).toBe("Succeeded");
    const updated = await arm.ask("PUT", path, { body: await arm.bodyOf(path) });
    expect(updated.body.properties.provisioningState).toBe("Updating");
  });

  it("refuses another operation until then", async () => {
    const { arm } = await begin();
    const body = await arm.bodyOf(path);
    for (const method of ["PUT", ...(row.delete?.status === 202 ? ["DELETE"] : [])]) {
      expect((await arm.ask(method, path, { body })).status).toBe(409);
    }
    await arm.settled(path);
    expect((await arm.ask("PUT", path, { body })).status).toBe(200);
  });

  it("ends as Failed when its operation does, and can be put right", async () => {
    const arm = client();
    await fault(arm, { during: "operation", method: "PUT", code: "Teapot", message: "Stout." });
    const started = (await begin()).started;
    expect(started.status).toBe(201);
    expect((await arm.settled(path)).properties.provisioningState).toBe("Failed");
    if (put?.poll === "operation") {
      expect(await arm.operation(started)).toMatchObject({
        status: "Failed",
        error: { code: "Teapot", message: "Stout." },
      });
    }
    const again = await arm.put(path, await arm.bodyOf(path));
    expect(again.properties.provisioningState).toBe("Succeeded");
  });

  if (put?.poll === "provisioningState") {
    it("names no operation: clients look at provisioningState", async () => {
      const { started } = await begin();
      expect(started.headers.get("azure-asyncoperation")).toBeNull();
      expect(started.headers.get("location")).toBeNull();
    });
  } else {
    it("names its operation, which ends by the clock", async () => {
      const { arm, started } = await begin();
      const address = started.headers.get("azure-asyncoperation") ?? "";
      expect((await arm.get(address)).body).toMatchObject({ status: "InProgress" });
      expect((await arm.get(address)).body).not.toHaveProperty("endTime");
      const { status, startTime, endTime, ...rest } = await arm.operation(started);
      expect({ status, error: rest.error }).toEqual({ status: "Succeeded", error: undefined });
      expect(Date.parse(endTime)).toBeGreaterThan(Date.parse(startTime));
    });
  }

  if (row.delete?.status !== 202) return;

  it("is Deleting until the deletion ends, at both addresses of its operation", async () => {
    const arm = client();
    await arm.make(path);
    const started = await arm.ask("DELETE", path);
    expect((await arm.get(path)).body.properties.provisioningState).toBe("Deleting");
    const location = started.headers.get("location") ?? "";
    expect((await arm.get(location)).status).toBe(202);
    expect(await arm.operation(started)).toMatchObject({ status: "Succeeded" });
    expect((await arm.get(location)).status).toBe(204);
    expect((await arm.get(path)).status).toBe(404);
  });

  it("is still there when its deletion fails", async () => {
    const arm = client();
    await arm.make(path);
    await fault(arm, { during: "operation", method: "DELETE", code: "Teapot", message: "Stout." });
    const started = await arm.ask("DELETE", path);
    expect(await arm.operation(started)).toMatchObject({ status: "Failed" });
    expect((await arm.get(path)).body.properties.provisioningState).toBe("Failed");
    await arm.delete(path);
    expect((await arm.get(path)).status).toBe(404);
  });
}
