import type { Body } from "../arm-client";
import { GROUP, id } from "../tutorial-resources";
import { expectError } from "./error-envelope";
import type { TypeUnderTest } from "./type-under-test";

/** Without what differs from one request to the next. */
function lasting({ properties, ...rest }: Body): unknown {
  const { agentPoolProfiles, ...others } = properties;
  const pools = agentPoolProfiles as Record<string, unknown>[] | undefined;
  return {
    ...{ ...rest, systemData: undefined, etag: undefined, eTag: undefined },
    properties: { ...others, updatedOn: undefined, eTag: undefined },
    pools: pools?.map((pool) => ({ ...pool, eTag: undefined })),
  };
}

export function testWriting(subject: TypeUnderTest): void {
  const { row, path, list, put, patch } = subject;

  it("is created, and a second time nothing changes", async () => {
    const { arm } = subject;
    const body = await arm.bodyOf(path);
    const created = await arm.ask("PUT", path, { body });
    expect({ status: created.status, id: created.body.id }).toEqual({
      status: put?.created ?? 201,
      id: id(path),
    });
    expect(created.body).toMatchObject({ type: row.type, name: path.split("/").at(-1) });
    const first = await arm.settled(path);
    const again = await arm.ask("PUT", path, { body });
    expect({ status: again.status, id: again.body.id }).toEqual({ status: 200, id: id(path) });
    expect(lasting(await arm.settled(path))).toEqual(lasting(first));
  });

  it("is found in any casing, and keeps the one that it was created with", async () => {
    const { arm } = subject;
    await arm.make(path);
    const shouted = id(path).toUpperCase();
    expect((await arm.get(shouted)).body.id).toBe(id(path));
    const again = await arm.ask("PUT", shouted, { body: await arm.bodyOf(path) });
    expect({ status: again.status, id: again.body.id }).toEqual({ status: 200, id: id(path) });
  });

  it("is listed, once", async () => {
    const { arm } = subject;
    await arm.make(path);
    const { status, body } = await arm.get(list ?? "");
    expect(status).toBe(200);
    const listed = body.value.filter((item) => item.id === id(path));
    expect(listed).toEqual([(await arm.get(path)).body]);
  });

  it("is deleted, and then not there", async () => {
    const { arm } = subject;
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
      const { arm } = subject;
      await arm.make(path);
      const { body: before } = await arm.get(path);
      const answer = await arm.ask("PATCH", path, { body: patch.body });
      expect({ status: answer.status, id: answer.body.id }).toEqual({
        status: patch.status,
        id: before.id,
      });
      expect(await arm.settled(path)).toMatchObject({
        name: before.name,
        ...patch.expected,
      });
    });

    it("is not created by PATCH", async () => {
      const { arm } = subject;
      expectError(await arm.ask("PATCH", path, { body: patch.body }), 404, /NotFound$/);
    });
  }

  it("refuses a body that is not a JSON object", async () => {
    const { arm } = subject;
    for (const text of ["{", "[]", '"text"']) {
      expectError(await arm.ask("PUT", path, { text }), 400, "InvalidRequestContent");
    }
    expect((await arm.get(path)).status).toBe(404);
  });

  if (row.tracked) {
    it("stands in a region, and stays there", async () => {
      const { arm } = subject;
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
      const { arm } = subject;
      await arm.make(path);
      const { body } = await arm.get(`${GROUP}/resources?$expand=provisioningState`);
      const listed = body.value.find((item) => item.id === id(path));
      expect(listed).toMatchObject({ type: row.type, provisioningState: "Succeeded" });
    });
  }
}
