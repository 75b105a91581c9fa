import { execFileSync } from "node:child_process";
import { systemClock } from "../../../local-azure/core/clock";

test("a task runs once after its delay, and not when it was taken back", async () => {
  const ran: string[] = [];
  systemClock.after(5, () => ran.push("kept"));
  const cancel = systemClock.after(1, () => ran.push("cancelled"));
  cancel();
  await new Promise((resolve) => setTimeout(resolve, 30));
  expect(ran).toEqual(["kept"]);
});

test("its timers keep no process alive", () => {
  const script = `require("./local-azure/core/clock").systemClock.after(60_000, () => undefined);`;
  expect(() =>
    execFileSync(process.execPath, ["--require", "tsx/cjs", "--eval", script], {
      timeout: 20_000,
      stdio: "pipe",
    }),
  ).not.toThrow();
});
