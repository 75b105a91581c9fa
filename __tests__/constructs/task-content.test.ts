import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parse } from "yaml";
import { contentHash, readSourceFolder } from "../../constructs/source-folder";
import { buildContextTask, buildFilesTask } from "../../constructs/task-content";

interface Task {
  readonly version: string;
  readonly steps: { readonly cmd?: string; readonly build?: string; readonly push?: string[] }[];
}

const image = "{{.Run.Registry}}/app:1";
let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "source-"));
});

afterEach(() => {
  rmSync(folder, { recursive: true });
});

/** Bytes that no compression makes fewer, the same ones in every run. */
const incompressible = (outputLength: number): Buffer =>
  createHash("shake256", { outputLength }).update("seed").digest();

/** What the steps' scripts write, run by this machine's shell in place of the step's container. */
function runScripts(content: string, workspace = folder): void {
  for (const { cmd } of (parse(content) as Task).steps) {
    const script = /^\S+ -c '(.*)'$/s.exec(cmd ?? "")?.[1];
    if (script !== undefined) execFileSync("sh", ["-c", script], { cwd: workspace });
  }
}

describe("a task of files", () => {
  it("writes them, then builds and pushes", () => {
    const files = [
      { path: "Dockerfile", content: Buffer.from("FROM scratch\n") },
      { path: "src/a b".replace(" ", "-"), content: Buffer.from([0, 255, 10, 39, 36]) },
      { path: "src/empty", content: Buffer.alloc(0) },
    ];
    const content = buildFilesTask(files, image);
    const task = parse(content) as Task;
    expect(task.version).toBe("v1.1.0");
    expect(task.steps.slice(1)).toEqual([
      { build: `-t ${image} -f Dockerfile .` },
      { push: [image] },
    ]);
    runScripts(content);
    for (const file of files) {
      expect(readFileSync(join(folder, file.path)).equals(file.content)).toBe(true);
    }
  });

  // Azure/acr-builder, graph/preprocessor.go: what scans the lines stops at one of 64 KiB.
  it("has no line of 64 KiB, however large a file is and however badly it compresses", () => {
    const large = incompressible(70_000);
    const content = buildFilesTask([{ path: "large", content: large }], image);
    expect((parse(content) as Task).steps.flatMap(({ cmd }) => cmd ?? [])).toHaveLength(2);
    expect(Math.max(...content.split("\n").map((line) => line.length))).toBeLessThan(64 * 1024);
    runScripts(content);
    expect(readFileSync(join(folder, "large")).equals(large)).toBe(true);
  });

  // Azure/acr-builder, `acb exec --encoded-file`: the task is one argument of a process.
  it("is refused when Linux would not take it as an argument", () => {
    const fits = buildFilesTask([{ path: "file", content: incompressible(72_000) }], image);
    expect(Buffer.from(fits).toString("base64").length).toBeLessThan(128 * 1024);
    const huge = [{ path: "huge", content: incompressible(74_000) }];
    expect(() => buildFilesTask(huge, image)).toThrow(/allowed: up to 97280.*\.dockerignore/);
  });

  it("is the same wherever it is made", () => {
    const files = [{ path: "Dockerfile", content: Buffer.from("FROM scratch\n".repeat(100)) }];
    expect(createHash("sha256").update(buildFilesTask(files, image)).digest("hex")).toBe(
      "7730eb23a4aafe2df233cbd69a04dfea52c61ffda10112a9e02e2047b8cefe8a",
    );
  });

  it("has no sign that the task would replace", () => {
    const content = buildFilesTask(readSourceFolder("sample-app"), image);
    expect(content).not.toContain("$");
    expect(content.replaceAll("{{.Run.Registry}}", "")).not.toContain("{{");
  });
});

describe("a task of a git repository", () => {
  it("replaces the placeholder in the files that have it", () => {
    mkdirSync(join(folder, "src"));
    writeFileSync(join(folder, "src", "app.py"), 'model="<MyModel>", other="<MyModel>"');
    writeFileSync(join(folder, "README.md"), "MyModel");
    const replace = { placeholder: "<MyModel>", value: "gpt.5-1_x" };
    runScripts(buildContextTask(image, replace));
    expect(readFileSync(join(folder, "src", "app.py"), "utf8")).toBe(
      'model="gpt.5-1_x", other="gpt.5-1_x"',
    );
    expect(readFileSync(join(folder, "README.md"), "utf8")).toBe("MyModel");
  });

  it("fails where no file has the placeholder", () => {
    writeFileSync(join(folder, "app.py"), "nothing");
    const content = buildContextTask(image, { placeholder: "<MyModel>", value: "x" });
    expect(() => {
      runScripts(content);
    }).toThrow();
  });

  it("only builds where nothing is replaced", () => {
    expect((parse(buildContextTask(image)) as Task).steps).toHaveLength(2);
  });
});

describe("a source folder", () => {
  const paths = () => readSourceFolder(folder).map(({ path }) => path);

  beforeEach(() => {
    writeFileSync(join(folder, "Dockerfile"), "FROM scratch");
    for (const path of ["b.txt", "a.txt", "src/main.ts", "node_modules/x/index.js"]) {
      mkdirSync(join(folder, path, ".."), { recursive: true });
      writeFileSync(join(folder, path), path);
    }
  });

  it("is read in the order of its paths", () => {
    expect(paths()).toEqual([
      "Dockerfile",
      "a.txt",
      "b.txt",
      "node_modules/x/index.js",
      "src/main.ts",
    ]);
  });

  // Docker, "Dockerfile reference", .dockerignore: the Dockerfile is sent even if it is left out.
  it.each([
    ["node_modules\n*.txt\n", ["Dockerfile", "src/main.ts"]],
    ["*\n!src\n", ["Dockerfile", "src/main.ts"]],
    ["*\n!node_modules/x\n", ["Dockerfile", "node_modules/x/index.js"]],
    ["# comment\n\n**/*.ts\nnode_modules", [".dockerignore", "Dockerfile", "a.txt", "b.txt"]],
  ])("leaves out what .dockerignore says: %j", (rules, expected) => {
    writeFileSync(join(folder, ".dockerignore"), rules);
    expect(paths().filter((path) => path !== ".dockerignore" || expected.includes(path))).toEqual(
      expected,
    );
  });

  it("is refused with a file name that a task cannot have", () => {
    writeFileSync(join(folder, "it's.txt"), "");
    expect(paths).toThrow(/"it's\.txt"; allowed in a file's name/);
  });

  it("has a fingerprint of names and content alone", () => {
    const before = contentHash(readSourceFolder(folder));
    writeFileSync(join(folder, "a.txt"), "a.txt");
    expect(contentHash(readSourceFolder(folder))).toBe(before);
    writeFileSync(join(folder, "a.txt"), "changed");
    expect(contentHash(readSourceFolder(folder))).not.toBe(before);
  });
});
