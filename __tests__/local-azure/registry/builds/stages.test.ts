import { join } from "node:path";
import { BuildFolder, filesOf, read } from "./build-folder";

let folder: BuildFolder;
beforeEach(() => {
  folder = new BuildFolder({ "app.txt": "app", "src/main.txt": "main" });
});
afterEach(() => {
  folder.remove();
});

describe("stages", () => {
  test("only those that are needed are built, each once", async () => {
    const image = await folder.build([
      "FROM alpine AS base",
      "RUN echo base was built",
      "FROM base AS left",
      "RUN echo left > /left",
      "FROM base AS right",
      "RUN echo right > /right",
      "FROM alpine AS unused",
      "RUN exit 1",
      "FROM scratch",
      "COPY --from=left /left /",
      "COPY --from=2 /right /",
    ]);
    expect(filesOf(image)).toEqual(["left", "right"]);
    expect(folder.log.filter((line) => line === "base was built")).toHaveLength(1);
  });

  test("a target by name or number", async () => {
    const lines = ["FROM scratch AS First", "LABEL v=1", "FROM scratch", "LABEL v=2"];
    for (const target of ["first", "FIRST", "0"]) {
      expect((await folder.build(lines, { target })).config.labels.v).toBe("1");
    }
    await expect(folder.build(lines, { target: "third" })).rejects.toThrow(
      'target stage "third" could not be found',
    );
  });

  test("a stage begins with the files and configuration of the one it names, and leaves it alone", async () => {
    const image = await folder.build([
      "FROM scratch AS base",
      "ENV A=1",
      "COPY app.txt /",
      "FROM base AS changed",
      "ENV A=2",
      "COPY src/main.txt /app.txt",
      "FROM scratch",
      "COPY --from=base /app.txt /base.txt",
      "COPY --from=changed /app.txt /changed.txt",
    ]);
    expect([read(image, "base.txt"), read(image, "changed.txt")]).toEqual(["app", "main"]);
    const { config } = await folder.build(["FROM scratch AS base", "ENV A=1", "FROM base"]);
    expect(config.env).toContain("A=1");
  });

  // As `pip` does in a stage that begins with one in which `pip` was installed.
  test("a script runs with its own stage's interpreter, not with the one of the stage it came from", async () => {
    const image = await folder.build([
      "FROM alpine AS base",
      "ENV TOOLS=/opt/tools/bin PATH=/opt/tools/bin:$PATH",
      'RUN mkdir -p $TOOLS && printf \'#!/bin/sh\\necho "$0" > "$TOOLS/ran"\\n\' > $TOOLS/interpreter',
      'RUN printf "#!$TOOLS/interpreter\\nnever read\\n" > $TOOLS/tool && chmod +x $TOOLS/*',
      "FROM base",
      "RUN tool",
    ]);
    expect(read(image, "opt/tools/bin/ran").trim()).toBe(
      join(image.rootDirectory, "opt/tools/bin/interpreter"),
    );
  });

  test("an image of the local Azure can be the base, or the source of a copy", async () => {
    const pushed = await folder.build(["FROM scratch", "COPY app.txt /", "ENV A=1"]);
    const findImage = (name: string) => (name === "localhost:1/r/app:1" ? pushed : undefined);
    const image = await folder.build(
      ["FROM localhost:1/r/app:1", "COPY --from=localhost:1/r/app:1 /app.txt /again.txt"],
      { findImage },
    );
    expect(filesOf(image)).toEqual(["again.txt", "app.txt"]);
    expect(image.config.env).toContain("A=1");
    expect(image.rootDirectory).not.toBe(pushed.rootDirectory);
  });

  test("what --from names has to exist before it", async () => {
    await expect(
      folder.build(["FROM scratch", "COPY --from=later /a /", "FROM scratch AS later"], {
        target: "0",
      }),
    ).rejects.toThrow(
      "Dockerfile line 2: COPY /a /: --from=later: neither a stage before this one nor an image of the local Azure",
    );
  });

  test("a failure in a stage that is needed is told once, with its own line", async () => {
    await expect(
      folder.build(["FROM alpine AS first", "RUN exit 4", "FROM first", "RUN true"]),
    ).rejects.toThrow(/^Dockerfile line 2: RUN exit 4: exit status 4$/);
  });
});
