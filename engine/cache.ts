import { createHash } from "node:crypto";
import { createReadStream, readFileSync, readdirSync, statSync } from "node:fs";
import { mkdir, readFile, rename, rm, writeFile } from "node:fs/promises";
import { homedir } from "node:os";
import { join } from "node:path";
import { pipeline } from "node:stream/promises";
import type { Artifact } from "./artifact";

/** Builds an artifact into a file. Rejects when it fails or is aborted. */
export type Build = (artifact: Artifact, output: string) => Promise<void>;

/** Where programs are kept: outside the work tree, so that every clone shares them. */
export function cacheDirectory(environment: NodeJS.ProcessEnv): string {
  const base = environment.XDG_CACHE_HOME;
  return join(
    base === undefined || base === "" ? join(homedir(), ".cache") : base,
    "azure-openai-aks-workload-identity",
  );
}

/** Built programs, each in a folder of its own with a record of its checksum. */
export class Cache {
  /**
   * @param directory - From {@link cacheDirectory}.
   * @param toolchain - The folder `toolchain/`, whose contents decide what is current.
   */
  constructor(
    readonly directory: string,
    private readonly toolchain: string,
  ) {}

  /** The program's path, whether it is there or not. */
  path(artifact: Artifact): string {
    return join(this.#folder(artifact), artifact.binary);
  }

  /**
   * Whether the program can be used: `damaged` when its bytes are not those that were recorded when
   * it was built.
   */
  async check(artifact: Artifact): Promise<"present" | "missing" | "damaged"> {
    let recorded: string;
    try {
      recorded = (await readFile(this.#record(artifact), "utf8")).trim();
    } catch {
      return "missing";
    }
    const actual = await sha256(this.path(artifact)).catch(() => undefined);
    return actual === recorded ? "present" : "damaged";
  }

  /**
   * Builds a program next to its place and moves it there when it is whole, so that an interrupted
   * build leaves nothing that a later run would use.
   */
  async build(artifact: Artifact, build: Build): Promise<void> {
    const folder = this.#folder(artifact);
    const partial = `${folder}.partial`;
    await rm(partial, { recursive: true, force: true });
    await mkdir(partial, { recursive: true });
    try {
      const output = join(partial, artifact.binary);
      await build(artifact, output);
      await writeFile(join(partial, "sha256"), `${await sha256(output)}\n`);
      await rm(folder, { recursive: true, force: true });
      await rename(partial, folder);
    } finally {
      await rm(partial, { recursive: true, force: true });
    }
  }

  #record(artifact: Artifact): string {
    return join(this.#folder(artifact), "sha256");
  }

  #folder(artifact: Artifact): string {
    const key = createHash("sha256")
      .update([process.platform, process.arch, artifact.package, artifact.linkerFlags].join("\n"))
      .update(fingerprint(this.toolchain, artifact.sources))
      .digest("hex")
      .slice(0, 16);
    return join(this.directory, `${artifact.name}-${artifact.version}-${key}`);
  }
}

async function sha256(path: string): Promise<string> {
  const hash = createHash("sha256");
  // Large reads: a provider has 200 MB, and every run looks at it.
  await pipeline(createReadStream(path, { highWaterMark: 1 << 20 }), hash);
  return hash.digest("hex");
}

/** A hash over files and folders, names included. Tests do not count: they are not built. */
function fingerprint(root: string, names: readonly string[]): string {
  const hash = createHash("sha256");
  const add = (name: string): void => {
    const path = join(root, name);
    if (statSync(path).isDirectory()) {
      for (const entry of readdirSync(path).sort()) {
        add(join(name, entry));
      }
    } else if (!name.endsWith("_test.go")) {
      hash.update(`${name.replaceAll("\\", "/")}\0`).update(readFileSync(path));
    }
  };
  names.forEach(add);
  return hash.digest("hex");
}
