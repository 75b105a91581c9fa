import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { mapPaths, searchPath } from "../../../local-azure/core/image-paths";

let root: string;
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), "local-azure-paths-"));
});
afterEach(() => {
  rmSync(root, { recursive: true, force: true });
});

describe("a command's paths become those of the image's folder", () => {
  test.each([
    ["cat /etc/app.conf", "cat R/etc/app.conf"],
    ["cat '/a b' \"/c\"", "cat 'R/a b' \"R/c\""],
    ["cp --from=/a /b>/c", "cp --from=R/a R/b>R/c"],
    ["A=/x:/y node /app/main.js", "A=R/x:R/y node R/app/main.js"],
    ["(cd /app && ls)", "(cd R/app && ls)"],
  ])("%s", (command, expected) => {
    expect(mapPaths(command, root)).toBe(expected.replaceAll("R/", `${root}/`));
  });

  test.each([
    ["another machine's", "curl https://example.com/etc/x"],
    ["a device", "echo x > /dev/null"],
    ["the process's own", "cat /proc/self/status"],
    ["a relative one", "cat etc/app.conf ./x ../y a/b"],
    ["a program of this machine", "/bin/sh -c true"],
  ])("not %s: %s", (_, command) => {
    expect(mapPaths(command, root)).toBe(command);
  });

  test("a program that the image has is the image's", () => {
    mkdirSync(join(root, "bin"));
    writeFileSync(join(root, "bin", "sh"), "");
    expect(mapPaths("/bin/sh", root)).toBe(join(root, "bin/sh"));
  });

  test("a pod's termination log is its own, though it lies below /dev", () => {
    expect(mapPaths("echo x > /dev/termination-log", root)).toBe(
      `echo x > ${root}/dev/termination-log`,
    );
  });

  test("only what is said to be in the image", () => {
    const isInImage = (path: string) => path.startsWith("/app");
    expect(mapPaths("cp /app/a /home/b", root, isInImage)).toBe(`cp ${root}/app/a /home/b`);
  });
});

test("programs are looked for in the image first, then on this machine", () => {
  mkdirSync(join(root, "usr", "local", "bin"), { recursive: true });
  expect(searchPath(root, "/usr/local/bin:/none:relative", "/bin")).toBe(
    `${join(root, "usr/local/bin")}:/bin`,
  );
  expect(searchPath(root, undefined, "/bin")).toBe("/bin");
});
