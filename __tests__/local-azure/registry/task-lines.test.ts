import { parseTask } from "../../../local-azure/registry/tasks/task-file";

const run = {
  ID: "ca1",
  Registry: "registry.azurecr.io",
  RegistryName: "registry",
  Date: "20261125-000000z",
  SharedVolume: "volume",
  OS: "linux",
  Architecture: "amd64",
  Commit: "",
  Branch: "",
  TaskName: "build",
};

const task = (version: string, length: number): string => {
  const step = '  - cmd: "image echo "';
  return [
    `version: ${version}`,
    "steps:",
    "  - cmd: image true",
    `${step.slice(0, -1)}${"x".repeat(length - step.length)}"`,
    '  - push: ["$Registry/app:$ID"]',
    "",
  ].join("\n");
};

const steps = (content: string) => parseTask(content, run, {}).steps;

// Azure/acr-builder, graph/preprocessor.go: `bufio.MaxScanTokenSize`.
describe("the lines of a task with aliases", () => {
  it("are all read up to 65,535 bytes", () => {
    expect(steps(task("v1.1.0", 65_535)).map(({ push }) => push)).toEqual([
      undefined,
      undefined,
      ["registry.azurecr.io/app:ca1"],
    ]);
  });

  it("are lost from the first one of 64 KiB", () => {
    expect(steps(task("v1.1.0", 65_536))).toHaveLength(1);
  });

  it("have no limit in an older version, which has no aliases", () => {
    expect(steps(task("v1.0.0", 200_000)).at(-1)?.push).toEqual(["$Registry/app:$ID"]);
  });

  it("keep a $ that begins no alias, and have a doubled one once", () => {
    expect(steps("version: v1.1.0\nsteps:\n  - cmd: image $HOME $$Registry $OS\n")[0]?.cmd).toBe(
      "image $HOME $Registry linux",
    );
  });
});
