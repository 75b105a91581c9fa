import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { buildImage, type BuildOptions } from "../../../../local-azure/registry/builds/build";
import { writeGuards } from "../../../../local-azure/registry/guards";
import type { BuiltImage } from "../../../../local-azure/registry/image-store";

/** A folder with a context, in which a test builds. */
export class BuildFolder {
  readonly directory = mkdtempSync(join(tmpdir(), "local-azure-build-"));
  readonly context = join(this.directory, "context");
  readonly log: string[] = [];
  #builds = 0;

  constructor(files: Readonly<Record<string, string>> = {}) {
    mkdirSync(this.context);
    this.write(files);
  }

  write(files: Readonly<Record<string, string>>): void {
    for (const [path, content] of Object.entries(files)) {
      const file = join(this.context, path);
      mkdirSync(dirname(file), { recursive: true });
      writeFileSync(file, content);
    }
  }

  build(
    dockerfile: string | readonly string[],
    options: Partial<Pick<BuildOptions, "buildArguments" | "target" | "findImage" | "signal">> = {},
  ): Promise<BuiltImage> {
    const file = join(this.context, "Dockerfile");
    writeFileSync(file, [dockerfile].flat().join("\n"));
    const guards = join(this.directory, "guards");
    writeGuards(guards);
    return buildImage({
      context: this.context,
      dockerfile: file,
      buildArguments: {},
      scratch: join(this.directory, `scratch-${this.#builds++}`),
      guards,
      findImage: () => undefined,
      output: (line) => this.log.push(line),
      signal: new AbortController().signal,
      ...options,
    });
  }

  remove(): void {
    rmSync(this.directory, { recursive: true, force: true });
  }
}

/** The files of an image, without what the build itself puts there. */
export const filesOf = ({ rootDirectory }: BuiltImage, path = ""): string[] => {
  const directory = join(rootDirectory, path);
  if (!existsSync(directory)) return [];
  return readdirSync(directory)
    .sort()
    .flatMap((name) => {
      const child = path === "" ? name : `${path}/${name}`;
      return statSync(join(rootDirectory, child), { throwIfNoEntry: false })?.isDirectory() === true
        ? filesOf({ rootDirectory, config: undefined as never }, child)
        : [child];
    });
};

export const read = ({ rootDirectory }: BuiltImage, path: string): string =>
  readFileSync(join(rootDirectory, path), "utf8");
