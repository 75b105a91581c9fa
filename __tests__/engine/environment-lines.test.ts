import { execFileSync } from "node:child_process";
import { environmentLines } from "../../engine";

test("a shell reads back what was written, quotes included", () => {
  const value = `it's "quoted" $HOME`;
  const script = [...environmentLines({ SETTING: value }), 'printf %s "$SETTING"'].join("\n");
  expect(execFileSync("/bin/sh", ["-c", script], { encoding: "utf8" })).toBe(value);
});
