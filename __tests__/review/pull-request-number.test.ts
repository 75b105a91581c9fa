import { pullRequestNumber } from "../../review/pull-request-number";

test("comes from GitHub's ref, unless it is given", () => {
  const env = { GITHUB_REF: "refs/pull/12/merge" };
  expect(pullRequestNumber(undefined, env)).toBe(12);
  expect(pullRequestNumber("3", env)).toBe(3);
});

test("is asked for on a branch", () => {
  const env = { GITHUB_REF: "refs/heads/main" };
  expect(() => pullRequestNumber(undefined, env)).toThrow(/--pull-request <number>/);
});

test.each(["0", "-1", "x", "1.5"])("%s is refused", (given) => {
  expect(() => pullRequestNumber(given, {})).toThrow(`--pull-request is "${given}"`);
});
