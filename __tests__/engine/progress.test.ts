import { OPENTOFU } from "../../engine/artifact";
import { Progress } from "../../engine/progress";
import { terminal } from "./fixtures";

beforeEach(() => {
  jest.useFakeTimers({ now: 0 });
});

afterEach(() => {
  jest.useRealTimers();
});

test("a log gets a line every 15 seconds, with what is built and for how long", () => {
  const log = terminal(false);
  const progress = new Progress(log, Date.now);
  progress.expect(2);
  const step = progress.start(OPENTOFU);
  step.update("3 modules fetched, 4 packages compiled");
  jest.advanceTimersByTime(31_000);
  step.end("built");
  jest.advanceTimersByTime(60_000);
  expect(log.text.split("\n")).toEqual([
    "[1/2] opentofu 1.12.6: about 3 minutes the first time",
    "[1/2] opentofu 1.12.6: 15 s, 3 modules fetched, 4 packages compiled",
    "[1/2] opentofu 1.12.6: 30 s, 3 modules fetched, 4 packages compiled",
    "[1/2] opentofu 1.12.6: built in 31 s",
    "",
  ]);
});

test("a terminal gets one line that changes", () => {
  const screen = terminal(true);
  const progress = new Progress(screen, Date.now);
  progress.expect(1);
  const step = progress.start(OPENTOFU);
  jest.advanceTimersByTime(61_000);
  step.end("failed");
  expect(screen.text.split("\n")).toHaveLength(3);
  expect(screen.text).toContain("\r\u001b[2K[1/1] opentofu 1.12.6: 1 min 1 s, starting");
  expect(screen.text).toMatch(/failed in 1 min 1 s\n$/);
});
