import { createControls } from "../../../local-azure/core/controls";
import { Faults } from "../../../local-azure/core/faults";

const start = () => {
  const faults = new Faults();
  const routes = createControls(faults);
  const post = (body: unknown) =>
    routes.request("/faults", { method: "POST", body: JSON.stringify(body) });
  return { faults, routes, post };
};
const FAULT = { type: "Microsoft.X/things", code: "Teapot", message: "Short and stout." };

it("says that it is there", async () => {
  expect(await (await start().routes.request("/health")).json()).toEqual({ status: "ok" });
});

it("takes a fault with its defaults, lists it and forgets it", async () => {
  const { routes, post } = start();
  const complete = { ...FAULT, during: "request", status: 409, times: 1 };
  const added = await post(FAULT);
  expect([added.status, await added.json()]).toEqual([201, complete]);
  expect(await (await routes.request("/faults")).json()).toEqual({ value: [complete] });
  expect((await routes.request("/faults", { method: "DELETE" })).status).toBe(204);
  expect(await (await routes.request("/faults")).json()).toEqual({ value: [] });
});

it.each([
  ["without a type", { ...FAULT, type: undefined }, "type"],
  ["with a status that is none of an error", { ...FAULT, status: 200 }, "status"],
  ["with a word that is not known", { ...FAULT, how: "often" }, "how"],
  ["that is no object", "fault", ""],
])("refuses a fault %s, and names what is wrong", async (_, fault, named) => {
  const { faults, post } = start();
  const answer = await post(fault);
  const { error } = (await answer.json()) as { error: { code: string; message: string } };
  expect([answer.status, error.code]).toEqual([400, "InvalidFault"]);
  expect(error.message).toContain(named);
  expect(faults.list()).toEqual([]);
});

describe("a fault", () => {
  const raise =
    (faults: Faults, ...args: Parameters<Faults["raise"]>) =>
    () => {
      faults.raise(...args);
    };

  it("hits the type without case, as often as it is told, and only while it is meant to", async () => {
    const { faults, post } = start();
    await post({ ...FAULT, method: "PUT", times: 2, status: 503 });
    expect(raise(faults, "Microsoft.X/others", "PUT")).not.toThrow();
    expect(raise(faults, "Microsoft.X/things", "DELETE")).not.toThrow();
    expect(raise(faults, "Microsoft.X/things", "PUT", "operation")).not.toThrow();
    for (let count = 0; count < 2; count += 1) {
      expect(raise(faults, "MICROSOFT.X/THINGS", "PUT")).toThrow(
        expect.objectContaining({ status: 503, code: "Teapot" }) as Error,
      );
    }
    expect(raise(faults, "Microsoft.X/things", "PUT")).not.toThrow();
  });

  it("hits any method when it names none", async () => {
    const { faults, post } = start();
    await post({ ...FAULT, during: "operation" });
    expect(raise(faults, "Microsoft.X/things", "DELETE", "operation")).toThrow("Short and stout.");
  });
});
