import { shellWords } from "../../../../local-azure/registry/shell-words";
import { parseBuildCommand } from "../../../../local-azure/registry/tasks/build-command";

/** https://docs.docker.com/reference/cli/docker/buildx/build/ */
describe("the arguments of a build", () => {
  test("all that mean something here", () => {
    expect(
      parseBuildCommand(
        "-t a:1 --tag=b:2 -f docker/Dockerfile --target final --build-arg A=1=2 --build-arg=B= src",
      ),
    ).toEqual({
      tags: ["a:1", "b:2"],
      dockerfile: "docker/Dockerfile",
      target: "final",
      buildArguments: { A: "1=2", B: "" },
      context: "src",
    });
  });

  test("what means nothing to a build without a container engine is accepted", () => {
    expect(
      parseBuildCommand("--platform linux/amd64 --no-cache --pull --label=a=b -m 1g ."),
    ).toMatchObject({ context: ".", tags: [] });
  });

  test.each([
    ["--secret id=x .", "build: unknown option --secret"],
    ["-t", "build: -t needs a value"],
    ["-t a", "build: exactly one context is needed, 0 were given"],
    ["a b", "build: exactly one context is needed, 2 were given"],
  ])("%s is refused", (line, message) => {
    expect(() => parseBuildCommand(line)).toThrow(message);
  });
});

/** https://pubs.opengroup.org/onlinepubs/9699919799/utilities/V3_chap02.html#tag_18_02 */
describe("words", () => {
  test.each([
    ["a  b\tc", ["a", "b", "c"]],
    [`'a b' "c d"`, ["a b", "c d"]],
    [`a'b'"c"`, ["abc"]],
    ["''", [""]],
    [String.raw`a\ b \'`, ["a b", "'"]],
    [String.raw`"a\"b\$c\d"`, [String.raw`a"b$c\d`]],
    [String.raw`'a\'`, [String.raw`a\ `.trim()]],
    ["$HOME *.txt", ["$HOME", "*.txt"]],
    ["", []],
  ])("%s", (line, words) => {
    expect(shellWords(line)).toEqual(words);
  });

  test("a quote that is not closed", () => {
    expect(() => shellWords("echo 'a")).toThrow("a quote (') is not closed in: echo 'a");
  });
});
