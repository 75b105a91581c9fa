import { BuildFolder, filesOf } from "./build-folder";

let folder: BuildFolder;
beforeEach(() => {
  folder = new BuildFolder({ "app.txt": "app", "src/main.txt": "main" });
});
afterEach(() => {
  folder.remove();
});

/** https://docs.docker.com/reference/dockerfile/#environment-replacement, #arg */
describe("variables", () => {
  const value = async (lines: string[], buildArguments: Record<string, string> = {}) =>
    (await folder.build(lines, { buildArguments })).config.labels.v;

  test.each([
    ["$A", "a"],
    ["${A}b", "ab"],
    ["${NONE:-default}", "default"],
    ["${A:-default}", "a"],
    ["${A:+alternative}", "alternative"],
    ["${NONE:+alternative}", ""],
    ["\\$A", "$A"],
    ["$NONE", ""],
  ])("%s", async (text, expected) => {
    expect(await value(["FROM scratch", "ENV A=a", `LABEL v="${text}"`])).toBe(expected);
  });

  test("a line sees the values from before it", async () => {
    expect(await value(["FROM scratch", "ENV A=hello", "ENV A=bye B=$A", "LABEL v=$A-$B"])).toBe(
      "bye-hello",
    );
  });

  test("ARG: default, argument, and ENV before both", async () => {
    const lines = ["FROM scratch", "ARG V=default", "LABEL v=$V"];
    expect(await value(lines)).toBe("default");
    expect(await value(lines, { V: "given" })).toBe("given");
    expect(await value(["FROM scratch", "ARG V", "ENV V=env", "LABEL v=$V"], { V: "x" })).toBe(
      "env",
    );
  });

  test("an argument before FROM is known there, and in a stage that asks for it", async () => {
    const lines = [
      "ARG BASE=node",
      "ARG TAG=22",
      "FROM ${BASE}:${TAG}",
      "ARG TAG",
      "LABEL v=$TAG$BASE",
    ];
    expect(await value(lines)).toBe("22");
    expect(folder.log).toContain(" ---> node:22 is represented by this machine (node)");
    expect(await value(lines, { TAG: "24" })).toBe("24");
  });

  test("an argument is none of the image's environment, nor known to the next stage", async () => {
    const { config } = await folder.build([
      "FROM scratch AS first",
      "ARG SECRET=s",
      "FROM first",
      "LABEL v=$SECRET.",
    ]);
    expect(config.env.join()).not.toContain("SECRET");
    expect(config.labels.v).toBe(".");
  });

  test("COPY, WORKDIR and USER expand", async () => {
    const image = await folder.build([
      "FROM scratch",
      "ENV DIR=/srv FILE=app.txt WHO=me",
      "WORKDIR $DIR",
      "COPY ${FILE} ${DIR}/copied.txt",
      "USER $WHO",
    ]);
    expect(filesOf(image)).toEqual(["srv/copied.txt"]);
    expect(image.config.user).toBe("me");
  });
});
