import { parseTask } from "../../../../local-azure/registry/tasks/task-file";

const RUN = {
  ID: "ca1",
  Registry: "localhost:8443/myregistry",
  RegistryName: "MyRegistry",
  Date: "20260101-000000z",
  SharedVolume: "workspace",
  OS: "linux",
  Architecture: "amd64",
  Commit: "",
  Branch: "",
  TaskName: "task",
};

const parse = (lines: string | readonly string[], values: Record<string, string> = {}) =>
  parseTask([lines].flat().join("\n"), RUN, values);

/** https://learn.microsoft.com/azure/container-registry/container-registry-tasks-reference-yaml */
describe("a task", () => {
  test("its properties, and their defaults", () => {
    expect(parse("steps: [{ cmd: bash }]")).toEqual({
      stepTimeout: 600,
      workingDirectory: undefined,
      env: [],
      steps: [{ id: "acb_step_0", cmd: "bash" }],
    });
    expect(
      parse([
        "version: v1.1.0",
        "stepTimeout: 60",
        "workingDirectory: app",
        "env: [A=1]",
        "steps:",
        "  - id: build",
        "    build: -t x .",
        "    timeout: 5",
        "    retries: 2",
        "    retryDelay: 3",
        "  - push: x",
        "    when: [build]",
      ]),
    ).toEqual({
      stepTimeout: 60,
      workingDirectory: "app",
      env: ["A=1"],
      steps: [
        { id: "build", build: "-t x .", timeout: 5, retries: 2, retryDelay: 3 },
        { id: "acb_step_1", push: ["x"], when: ["build"] },
      ],
    });
  });

  test.each([
    ["steps: []", "steps: "],
    ["version: v9", "version: "],
    ["steps: [{ cmd: a, secret: b }]", 'Unrecognized key: "secret"'],
    ["secrets: []\nsteps: [{ cmd: a }]", 'Unrecognized key: "secrets"'],
    ["networks: []\nsteps: [{ cmd: a }]", 'Unrecognized key: "networks"'],
    ["alias: { src: [a] }\nsteps: [{ cmd: a }]", 'Unrecognized key: "src"'],
    ["steps: [{ cmd: a, timeout: -1 }]", "steps.0.timeout: "],
    ["steps: [{ cmd: a, id: ../../x }]", "steps.0.id: an id has letters"],
    ["steps: [{ cmd: a, id: .. }]", "steps.0.id: an id has letters"],
    ["steps: [", "failed to unmarshal the task: "],
    ["steps: [{ id: a }]", "step a: a step has exactly one of build, cmd and push"],
    ["steps: [{ cmd: a, push: b }]", "a step has exactly one of build, cmd and push"],
    ["steps: [{ cmd: a, id: x }, { cmd: b, id: x }]", "step x: the id is used twice"],
    ["steps: [{ cmd: a, when: [later] }]", 'when: "later" is not the id of an earlier step'],
  ])("%j is refused", (content, message) => {
    expect(() => parse(content)).toThrow(message);
  });

  test("a step may begin at once: when is a dash", () => {
    expect(parse("steps: [{ cmd: a }, { cmd: b, when: ['-'] }]").steps[1]?.when).toEqual(["-"]);
  });
});

describe("what a run puts in", () => {
  const command = (version: string, text: string, values?: Record<string, string>) =>
    parse([`version: ${version}`, "steps:", `  - cmd: bash ${text}`], values).steps[0]?.cmd;

  test("the run's values and the task's own", () => {
    expect(
      command("v1.0.0", "{{.Run.Registry}}/a:{{ .Run.ID }} {{.Values.name}}", { name: "n" }),
    ).toBe("bash localhost:8443/myregistry/a:ca1 n");
    // Go's text/template, for a key that a map does not have.
    expect(command("v1.0.0", "'{{.Values.none}}'")).toBe("bash '<no value>'");
  });

  test("what is no value of a run is refused", () => {
    expect(() => command("v1.0.0", "{{.Run.Nothing}}")).toThrow(
      "failed to render the task: {{.Run.Nothing}} is not a value of a run",
    );
    expect(() => command("v1.0.0", "{{ if .Run.ID }}")).toThrow("failed to render the task");
  });

  test("aliases, from v1.1.0 on", () => {
    expect(command("v1.1.0", "$Registry/a:$ID $RegistryName $Date $OS/$Architecture")).toBe(
      "bash localhost:8443/myregistry/a:ca1 MyRegistry 20260101-000000z linux/amd64",
    );
    expect(command("v1.0.0", "$ID")).toBe("bash $ID");
  });

  test("a task's own aliases, and those of images", () => {
    const { steps } = parse([
      "version: v1.1.0",
      "alias:",
      "  values:",
      "    repo: app",
      "steps:",
      "  - cmd: $bash echo $repo",
    ]);
    expect(steps[0]?.cmd).toBe("mcr.microsoft.com/acr/bash echo app");
  });
});
