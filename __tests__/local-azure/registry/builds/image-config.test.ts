import { BuildFolder } from "./build-folder";

let folder: BuildFolder;
beforeEach(() => {
  folder = new BuildFolder({ "app.txt": "app", "src/main.txt": "main" });
});
afterEach(() => {
  folder.remove();
});

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

  test("an image of Python needs this machine's, and says so", async () => {
    const path = process.env.PATH;
    process.env.PATH = folder.context;
    try {
      await expect(folder.build("FROM python:3-slim")).rejects.toThrow(
        'Dockerfile line 1: FROM python:3-slim: python:3-slim is represented by this machine\'s python3, which does not run: exec: "python3": executable file not found on this machine',
      );
    } finally {
      process.env.PATH = path;
    }
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
