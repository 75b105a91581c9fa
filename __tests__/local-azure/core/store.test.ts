import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Store } from "../../../local-azure/core/store";

let directory: string;
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), "local-azure-store-"));
});
afterEach(() => {
  rmSync(directory, { recursive: true, force: true });
});

it("finds keys without case, in the order of creation", () => {
  const things = new Store().collection<number>("things");
  things.set("/B", 1);
  things.set("/a", 2);
  things.set("/b", 3);
  expect([things.get("/b"), things.has("/A"), things.get("/c")]).toEqual([3, true, undefined]);
  expect(things.entries()).toEqual([
    ["/b", 3],
    ["/a", 2],
  ]);
  expect([things.delete("/B"), things.delete("/B"), things.values()]).toEqual([true, false, [2]]);
});

it("is one store: a collection of the same name is the same collection", () => {
  const store = new Store();
  store.collection<number>("things").set("a", 1);
  expect(store.collection<number>("things").get("A")).toBe(1);
  expect(store.collection<number>("others").has("a")).toBe(false);
});

it("begins with what the last one has written", () => {
  const first = new Store(directory);
  first.collection<object>("things").set("a", { deep: ["x"] });
  first.flush();
  expect(new Store(directory).collection("things").get("a")).toEqual({ deep: ["x"] });
});

it("writes a change by itself, soon", async () => {
  new Store(directory).collection<number>("things").set("a", 1);
  await new Promise(setImmediate);
  expect(new Store(directory).collection("things").get("a")).toBe(1);
});

it("lets nobody else read the state: signing keys are in it", () => {
  const store = new Store(directory);
  store.collection<number>("things").set("a", 1);
  store.flush();
  expect(statSync(join(directory, "state.json")).mode & 0o777).toBe(0o600);
});

it("refuses a state that it cannot read, and leaves it as it is", () => {
  const file = join(directory, "state.json");
  writeFileSync(file, "{");
  expect(() => new Store(directory)).toThrow(/state\.json is not valid JSON\. Delete it/);
  expect(readFileSync(file, "utf8")).toBe("{");
});
