import { existsSync } from "node:fs";
import { join } from "node:path";
import { BuildFolder, filesOf, read } from "./build-folder";

let folder: BuildFolder;
beforeEach(() => {
  folder = new BuildFolder({ "app.txt": "app", "src/main.txt": "main" });
});
afterEach(() => {
  folder.remove();
});

describe("RUN", () => {
  test("is a process in the image's folder, with the image's paths", async () => {
    const image = await folder.build([
      "FROM alpine",
      "WORKDIR /srv",
      "ENV GREETING=hello",
      "ARG NAME=world",
      "RUN echo $GREETING $NAME > here.txt && mkdir -p /etc/app && pwd > /etc/app/where.txt",
    ]);
    expect(read(image, "srv/here.txt")).toBe("hello world\n");
    expect(read(image, "etc/app/where.txt").trim()).toBe(join(image.rootDirectory, "srv"));
  });

  // The Dockerfile of the tutorial's own sample names its virtual environment this way.
  test("a path that comes from ENV or ARG is the image's too", async () => {
    const image = await folder.build([
      "FROM alpine",
      "ARG LISTS=/srv/lists",
      "ENV VIRTUAL_ENV=/local-azure-venv",
      'RUN mkdir -p "$VIRTUAL_ENV/bin" $LISTS && echo "#!/bin/sh" > $VIRTUAL_ENV/bin/tool',
      'RUN chmod +x $VIRTUAL_ENV/bin/tool && echo "$VIRTUAL_ENV" > $LISTS/tools',
      'ENV PATH="$VIRTUAL_ENV/bin:$PATH"',
      "RUN tool",
    ]);
    expect(filesOf(image)).toEqual(["local-azure-venv/bin/tool", "srv/lists/tools"]);
    expect(image.config.env).toContain("VIRTUAL_ENV=/local-azure-venv");
    expect(existsSync("/local-azure-venv")).toBe(false);
  });

  test("in JSON form, without a shell", async () => {
    await folder.build(["FROM alpine", 'RUN ["echo", "$HOME"]']);
    expect(folder.log).toContain("$HOME");
  });

  test("several lines with a comment between them, and a heredoc", async () => {
    await folder.build([
      "FROM bash",
      "RUN echo one \\",
      "  # a comment",
      "  two",
      "RUN <<EOF",
      "echo three",
      "echo four",
      "EOF",
    ]);
    expect(folder.log).toEqual(expect.arrayContaining(["one two", "three", "four"]));
  });

  test("fails with its line, its text and its status", async () => {
    await expect(folder.build(["FROM alpine", "", "RUN echo broken >&2; exit 3"])).rejects.toThrow(
      "Dockerfile line 3: RUN echo broken >&2; exit 3: exit status 3",
    );
    expect(folder.log).toContain("broken");
  });

  test.each(["apt-get install -y curl", "apk add curl", "sudo true"])(
    "%s would change this machine, and is refused",
    async (command) => {
      await expect(folder.build(["FROM alpine", `RUN ${command}`])).rejects.toThrow(
        "exit status 1",
      );
      expect(folder.log.join("\n")).toContain("it would change this machine, not the image");
    },
  );

  test("chown has no effect, and no error", async () => {
    await folder.build(["FROM alpine", "RUN touch /a && chown nobody /a"]);
    expect(folder.log).toContain("chown: without effect in the local Azure.");
  });

  test("knows nothing secret of this process", async () => {
    process.env.ARM_CLIENT_SECRET = "a-secret";
    try {
      await folder.build(["FROM alpine", "RUN env"]);
    } finally {
      delete process.env.ARM_CLIENT_SECRET;
    }
    expect(folder.log.join("\n")).toContain("PATH=");
    expect(folder.log.join("\n")).not.toContain("a-secret");
  });

  test("ends with what it has started when the build is aborted", async () => {
    const abort = new AbortController();
    const building = folder.build(["FROM alpine", "RUN echo started; sleep 60 & wait"], {
      signal: abort.signal,
    });
    const timer = setInterval(() => {
      if (folder.log.includes("started")) abort.abort(new Error("enough"));
    }, 5);
    await expect(building).rejects.toThrow("enough");
    clearInterval(timer);
  });
});
