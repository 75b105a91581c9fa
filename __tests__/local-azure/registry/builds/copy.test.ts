import { execFileSync } from "node:child_process";
import {
  existsSync,
  lstatSync,
  mkdirSync,
  readFileSync,
  readlinkSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { inside, relativeTo } from "../../../../local-azure/registry/builds/image-path";
import { BuildFolder, filesOf, read } from "./build-folder";

let folder: BuildFolder;
let outside: string;
beforeEach(() => {
  folder = new BuildFolder({
    "package.json": "{}",
    "package-lock.json": "{}",
    "src/main.js": "main",
    "src/lib/a.js": "a",
    "src/lib/b.ts": "b",
    "notes/today.md": "today",
  });
  outside = join(folder.directory, "outside");
  mkdirSync(outside);
  writeFileSync(join(outside, "precious"), "untouched");
});
afterEach(() => {
  expect(readFileSync(join(outside, "precious"), "utf8")).toBe("untouched");
  folder.remove();
});

const build = (...lines: string[]) => folder.build(["FROM scratch", ...lines]);
const copied = async (...lines: string[]) => filesOf(await build(...lines));

/** https://docs.docker.com/reference/dockerfile/#copy */
describe("COPY", () => {
  test.each([
    ["COPY package.json /app/", ["app/package.json"]],
    ["COPY package.json /app/other.json", ["app/other.json"]],
    ["COPY package*.json /app/", ["app/package-lock.json", "app/package.json"]],
    ["COPY src/lib/?.js /app/", ["app/a.js"]],
    ["COPY src/lib/[ab].?s /app/", ["app/a.js", "app/b.ts"]],
    ["COPY src /app", ["app/lib/a.js", "app/lib/b.ts", "app/main.js"]],
    ["COPY ./src/lib/ /app/", ["app/a.js", "app/b.ts"]],
    ["COPY src/main.js notes/today.md /app/", ["app/main.js", "app/today.md"]],
    ['COPY ["src/main.js", "/a folder/"]', ["a folder/main.js"]],
    ["COPY --chown=1000:1000 --link package.json /", ["package.json"]],
  ])("%s", async (line, files) => {
    expect(await copied(line)).toEqual(files);
  });

  test("relative to WORKDIR", async () => {
    expect(
      await copied("WORKDIR /srv", "COPY package.json .", "COPY src/main.js lib/x.js"),
    ).toEqual(["srv/lib/x.js", "srv/package.json"]);
  });

  test("into a folder that exists, without a slash at the end", async () => {
    expect(await copied("WORKDIR /srv", "COPY package.json /srv")).toEqual(["srv/package.json"]);
  });

  test("a heredoc is a file", async () => {
    const image = await build("COPY <<EOF /etc/motd", "hello", "EOF");
    expect(read(image, "etc/motd")).toBe("hello\n");
  });

  test("--chmod is for what is copied, and for nothing beside it", async () => {
    const image = await build(
      "COPY package.json /app/",
      "COPY --chmod=755 src/main.js /app/",
      "COPY --chmod=700 src/lib /app/lib",
    );
    const mode = (path: string) => statSync(join(image.rootDirectory, path)).mode & 0o777;
    expect(mode("app/main.js")).toBe(0o755);
    expect(mode("app/lib/a.js")).toBe(0o700);
    expect(mode("app/package.json") & 0o111).toBe(0);
  });

  test.each(["nothing.txt", "src/*.md", "package.json/inner"])("%s is not found", async (name) => {
    await expect(build(`COPY ${name} /`)).rejects.toThrow(`"${name}": not found`);
  });

  test("a link of the context stays a link", async () => {
    symlinkSync("main.js", join(folder.context, "src/link.js"));
    const { rootDirectory } = await build("COPY src /app");
    expect(readlinkSync(join(rootDirectory, "app/link.js"))).toBe("main.js");
  });
});

/** https://docs.docker.com/build/concepts/context/#dockerignore-files */
describe(".dockerignore", () => {
  test("what it names does not exist for the build, exceptions do", async () => {
    folder.write({ ".dockerignore": "# comment\n**/*.md\nsrc/lib\n!src/lib/b.ts\nDockerfile\n" });
    expect(await copied("COPY . /")).toEqual([
      ".dockerignore",
      "package-lock.json",
      "package.json",
      "src/lib/b.ts",
      "src/main.js",
    ]);
    await expect(build("COPY notes/today.md /")).rejects.toThrow("not found");
  });

  test("one of the Dockerfile's own goes before the context's", async () => {
    folder.write({ ".dockerignore": "src", "Dockerfile.dockerignore": "notes" });
    expect(await copied("COPY src/main.js /")).toEqual(["main.js"]);
    await expect(build("COPY notes/today.md /")).rejects.toThrow("not found");
  });

  test("is not for other stages", async () => {
    folder.write({ ".dockerignore": "**/*.md" });
    const image = await folder.build([
      "FROM alpine AS first",
      "RUN echo x > /kept.md",
      "FROM scratch",
      "COPY --from=first /kept.md /",
    ]);
    expect(filesOf(image)).toEqual(["kept.md"]);
  });
});

/** https://docs.docker.com/reference/dockerfile/#adding-local-tar-archives */
describe("ADD", () => {
  const archive = (name: string, ...members: string[]) =>
    execFileSync("tar", ["-cf", join(folder.context, name), "-C", folder.context, ...members]);

  test("unpacks an archive; COPY does not", async () => {
    archive("src.tar", "src/lib");
    expect(await copied("ADD src.tar /opt", "COPY src.tar /")).toEqual([
      "opt/src/lib/a.js",
      "opt/src/lib/b.ts",
      "src.tar",
    ]);
  });

  test("other files as COPY", async () => {
    expect(await copied("ADD package.json /")).toEqual(["package.json"]);
  });

  test("an archive that .dockerignore names, or that lies outside, is not there", async () => {
    archive("../outside.tar", "src");
    archive("src.tar", "src");
    folder.write({ ".dockerignore": "*.tar" });
    await expect(build("ADD src.tar /")).rejects.toThrow('"src.tar": not found');
    await expect(build("ADD ../outside.tar /")).rejects.toThrow("leads out of the context");
  });

  test("members that lead out of the image do not get there", async () => {
    execFileSync("tar", [
      "-cPf",
      join(folder.context, "evil.tar"),
      "--transform",
      "s,^,../../../../outside/,",
      "-C",
      folder.context,
      "package.json",
    ]);
    await expect(build("ADD evil.tar /")).rejects.toThrow("exit status");
    expect(existsSync(join(outside, "package.json"))).toBe(false);
  });
});

describe("nothing leads out of the image or the context", () => {
  test.each(["COPY ../outside/precious /", "COPY src/../../outside /", 'COPY ["..", "/"]'])(
    "%s",
    async (line) => {
      await expect(build(line)).rejects.toThrow("leads out of the context");
    },
  );

  test("a link between folders of the context is not followed", async () => {
    symlinkSync(outside, join(folder.context, "link"));
    await expect(build("COPY link/precious /")).rejects.toThrow("not found");
  });

  test("a destination above the root is below it", async () => {
    expect(await copied("WORKDIR /app", "COPY package.json ../../../outside/")).toEqual([
      "outside/package.json",
    ]);
  });

  test.each([
    ["a folder that is a link to this machine", "COPY src/main.js /link/precious"],
    ["a whole folder over such a link", "COPY src /link"],
    ["the working directory", "WORKDIR /link/deeper"],
  ])("%s is one of the image", async (_, line) => {
    symlinkSync(outside, join(folder.context, "link"));
    const image = await build("COPY link /link", line);
    const inImage = join(image.rootDirectory, outside);
    expect(existsSync(inImage)).toBe(true);
    expect(existsSync(join(outside, "deeper"))).toBe(false);
    expect(existsSync(join(outside, "main.js"))).toBe(false);
  });

  test("a file replaces a link of the same name, and does not follow it", async () => {
    symlinkSync(join(outside, "precious"), join(folder.context, "precious"));
    const { rootDirectory } = await build("COPY precious /", "COPY src/main.js /precious");
    expect(lstatSync(join(rootDirectory, "precious")).isSymbolicLink()).toBe(false);
    expect(readFileSync(join(rootDirectory, "precious"), "utf8")).toBe("main");
  });

  test("nor does a heredoc", async () => {
    symlinkSync(join(outside, "precious"), join(folder.context, "precious"));
    const image = await build("COPY precious /", "COPY <<EOF /precious", "new", "EOF");
    expect(existsSync(join(image.rootDirectory, outside, "precious"))).toBe(true);
  });
});

describe("paths", () => {
  test("links are followed below the root, relative and absolute ones", () => {
    const root = folder.context;
    symlinkSync("src/lib", join(root, "relative"));
    symlinkSync("/src", join(root, "absolute"));
    symlinkSync("../../../..", join(root, "src/up"));
    symlinkSync(join(root, "src"), join(root, "whole"));
    expect(inside(root, "/relative/a.js")).toBe(join(root, "src/lib/a.js"));
    expect(inside(root, "absolute/lib")).toBe(join(root, "src/lib"));
    expect(inside(root, "/src/up/etc/passwd")).toBe(join(root, "etc/passwd"));
    expect(inside(root, "/whole/main.js")).toBe(join(root, "src/main.js"));
    expect(inside(root, "/../../etc")).toBe(join(root, "etc"));
    expect(inside(root, "/")).toBe(root);
  });

  test("links that go round in circles", () => {
    symlinkSync("b", join(folder.context, "a"));
    symlinkSync("a", join(folder.context, "b"));
    expect(() => inside(folder.context, "/a/x")).toThrow("too many levels of symbolic links");
  });

  test.each(["..", "../x", "a/../../x"])("%s is refused where somebody wrote it", (path) => {
    expect(() => relativeTo(folder.context, path, "context")).toThrow(
      `context: "${path}" leads out of the run's workspace`,
    );
  });

  test.each(["", ".", "a", "a/../b", "..a"])("%j stays within", (path) => {
    expect(relativeTo(folder.context, path, "context").startsWith(folder.context)).toBe(true);
  });
});
