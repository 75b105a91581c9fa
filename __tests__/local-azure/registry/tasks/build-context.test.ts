import { join } from "node:path";
import { ended, TestRegistry } from "../test-registry";
import { commitRepository } from "./git-repository";

let registry: TestRegistry;
beforeEach(() => {
  registry = new TestRegistry();
});
afterEach(() => registry.close());

describe("a build's context", () => {
  test("a Dockerfile is looked for where the step works, not in the context", async () => {
    const run = await registry.run([
      "version: v1.1.0",
      "steps:",
      `  - cmd: bash -c 'mkdir src && echo x > src/x && printf "FROM scratch\\nCOPY x /\\n" > other.Dockerfile'`,
      "  - build: -t $Registry/a -f other.Dockerfile src",
      '  - push: ["$Registry/a"]',
    ]);
    expect(run.errorMessage()).toBeUndefined();
  });

  test("the context is a git repository, at a ref and in a folder", async () => {
    const repository = join(registry.planes.workDirectory, "repository");
    const git = commitRepository(repository, { "app/Dockerfile": "FROM scratch\nLABEL a=b\n" });
    const task = ["version: v1.1.0", "steps:", "  - build: -t $Registry/a ."];
    for (const ref of ["main", git("rev-parse", "--short", "HEAD").trim()]) {
      const run = await registry.run(task, { contextPath: `file://${repository}#${ref}:app` });
      expect(run.errorMessage()).toBeUndefined();
    }
    const missing = await registry.run(task, { contextPath: `file://${repository}#main:none` });
    expect(missing.errorMessage()).toContain('has no folder "none"');
    const escaping = await registry.run(task, { contextPath: `file://${repository}#main:../..` });
    expect(escaping.errorMessage()).toContain("leads out of the run's workspace");
  });

  test("a Dockerfile step of the older kind", async () => {
    const repository = join(registry.planes.workDirectory, "older");
    commitRepository(repository, { Dockerfile: "FROM scratch\nARG A\nLABEL a=$A\n" });
    const run = registry.planes.registry.startRun({
      registryName: "MyRegistry",
      runId: "ca9",
      timeoutSeconds: 60,
      step: {
        type: "Docker",
        dockerFilePath: "Dockerfile",
        imageNames: ["app:{{.Run.ID}}"],
        isPushEnabled: true,
        contextPath: `file://${repository}`,
        arguments: [{ name: "A", value: "it's" }],
      },
    });
    await ended(run);
    expect(run.errorMessage()).toBeUndefined();
    expect(run.images().map(({ tag }) => tag)).toEqual(["ca9"]);
    registry.properties.anonymousPullEnabled = true;
    const image = registry.planes.registry.pullImage(`${registry.loginServer}/app:ca9`);
    expect(image.config.labels).toEqual({ a: "it's" });
  });
});
