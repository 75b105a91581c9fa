import type { ArmClient } from "../arm-client";
import { expectError } from "./error-envelope";
import type { TypeUnderTest } from "./type-under-test";

/** Long-running operations: Azure/azure-resource-manager-rpc, v1.0/async-api-reference.md. */
export function testOperations(subject: TypeUnderTest): void {
  const { row, path, put } = subject;

  const begin = async () => {
    const { arm } = subject;
    return { arm, started: await arm.ask("PUT", path, { body: await arm.bodyOf(path) }) };
  };
  const fault = (arm: ArmClient, body: object) =>
    arm.ask("POST", "/local-azure/faults", { body: { type: row.type, ...body }, token: null });

  it("is refused when a fault waits for it", async () => {
    const { arm } = subject;
    const [code, message] = ["Teapot", "Short and stout."];
    await fault(arm, { method: "PUT", code, message, status: 418 });
    const body = await arm.bodyOf(path);
    expectError(await arm.ask("PUT", path, { body }), 418, "Teapot");
    expect((await arm.ask("PUT", path, { body })).status).toBe(put?.created ?? 201);
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
    const { arm } = subject;
    await fault(arm, { during: "operation", method: "PUT", code: "Teapot", message: "Stout." });
    const { started } = await begin();
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
    const { arm } = subject;
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
    const { arm } = subject;
    await arm.make(path);
    await fault(arm, { during: "operation", method: "DELETE", code: "Teapot", message: "Stout." });
    const started = await arm.ask("DELETE", path);
    expect(await arm.operation(started)).toMatchObject({ status: "Failed" });
    expect((await arm.get(path)).body.properties.provisioningState).toBe("Failed");
    await arm.delete(path);
    expect((await arm.get(path)).status).toBe(404);
  });
}
