import { existsSync, mkdirSync, utimesSync } from "node:fs";
import { withLock } from "../../engine/lock";
import { temporaryFolder } from "./fixtures";

const running = (): AbortSignal => new AbortController().signal;

test("a crashed run's lock is taken over", async () => {
  const folder = temporaryFolder();
  const lock = `${folder}.lock`;
  mkdirSync(lock);
  const longAgo = new Date(0);
  utimesSync(lock, longAgo, longAgo);
  const said: string[] = [];
  const result = await withLock(folder, { say: (text) => said.push(text) }, running(), () =>
    Promise.resolve("done"),
  );
  expect(result).toBe("done");
  expect(said).toEqual([]);
  expect(existsSync(lock)).toBe(false);
});

test("the lock is given back when the action fails", async () => {
  const folder = temporaryFolder();
  const progress = { say: () => undefined };
  const failing = withLock(folder, progress, running(), () => Promise.reject(new Error("failed")));
  await expect(failing).rejects.toThrow("failed");
  expect(await withLock(folder, progress, running(), () => Promise.resolve(1))).toBe(1);
});

test("waiting ends when the run is interrupted", async () => {
  const folder = temporaryFolder();
  const controller = new AbortController();
  const progress = {
    say: () => {
      controller.abort();
    },
  };
  await withLock(folder, progress, running(), async () => {
    const waiting = withLock(folder, progress, controller.signal, () => Promise.resolve());
    await expect(waiting).rejects.toThrow("Interrupted while waiting");
  });
});
