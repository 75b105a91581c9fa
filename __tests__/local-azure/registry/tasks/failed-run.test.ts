import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { TestRegistry } from "../test-registry";

let registry: TestRegistry;
beforeEach(() => {
  registry = new TestRegistry();
});
afterEach(() => registry.close());

describe("a run that fails", () => {
  const failing = async (...steps: string[]) => {
    const run = await registry.run(["version: v1.1.0", "steps:", ...steps]);
    expect(run.status()).toBe("Failed");
    return run;
  };

  test("names the step and its status, ends there, and has pushed nothing", async () => {
    const run = await failing(
      "  - id: first",
      "    cmd: bash -c 'echo about to fail; exit 7'",
      "  - cmd: bash -c 'echo never'",
      '  - push: ["$Registry/app"]',
    );
    expect(run.errorMessage()).toBe(
      "failed during run, err: failed to run step ID: first: exit status 7",
    );
    expect(run.log()).toContain("about to fail\n");
    expect(run.log()).not.toContain("never\n");
    expect(run.log()).toMatch(
      /\nRun ID: ca1 failed after 0s\. Error: failed during run, err: failed to run step ID: first: exit status 7\n$/,
    );
    expect(run.images()).toEqual([]);
  });

  test.each([
    ["a task that is none", "steps: 5", "failed to unmarshal the task"],
    [
      // A host that never exists: https://www.rfc-editor.org/rfc/rfc6761#section-6.4
      "a repository that cannot be reached",
      "  - build: -t x https://git.invalid/app.git#main",
      "failed to download source code: unable to git clone https://git.invalid/app.git#main: error fetching: fatal: unable to access 'https://git.invalid/app.git/': Could not resolve",
    ],
    [
      "a context that is no git repository",
      "  - build: -t x http://example.com/a.tar.gz",
      "cannot be fetched; allowed: https://<git repository>#<ref>:<folder>",
    ],
    [
      "an image that nothing stands for",
      "  - cmd: mcr.microsoft.com/azure-cli az account show",
      "cmd: mcr.microsoft.com/azure-cli: no registry of the local Azure holds this image",
    ],
    [
      "no Dockerfile",
      "  - build: -t x .",
      "unable to evaluate symlinks in Dockerfile path: Dockerfile: no such file",
    ],
    [
      "a push of what was not built",
      '  - push: ["$Registry/app:1"]',
      "An image does not exist locally with the tag: ",
    ],
  ])("%s", async (_, step, message) => {
    const lines = step.startsWith("steps") ? [step] : ["version: v1.1.0", "steps:", step];
    const run = await registry.run(lines);
    expect(run.status()).toBe("Failed");
    expect(run.errorMessage()).toContain(message);
  });

  const BUILD = `  - cmd: bash -c 'printf "FROM scratch\\n" > Dockerfile'`;

  test("a push to another registry is not authorized", async () => {
    registry.add("Other1", "/subscriptions/s/other", {});
    for (const name of ["localhost:8443/other1/app", "docker.io/app"]) {
      const run = await failing(BUILD, `  - build: -t ${name} .`, `  - push: ["${name}"]`);
      expect(run.errorMessage()).toContain(`failed to push ${name}: unauthorized`);
    }
  });

  test.each([
    ["a build's context", "  - build: -t x ../.."],
    ["a Dockerfile", "  - build: -t x -f ../../Dockerfile ."],
    ["a working directory", "  - cmd: bash -c true\n    workingDirectory: ../.."],
  ])("%s outside of the workspace", async (_, step) => {
    const run = await failing(BUILD, ...step.split("\n"));
    expect(run.errorMessage()).toContain("leads out of the run's workspace");
  });

  test("a folder that is a link out of the workspace is not followed", async () => {
    const outside = join(registry.planes.workDirectory, "outside");
    mkdirSync(outside);
    writeFileSync(join(outside, "Dockerfile"), "FROM scratch\n");
    const run = await failing(`  - cmd: bash -c 'ln -s ${outside} link'`, "  - build: -t x link");
    expect(run.errorMessage()).toContain("no such file");
  });
});
