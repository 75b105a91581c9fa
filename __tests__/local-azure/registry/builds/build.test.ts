import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { BuiltImage } from "../../../../local-azure/registry/image-store";
import { BuildFolder, filesOf } from "./build-folder";

let folder: BuildFolder;
beforeEach(() => {
  folder = new BuildFolder({ "app.txt": "app", "src/main.txt": "main" });
});
afterEach(() => {
  folder.remove();
});

const read = ({ rootDirectory }: BuiltImage, path: string) =>
  readFileSync(join(rootDirectory, path), "utf8");

/** https://docs.docker.com/reference/dockerfile/ */
describe("an image's configuration", () => {
  test("of a base image that this machine stands for", async () => {
    const { config } = await folder.build("FROM node:22");
    expect(config).toMatchObject({ entrypoint: [], cmd: ["node"], workingDir: "/", user: "" });
    expect(config.env).toEqual([expect.stringMatching(/^PATH=/)]);
    expect(folder.log).toContain(" ---> node:22 is represented by this machine (node)");
  });

  test.each([
    ["docker.io/library/node:22-alpine", ["node"]],
    ["mcr.microsoft.com/devcontainers/python:3.12", ["python3"]],
    ["mcr.microsoft.com/azurelinux/base/core:3.0", ["sh"]],
    ["alpine@sha256:" + "0".repeat(64), ["sh"]],
    ["scratch", []],
  ])("FROM %s", async (name, cmd) => {
    expect((await folder.build(`FROM ${name}`)).config.cmd).toEqual(cmd);
  });

  test("an image that nothing stands for is refused by name", async () => {
    await expect(folder.build("FROM mcr.microsoft.com/mssql/server:2022")).rejects.toThrow(
      /^Dockerfile line 1: FROM mcr\.microsoft\.com\/mssql\/server:2022: no registry of the local Azure holds mcr\.microsoft\.com\/mssql\/server:2022, and nothing here can stand for it\. Stand-ins: node, python,/,
    );
  });

  test("a tag that ends in nonroot sets the user", async () => {
    expect((await folder.build("FROM example.com/node:22-nonroot")).config.user).toBe("65532");
  });

  test("ENV, LABEL, USER and WORKDIR", async () => {
    const { config } = await folder.build([
      "FROM scratch",
      'ENV GREETING="good morning" NAME=world',
      "ENV OLD the rest of the line",
      'LABEL org.example.title="a title" version=1',
      "USER 1000:1000",
      "WORKDIR /srv",
      "WORKDIR app",
    ]);
    expect(config.env.slice(1)).toEqual([
      "GREETING=good morning",
      "NAME=world",
      "OLD=the rest of the line",
    ]);
    expect(config.labels).toEqual({ "org.example.title": "a title", version: "1" });
    expect(config.user).toBe("1000:1000");
    expect(config.workingDir).toBe("/srv/app");
  });

  test("commands in JSON form, in shell form, and behind SHELL", async () => {
    const json = await folder.build([
      "FROM scratch",
      'ENTRYPOINT ["/app", "--flag"]',
      'CMD ["a b"]',
    ]);
    expect(json.config).toMatchObject({ entrypoint: ["/app", "--flag"], cmd: ["a b"] });
    const shell = await folder.build(["FROM scratch", "ENTRYPOINT exec /app", "CMD a b"]);
    expect(shell.config).toMatchObject({
      entrypoint: ["/bin/sh", "-c", "exec /app"],
      cmd: ["/bin/sh", "-c", "a b"],
    });
    const other = await folder.build(["FROM scratch", 'SHELL ["/bin/bash", "-ec"]', "CMD a"]);
    expect(other.config.cmd).toEqual(["/bin/bash", "-ec", "a"]);
  });

  test("an empty ENTRYPOINT takes the base's away; what only looks like JSON is for the shell", async () => {
    const { config } = await folder.build([
      "FROM scratch AS base",
      'ENTRYPOINT ["/base"]',
      "FROM base",
      "ENTRYPOINT []",
      "CMD [ -f /a ] && /b",
    ]);
    expect(config.entrypoint).toEqual([]);
    expect(config.cmd).toEqual(["/bin/sh", "-c", "[ -f /a ] && /b"]);
  });

  // https://docs.docker.com/reference/dockerfile/#understand-how-cmd-and-entrypoint-interact
  test("ENTRYPOINT drops an inherited CMD, and keeps one of the same stage", async () => {
    const inherited = await folder.build(["FROM node:22", 'ENTRYPOINT ["/app"]']);
    expect(inherited.config.cmd).toEqual([]);
    const own = await folder.build(["FROM node:22", 'CMD ["--help"]', 'ENTRYPOINT ["/app"]']);
    expect(own.config.cmd).toEqual(["--help"]);
  });

  test("instructions that change nothing here are accepted", async () => {
    const { config } = await folder.build([
      "# syntax=docker/dockerfile:1",
      "FROM --platform=linux/amd64 scratch",
      "MAINTAINER somebody",
      "EXPOSE 80/tcp",
      "VOLUME /data",
      "STOPSIGNAL SIGTERM",
      "HEALTHCHECK --interval=5m CMD /check",
    ]);
    expect(config.cmd).toEqual([]);
  });
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

describe("refused, by name", () => {
  test.each([
    ["RUN --mount=type=secret,id=npm cat x", "--mount=type=secret is not available"],
    ["RUN --mount=type=ssh git clone x", "--mount=type=ssh is not available"],
    ["RUN --mount=type=bind,source=.,target=/src ls", "--mount=type=bind is not available"],
    ["RUN --mount=target=/src ls", "--mount=type=bind is not available"],
    ["RUN --device=x ls", "unknown flag: --device"],
    ["COPY --parents src/main.txt /", "--parents is not available"],
    ["COPY --exclude=*.txt src /", "--exclude is not available"],
    ["COPY --nonsense app.txt /", "unknown flag: --nonsense"],
    ["ADD --checksum=sha256:00 app.txt /", "--checksum is not available"],
    ["ADD https://example.com/file /", "ADD of a remote file or repository is not available"],
    ["ADD git@github.com:a/b.git /", "ADD of a remote file or repository is not available"],
    ["ONBUILD RUN true", "ONBUILD is not available in the local Azure"],
    ["SHELL /bin/bash", "SHELL requires the arguments to be in JSON form"],
    ["COPY app.txt", "COPY requires at least two arguments"],
    ["COPY --chmod=u+x app.txt /", "--chmod=u+x: not an octal number"],
  ])("%s", async (line, message) => {
    await expect(folder.build(["FROM alpine", line])).rejects.toThrow(message);
    await expect(folder.build(["FROM alpine", line])).rejects.toThrow("Dockerfile line 2: ");
  });

  test("a cache is no part of the image: RUN goes on without one", async () => {
    await folder.build(["FROM alpine", "RUN --mount=type=cache,target=/root/.npm echo built"]);
    expect(folder.log).toContain("built");
  });

  test.each([
    [
      "FROM scratch\nINCLUDE other",
      "dockerfile parse error on line 2: unknown instruction: INCLUDE",
    ],
    ["RUN true", "dockerfile parse error on line 1: no build stage in current context"],
    ["FROM a b", "dockerfile parse error on line 1: FROM requires either one or three arguments"],
    ["# nothing", "the Dockerfile has no build stage: FROM is missing"],
    ["", "the Dockerfile has no build stage: FROM is missing"],
  ])("%j", async (dockerfile, message) => {
    await expect(folder.build(dockerfile)).rejects.toThrow(message);
  });
});
