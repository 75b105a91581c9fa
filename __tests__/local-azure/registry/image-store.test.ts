import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  rmSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Store } from "../../../local-azure/core/store";
import { parseImageReference } from "../../../local-azure/registry/image-reference";
import { ImageStore, type BuiltImage } from "../../../local-azure/registry/image-store";

const CONFIG = { entrypoint: [], cmd: ["a"], env: [], workingDir: "/", user: "", labels: {} };

let directory: string;
let images: ImageStore;
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), "local-azure-images-"));
  images = new ImageStore(new Store(), directory);
});
afterEach(() => {
  rmSync(directory, { recursive: true, force: true });
});

let built = 0;
const build = (
  content = "content",
  prepare: (root: string) => void = () => undefined,
): BuiltImage => {
  const rootDirectory = join(directory, `built-${built++}`);
  mkdirSync(rootDirectory);
  writeFileSync(join(rootDirectory, "file"), content);
  prepare(rootDirectory);
  return { rootDirectory, config: CONFIG };
};
const name = (tag: string, repository = "app", registry = "MyRegistry") => ({
  registry,
  repository,
  tag,
});
const push = (image: BuiltImage, tag: string, now = "2026-01-01T00:00:00Z") =>
  images.push(image, name(tag), now);

describe("the digest", () => {
  const digestOf = (prepare?: (root: string) => void) =>
    push(build("content", prepare), "x").digest;

  test("is the same for the same content, whenever it was written", () => {
    expect(
      digestOf((root) => {
        utimesSync(join(root, "file"), 1, 1);
      }),
    ).toBe(digestOf());
  });

  test.each<[string, (root: string) => void]>([
    [
      "a file's content",
      (root) => {
        writeFileSync(join(root, "file"), "other");
      },
    ],
    [
      "another file",
      (root) => {
        writeFileSync(join(root, "more"), "");
      },
    ],
    [
      "an empty folder",
      (root) => {
        mkdirSync(join(root, "folder"));
      },
    ],
    [
      "a link",
      (root) => {
        symlinkSync("file", join(root, "link"));
      },
    ],
    [
      "a file that can be executed",
      (root) => {
        chmodSync(join(root, "file"), 0o755);
      },
    ],
  ])("changes with %s", (_, prepare) => {
    expect(digestOf(prepare)).not.toBe(digestOf());
  });

  test("changes with the configuration", () => {
    const other = { ...build(), config: { ...CONFIG, cmd: ["b"] } };
    expect(push(other, "x").digest).not.toBe(digestOf());
  });
});

describe("what is kept", () => {
  test("by tag and by digest, of a registry in any casing", () => {
    const { digest, size } = push(build("seven c"), "1");
    expect(size).toBe(7);
    expect(images.find("MYREGISTRY", "app", { tag: "1" })).toMatchObject({ digest, size: 7 });
    expect(images.find("MyRegistry", "app", { tag: "latest", digest })?.digest).toBe(digest);
    for (const [registry, repository, tag] of [
      ["Other", "app", "1"],
      ["MyRegistry", "other", "1"],
      ["MyRegistry", "app", "2"],
    ] as const) {
      expect(images.find(registry, repository, { tag })).toBeUndefined();
    }
  });

  test("the builder's folder is taken over, and dropped where its content is there", () => {
    const [first, second] = [build(), build()];
    const kept = push(first, "1");
    expect(existsSync(first.rootDirectory)).toBe(false);
    expect(push(second, "2").rootDirectory).toBe(kept.rootDirectory);
    expect(existsSync(second.rootDirectory)).toBe(false);
    expect(existsSync(join(kept.rootDirectory, "file"))).toBe(true);
  });

  test("an image that is kept can be pushed under another name", () => {
    const kept = push(build(), "1");
    expect(push(kept, "2").digest).toBe(kept.digest);
    expect(existsSync(kept.rootDirectory)).toBe(true);
  });

  test("a tag moves to the image pushed last, and keeps the time of its making", () => {
    push(build("one"), "latest", "2026-01-01T00:00:00Z");
    const { digest } = push(build("two"), "latest", "2026-01-02T00:00:00Z");
    expect(images.tags("MyRegistry", "app")).toEqual([
      {
        ...name("latest"),
        digest,
        createdTime: "2026-01-01T00:00:00Z",
        lastUpdateTime: "2026-01-02T00:00:00Z",
      },
    ]);
  });

  test("repositories and tags are sorted", () => {
    for (const tag of ["b", "a", "c"]) push(build(tag), tag);
    images.push(build("z"), name("1", "aaa"), "now");
    expect(images.repositories("MyRegistry")).toEqual(["aaa", "app"]);
    expect(images.tags("MyRegistry", "app").map(({ tag }) => tag)).toEqual(["a", "b", "c"]);
  });

  test("survives a restart with the same state and folder", () => {
    const state = join(directory, "state");
    const store = new Store(state);
    const { digest } = new ImageStore(store, directory).push(build(), name("1"), "now");
    store.flush();
    const again = new ImageStore(new Store(state), directory);
    expect(again.find("MyRegistry", "app", { tag: "1" })?.digest).toBe(digest);
  });

  test("an image whose folder somebody removed is not there", () => {
    const { rootDirectory } = push(build(), "1");
    rmSync(rootDirectory, { recursive: true });
    expect(images.find("MyRegistry", "app", { tag: "1" })).toBeUndefined();
  });

  test("a deleted registry's images go, but for those that another names", async () => {
    const shared = push(build("shared"), "1");
    const own = push(build("own"), "2");
    images.push(shared, name("1", "app", "Other"), "now");
    await images.deleteRegistry("myregistry");
    expect(images.repositories("MyRegistry")).toEqual([]);
    expect(existsSync(own.rootDirectory)).toBe(false);
    expect(images.find("Other", "app", { tag: "1" })?.digest).toBe(shared.digest);
  });
});

/** github.com/distribution/reference, reference.go. */
describe("image names", () => {
  const digest = `sha256:${"a".repeat(64)}`;
  test.each([
    ["app", { host: "", path: "app", tag: "latest" }],
    ["team/app:1.0", { host: "", path: "team/app", tag: "1.0" }],
    [
      "localhost:8443/myregistry/app:v1",
      { host: "localhost:8443", path: "myregistry/app", tag: "v1" },
    ],
    ["localhost/a", { host: "localhost", path: "a", tag: "latest" }],
    [`r.azurecr.io/a@${digest}`, { host: "r.azurecr.io", path: "a", tag: "latest", digest }],
  ])("%s", (text, expected) => {
    expect(parseImageReference(text)).toEqual({ digest: undefined, ...expected });
  });

  test.each([
    "",
    "App",
    "a//b",
    "a:",
    "a:b c",
    "../a",
    "-a.io/b",
    "localhost:1/MyRegistry/app",
    "a@sha256:1",
    "r.io/../../etc",
  ])("%j is none", (text) => {
    expect(() => parseImageReference(text)).toThrow("invalid reference format");
  });
});
