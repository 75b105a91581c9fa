import {
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Store } from "../../../local-azure/core/store";

let parent: string;
let directory: string;
beforeEach(() => {
  parent = mkdtempSync(join(tmpdir(), "local-azure-store-"));
  directory = join(parent, "state");
});
afterEach(() => {
  rmSync(parent, { recursive: true, force: true });
});

const file = () => join(directory, "state.json");
const nextTurn = () => new Promise((resolve) => setImmediate(resolve));

describe("a collection", () => {
  test("compares keys without case, and keeps the order of creation", () => {
    const values = new Store().collection<number>("numbers");
    values.set("/Subscriptions/B", 1);
    values.set("/subscriptions/a", 2);
    values.set("/SUBSCRIPTIONS/b", 3);
    expect(values.get("/subscriptions/B")).toBe(3);
    expect(values.has("/subscriptions/A")).toBe(true);
    expect(values.entries()).toEqual([
      ["/subscriptions/b", 3],
      ["/subscriptions/a", 2],
    ]);
    expect(values.delete("/Subscriptions/A")).toBe(true);
    expect(values.delete("/Subscriptions/A")).toBe(false);
    expect(values.values()).toEqual([3]);
  });

  test("is the same for everybody who asks for its name", () => {
    const store = new Store();
    store.collection<number>("a").set("x", 1);
    expect(store.collection<number>("a").get("x")).toBe(1);
    expect(store.collection<number>("b").get("x")).toBeUndefined();
  });
});

describe("on disk", () => {
  test("a change is saved by itself, once for all of one turn", async () => {
    const store = new Store(directory);
    const values = store.collection<{ n: number }>("values");
    values.set("a", { n: 1 });
    values.set("b", { n: 2 });
    expect(readdirSync(directory)).toEqual([]);
    await nextTurn();
    expect(JSON.parse(readFileSync(file(), "utf8"))).toEqual({
      values: { a: { n: 1 }, b: { n: 2 } },
    });
  });

  test("what was saved is there again, in its order; what was deleted is not", () => {
    const store = new Store(directory);
    const values = store.collection<number>("values");
    for (const key of ["z", "m", "a"]) values.set(key, key.charCodeAt(0));
    values.delete("m");
    store.flush();
    expect(new Store(directory).collection<number>("values").entries()).toEqual([
      ["z", 122],
      ["a", 97],
    ]);
  });

  test("only the owner may read it: it holds keys", () => {
    const store = new Store(directory);
    store.collection<number>("a").set("x", 1);
    store.flush();
    expect(statSync(directory).mode & 0o777).toBe(0o700);
    expect(statSync(file()).mode & 0o777).toBe(0o600);
  });

  test("a save that does not come to its end leaves the one before it whole", () => {
    const store = new Store(directory);
    store.collection<number>("a").set("x", 1);
    store.flush();
    // What is written first is another file, which here cannot be.
    mkdirSync(`${file()}.new`);
    store.collection<number>("a").set("x", 2);
    expect(() => {
      store.flush();
    }).toThrow();
    expect(new Store(directory).collection<number>("a").get("x")).toBe(1);
    rmSync(`${file()}.new`, { recursive: true });
    store.flush();
    expect(new Store(directory).collection<number>("a").get("x")).toBe(2);
    expect(readdirSync(directory)).toEqual(["state.json"]);
  });

  test.each(["", '{"a": {"x"', "null", "[]", "5", '{"a": 1}', '{"a": ["x"]}'])(
    "%j is none: the error names the file and a way out",
    (content) => {
      mkdirSync(directory);
      writeFileSync(file(), content);
      expect(() => new Store(directory)).toThrow(
        `The saved state ${file()} cannot be read. Delete it to start afresh.`,
      );
      expect(readFileSync(file(), "utf8")).toBe(content);
    },
  );
});

test("in memory, nothing is written", () => {
  const store = new Store();
  store.collection<number>("a").set("x", 1);
  store.flush();
  expect(readdirSync(parent)).toEqual([]);
});
