import { execFileSync } from "node:child_process";
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { ended, logged, TestRegistry } from "../test-registry";

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
    expect(existsSync(join(registry.planes.workDirectory, "runs", "MyRegistry", "ca1"))).toBe(
      false,
    );
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
    mkdirSync(join(repository, "app"), { recursive: true });
    writeFileSync(join(repository, "app", "Dockerfile"), "FROM scratch\nLABEL a=b\n");
    const git = (...words: string[]) =>
      execFileSync("git", ["-c", "user.name=t", "-c", "user.email=t@example.com", ...words], {
        cwd: repository,
        stdio: "pipe",
      });
    git("init", "--quiet", "-b", "main");
    git("add", ".");
    git("commit", "--quiet", "-m", "first");
    const task = ["version: v1.1.0", "steps:", "  - build: -t $Registry/a ."];
    for (const ref of ["main", git("rev-parse", "--short", "HEAD").toString().trim()]) {
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
    mkdirSync(repository);
    writeFileSync(join(repository, "Dockerfile"), "FROM scratch\nARG A\nLABEL a=$A\n");
    const git = (...words: string[]) =>
      execFileSync("git", ["-c", "user.name=t", "-c", "user.email=t@example.com", ...words], {
        cwd: repository,
        stdio: "pipe",
      });
    git("init", "--quiet");
    git("add", ".");
    git("commit", "--quiet", "-m", "first");
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

// https://learn.microsoft.com/azure/container-registry/container-registry-get-started-portal: the login server is all lowercase.
test("a registry's login server is in lower case, however its name is written", async () => {
  expect(registry.loginServer).toBe("localhost:8443/myregistry");
  const run = await registry.run(TASK);
  expect(run.images()[0]?.registry).toBe("localhost:8443/myregistry");
});

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

describe("the order of steps", () => {
  test("each waits for the one before it, or for what it names", async () => {
    const run = await registry.run([
      "version: v1.1.0",
      "steps:",
      "  - id: slow",
      "    cmd: bash -c 'while [ ! -e go ]; do sleep 0.01; done; echo slow'",
      "  - id: quick",
      "    cmd: bash -c 'echo quick; touch go'",
      "    when: ['-']",
      "  - id: last",
      "    cmd: bash -c 'echo last'",
      "    when: [slow, quick]",
    ]);
    const lines = run.log().split("\n");
    const order = lines.filter((line) => ["slow", "quick", "last"].includes(line));
    expect(order).toEqual(["quick", "slow", "last"]);
  });
});

describe("a step's own settings", () => {
  test("ignoreErrors: the run goes on", async () => {
    const run = await registry.run([
      "steps:",
      "  - cmd: bash -c 'exit 1'",
      "    ignoreErrors: true",
      "  - cmd: bash -c 'echo went on'",
    ]);
    expect(run.status()).toBe("Succeeded");
    expect(run.log()).toContain("went on\n");
  });

  test("retries, after a delay on the clock", async () => {
    const run = registry.start([
      "steps:",
      "  - id: flaky",
      "    cmd: bash -c 'echo attempt; [ -e second ] || { touch second; exit 1; }'",
      "    retries: 1",
      "    retryDelay: 30",
    ]);
    await logged(run, "2026/01/01 00:00:00 step ID: flaky failed (exit status 1); retries left: 1");
    expect(run.status()).toBe("Running");
    registry.clock.advance(30_000);
    await ended(run);
    expect(run.status()).toBe("Succeeded");
    expect(run.log().match(/^attempt$/gm)).toHaveLength(2);
  });

  test("repeat, and startDelay", async () => {
    const run = registry.start([
      "steps:",
      "  - cmd: bash -c 'echo again'",
      "    repeat: 2",
      "    startDelay: 10",
    ]);
    await new Promise((resolve) => setTimeout(resolve, 50));
    expect(run.log()).not.toContain("Executing step");
    registry.clock.advance(10_000);
    await ended(run);
    expect(run.log().match(/^again$/gm)).toHaveLength(3);
  });

  test("timeout ends the step with all that it started", async () => {
    const run = registry.start([
      "steps:",
      "  - id: slow",
      "    cmd: bash -c 'echo started; sleep 60 & wait'",
      "    timeout: 20",
    ]);
    await logged(run, "started");
    registry.clock.advance(20_000);
    await ended(run);
    expect(run.status()).toBe("Failed");
    expect(run.errorMessage()).toBe(
      "failed during run, err: failed to run step ID: slow: timed out after 20 seconds",
    );
  });
});

describe("a run that is ended from outside", () => {
  const SLOW = "steps: [{ cmd: \"bash -c 'echo started; sleep 60 & wait'\" }]";

  test("cancelled", async () => {
    const run = registry.start(SLOW);
    await logged(run, "started");
    run.cancel();
    await ended(run);
    expect(run.status()).toBe("Canceled");
    expect(run.errorMessage()).toBe("failed during run, err: canceled");
  });

  test("its own timeout", async () => {
    const run = registry.start(SLOW, { timeoutSeconds: 300 });
    await logged(run, "started");
    registry.clock.advance(299_000);
    expect(run.status()).toBe("Running");
    registry.clock.advance(1000);
    await ended(run);
    expect(run.status()).toBe("Timeout");
    expect(run.finishTime()).toBe("2026-01-01T00:05:00.000Z");
    expect(run.log()).toContain("Run ID: ca1 failed after 300s.");
  });

  test("the local Azure closes", async () => {
    const run = registry.start(SLOW);
    await logged(run, "started");
    await registry.close();
    expect(run.status()).toBe("Canceled");
  });
});
