import { createHash, randomUUID } from "node:crypto";
import {
  existsSync,
  lstatSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  renameSync,
  rmSync,
  mkdirSync,
} from "node:fs";
import { rm } from "node:fs/promises";
import { join } from "node:path";
import type { ImageConfig, PulledImage } from "../core/planes";
import type { Collection, Store } from "../core/store";

/** A tag of a repository, as it is kept. */
export interface TagRecord {
  readonly registry: string;
  readonly repository: string;
  readonly tag: string;
  readonly digest: string;
  readonly createdTime: string;
  lastUpdateTime: string;
}

/** An image's content, by its digest. */
interface ContentRecord {
  readonly digest: string;
  readonly config: ImageConfig;
  readonly size: number;
}

/** An image of a repository, with the tags that name it. */
export interface KeptManifest {
  readonly digest: string;
  readonly size: number;
  readonly createdTime: string;
  readonly lastUpdateTime: string;
  readonly tags: readonly string[];
}

/** An image that is built but not pushed: its files are still the builder's. */
export interface BuiltImage {
  readonly rootDirectory: string;
  readonly config: ImageConfig;
}

/** The images of all registries: folders by digest, and the tags that name them. */
export class ImageStore {
  readonly #directory: string;
  readonly #tags: Collection<TagRecord>;
  readonly #contents: Collection<ContentRecord>;

  constructor(store: Store, workDirectory: string) {
    this.#directory = join(workDirectory, "images");
    this.#tags = store.collection<TagRecord>("registry/tags");
    this.#contents = store.collection<ContentRecord>("registry/images");
  }

  /**
   * Keeps an image under a name. The builder's folder is moved, or dropped where its content is there already.
   *
   * @returns The image as it is kept.
   */
  push(
    image: BuiltImage,
    name: { readonly registry: string; readonly repository: string; readonly tag: string },
    now: string,
  ): PulledImage {
    const { digest, size } = describe(image);
    const root = this.#root(digest);
    if (!existsSync(root)) {
      mkdirSync(this.#directory, { recursive: true, mode: 0o700 });
      renameSync(image.rootDirectory, root);
    } else if (image.rootDirectory !== root) {
      rmSync(image.rootDirectory, { recursive: true, force: true });
    }
    this.#contents.set(digest, { digest, config: image.config, size });
    const key = `${name.registry}/${name.repository}:${name.tag}`;
    const createdTime = this.#tags.get(key)?.createdTime ?? now;
    this.#tags.set(key, { ...name, digest, createdTime, lastUpdateTime: now });
    return { rootDirectory: root, config: image.config, digest, size };
  }

  /** An image by tag or digest; nothing when it, or its folder, is not there. */
  find(
    registry: string,
    repository: string,
    { tag, digest }: { readonly tag: string; readonly digest?: string },
  ): PulledImage | undefined {
    const record = this.tags(registry, repository).find((entry) =>
      digest === undefined ? entry.tag === tag : entry.digest === digest,
    );
    const content = record && this.#contents.get(record.digest);
    const rootDirectory = record && this.#root(record.digest);
    if (!content || rootDirectory === undefined || !existsSync(rootDirectory)) return undefined;
    return { rootDirectory, config: content.config, digest: content.digest, size: content.size };
  }

  repositories(registry: string): string[] {
    const names = this.#ofRegistry(registry).map(({ repository }) => repository);
    return [...new Set(names)].sort();
  }

  tags(registry: string, repository: string): TagRecord[] {
    return this.#ofRegistry(registry)
      .filter((record) => record.repository === repository)
      .sort((left, right) => (left.tag < right.tag ? -1 : 1));
  }

  /** The images of a repository that a tag names, by digest. */
  manifests(registry: string, repository: string): KeptManifest[] {
    const tags = this.tags(registry, repository);
    return [...new Set(tags.map(({ digest }) => digest))].sort().map((digest) => {
      const own = tags.filter((record) => record.digest === digest);
      return {
        digest,
        size: this.#contents.get(digest)?.size ?? 0,
        createdTime: own.map(({ createdTime }) => createdTime).sort()[0] ?? "",
        lastUpdateTime:
          own
            .map(({ lastUpdateTime }) => lastUpdateTime)
            .sort()
            .at(-1) ?? "",
        tags: own.map(({ tag }) => tag),
      };
    });
  }

  /** Forgets a registry's tags, and the folders that no other tag names. */
  async deleteRegistry(registry: string): Promise<void> {
    for (const [key, record] of this.#tags.entries()) {
      if (record.registry.toLowerCase() === registry.toLowerCase()) this.#tags.delete(key);
    }
    const used = new Set(this.#tags.values().map(({ digest }) => digest));
    const going: string[] = [];
    for (const { digest } of this.#contents.values()) {
      if (used.has(digest)) continue;
      this.#contents.delete(digest);
      if (!existsSync(this.#root(digest))) continue;
      // Out of the way first: the same image may be pushed to another registry meanwhile.
      const away = `${this.#root(digest)}.${randomUUID()}`;
      renameSync(this.#root(digest), away);
      going.push(away);
    }
    await Promise.all(going.map((away) => rm(away, { recursive: true, force: true })));
  }

  #ofRegistry(registry: string): TagRecord[] {
    return this.#tags
      .values()
      .filter((record) => record.registry.toLowerCase() === registry.toLowerCase());
  }

  #root(digest: string): string {
    return join(this.#directory, digest.replace("sha256:", ""));
  }
}

/** The digest depends on names, content, links and executability only, so that it is the same anywhere. */
const describe = ({ rootDirectory, config }: BuiltImage): { digest: string; size: number } => {
  const hash = createHash("sha256").update(JSON.stringify(config));
  let size = 0;
  const visit = (path: string): void => {
    const file = join(rootDirectory, path);
    const stats = lstatSync(file);
    if (stats.isSymbolicLink()) {
      hash.update(`link\0${path}\0${readlinkSync(file)}\0`);
    } else if (stats.isDirectory()) {
      hash.update(`directory\0${path}\0`);
      for (const name of readdirSync(file).sort()) visit(join(path, name));
    } else if (stats.isFile()) {
      const content = readFileSync(file);
      size += content.length;
      hash
        .update(`file\0${path}\0${(stats.mode & 0o111) !== 0}\0${content.length}\0`)
        .update(content);
    }
  };
  visit("");
  return { digest: `sha256:${hash.digest("hex")}`, size };
};
