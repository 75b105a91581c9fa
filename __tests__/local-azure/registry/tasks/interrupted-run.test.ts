import { ended, logged, TestRegistry } from "../test-registry";

let registry: TestRegistry;
beforeEach(() => {
  registry = new TestRegistry();
});
afterEach(() => registry.close());

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
