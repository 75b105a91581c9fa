import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { eventually } from "../../composed-planes";
import { TestRegistry } from "../test-registry";

let registry: TestRegistry;
beforeEach(() => {
  registry = new TestRegistry();
});
afterEach(() => registry.close());

const TASK = [
  "version: v1.1.0",
  "steps:",
  `  - cmd: bash -c 'echo hello > file.txt && printf "FROM scratch\\nCOPY file.txt /\\nENV A=1\\n" > Dockerfile'`,
  "  - build: -t $Registry/app:$ID -t $Registry/app:latest -f Dockerfile .",
  '  - push: ["$Registry/app:$ID", "$Registry/app:latest"]',
];

describe("a run that succeeds", () => {
  test("builds, pushes, and says what it has pushed", async () => {
    const run = await registry.run(TASK);
    expect([run.status(), run.errorMessage()]).toEqual(["Succeeded", undefined]);
    const images = run.images();
    expect(images).toEqual(
      ["ca1", "latest"].map((tag) => ({
        registry: registry.loginServer,
        repository: "app",
        tag,
        digest: expect.stringMatching(/^sha256:[0-9a-f]{64}$/) as string,
      })),
    );
    expect(new Set(images.map(({ digest }) => digest)).size).toBe(1);
    expect(registry.planes.registry.repositories("myregistry")).toEqual(["app"]);
    expect(run.startTime()).toBe("2026-01-01T00:00:00.000Z");
    expect(run.finishTime()).toBe("2026-01-01T00:00:00.000Z");
  });

  test("its log tells each step, as the task runner's own", async () => {
    const run = await registry.run(TASK);
    const lines = run.log().split("\n");
    for (const line of [
      "2026/01/01 00:00:00 Executing step ID: acb_step_0. Timeout(sec): 600, Working directory: ''",
      "2026/01/01 00:00:00 Step ID: acb_step_0 marked as successful (elapsed time in seconds: 0.000000)",
      "Step 1/3 : FROM scratch",
      "Step 3/3 : ENV A=1",
      `Successfully tagged ${registry.loginServer}/app:ca1`,
      `2026/01/01 00:00:00 Pushing image: ${registry.loginServer}/app:ca1, attempt 1`,
      `2026/01/01 00:00:00 Successfully pushed image: ${registry.loginServer}/app:latest`,
      "Run ID: ca1 was successful after 0s",
    ]) {
      expect(lines).toContain(line);
    }
  });

  test("its work directory is gone, its image is there to be pulled", async () => {
    await registry.run(TASK);
    const directory = join(registry.planes.workDirectory, "runs", "MyRegistry", "ca1");
    await eventually(() => !existsSync(directory));
    registry.properties.anonymousPullEnabled = true;
    const image = registry.planes.registry.pullImage(`${registry.loginServer}/app:ca1`);
    expect(readFileSync(join(image.rootDirectory, "file.txt"), "utf8")).toBe("hello\n");
    expect(image.config.env).toContain("A=1");
  });

  test("the same content has the same digest in every run", async () => {
    const [first] = (await registry.run(TASK)).images();
    const [second] = (await registry.run(TASK)).images();
    expect(second?.digest).toBe(first?.digest);
  });

  test("values, from a file and from the request, which goes first", async () => {
    const run = await registry.run(
      "steps: [{ cmd: 'bash -c \"echo {{.Values.a}}-{{.Values.b}}\"' }]",
      {
        valuesContent: "a: file\nb: file\n",
        values: [{ name: "b", value: "request" }],
      },
    );
    expect(run.log().split("\n")).toContain("file-request");
  });

  test("env of the task and of the step; the folder is the steps' own", async () => {
    const run = await registry.run([
      "version: v1.1.0",
      "env: [A=task, B=task]",
      "workingDirectory: work",
      "steps:",
      "  - cmd: bash -c 'echo $$A-$$B > shared'",
      "    env: [B=step]",
      "  - cmd: bash -c 'cat /workspace/work/shared; basename $(pwd)'",
    ]);
    expect(run.log()).toContain("task-step\nwork\n");
  });

  test("a cmd step can be an image that the run has built", async () => {
    const run = await registry.run([
      "version: v1.1.0",
      "steps:",
      `  - cmd: bash -c 'printf "FROM bash\\nENV WHO=image\\nENTRYPOINT [\\"bash\\", \\"-c\\", \\"echo from the \\$WHO\\"]\\n" > Dockerfile'`,
      "  - build: -t tool .",
      "  - cmd: tool",
    ]);
    expect(run.errorMessage()).toBeUndefined();
    expect(run.log()).toContain("from the image\n");
  });
});

// https://learn.microsoft.com/azure/container-registry/container-registry-get-started-portal: the login server is all lowercase.
test("a registry's login server is in lower case, however its name is written", async () => {
  expect(registry.loginServer).toBe("localhost:8443/myregistry");
  const run = await registry.run(TASK);
  expect(run.images()[0]?.registry).toBe("localhost:8443/myregistry");
});
