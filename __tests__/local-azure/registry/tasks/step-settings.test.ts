import { ended, logged, TestRegistry } from "../test-registry";

let registry: TestRegistry;
beforeEach(() => {
  registry = new TestRegistry();
});
afterEach(() => registry.close());

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
    // That slow ended at all is due to quick; which of their lines is read first is the machine's matter.
    expect(order.slice(0, 2).sort()).toEqual(["quick", "slow"]);
    expect(order.slice(2)).toEqual(["last"]);
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
