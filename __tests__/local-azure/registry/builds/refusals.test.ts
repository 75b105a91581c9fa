import { BuildFolder } from "./build-folder";

let folder: BuildFolder;
beforeEach(() => {
  folder = new BuildFolder({ "app.txt": "app", "src/main.txt": "main" });
});
afterEach(() => {
  folder.remove();
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
