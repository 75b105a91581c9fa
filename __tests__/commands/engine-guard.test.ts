import { spawn } from "node:child_process";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { EngineGuard } from "../../commands/engine-guard";
import { program, temporaryFolder } from "../engine/fixtures";

jest.spyOn(console, "error").mockImplementation();

/** An engine that says when it has begun, and writes its state a moment after it was told to go on. */
function start() {
  const folder = temporaryFolder();
  const file = (name: string) => join(folder, name);
  const engine = program(
    file("engine"),
    `echo "$*" > ${file("begun")}`,
    `until [ -f ${file("go")} ]; do sleep 0.02; done`,
    `echo written > ${file("state")}`,
  );
  const guard = new EngineGuard({ ...process.env, TERRAFORM_BINARY_NAME: engine });
  const child = spawn(guard.environment.TERRAFORM_BINARY_NAME ?? "", ["apply", "a b"], {
    env: guard.environment,
    stdio: "ignore",
  });
  const ended = new Promise<NodeJS.Signals | null>((done) => {
    child.on("close", (_, signal) => {
      done(signal);
    });
  });
  return { guard, child, ended, file };
}

test("an engine whose terminal goes is waited for until it has written its state", async () => {
  const { guard, child, ended, file } = start();
  while (!existsSync(file("begun"))) await sleep(20);
  child.kill("SIGHUP");
  let waited = false;
  const end = guard.end().then(() => (waited = true));
  await sleep(200);
  expect(waited).toBe(false);
  spawn("touch", [file("go")]);
  await end;
  expect(existsSync(file("state"))).toBe(true);
  expect(await ended).toBeNull();
});

test("nothing is left of it, and there is nothing to wait for, when it has ended by itself", async () => {
  const { guard, ended, file } = start();
  spawn("touch", [file("go")]);
  await ended;
  await guard.end();
  expect(existsSync(guard.environment.ENGINE_PIDS ?? "")).toBe(false);
});
