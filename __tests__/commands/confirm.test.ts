import { PassThrough } from "node:stream";
import { confirm } from "../../commands/confirm";

test.each([
  ["yes\n", true],
  [" YES \n", true],
  ["y\n", false],
  ["\n", false],
  ["", false],
])("the answer %j means %s", async (answer, expected) => {
  const input = new PassThrough();
  const output = new PassThrough();
  const confirmed = confirm("Go on?", input, output);
  input.end(answer);
  expect(await confirmed).toBe(expected);
  expect(String(output.read())).toContain("Go on? (yes/no)");
});
