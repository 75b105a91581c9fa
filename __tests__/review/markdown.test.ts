import { block, code, table } from "../../review/markdown";

test.each([
  ["plain", "`plain`"],
  ["a|b", "`a\\|b`"],
  ["a`b", "``a`b``"],
  ["`quoted`", "`` `quoted` ``"],
  ["two\nlines", "`two lines`"],
  ["@someone <b>", "`@someone <b>`"],
])("%j is code that nothing can break out of", (text, expected) => {
  expect(code(text)).toBe(expected);
});

test("a block is fenced longer than what it holds", () => {
  expect(block("a\n```\nb\n")).toBe("````text\na\n```\nb\n````");
});

test("a table", () => {
  expect(table(["a", "b"], [["1", "2"]])).toBe("| a | b |\n| --- | --- |\n| 1 | 2 |");
});
