import { mkdirSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { z } from "zod";

/** A named set of JSON values. Keys compare without case, as Azure's resource ids do. */
export class Collection<T> {
  readonly #values: Map<string, T>;
  readonly #changed: () => void;

  constructor(values: Map<string, T>, changed: () => void) {
    this.#values = values;
    this.#changed = changed;
  }

  get(key: string): T | undefined {
    return this.#values.get(key.toLowerCase());
  }

  has(key: string): boolean {
    return this.#values.has(key.toLowerCase());
  }

  set(key: string, value: T): void {
    this.#values.set(key.toLowerCase(), value);
    this.#changed();
  }

  delete(key: string): boolean {
    const existed = this.#values.delete(key.toLowerCase());
    this.#changed();
    return existed;
  }

  /** In the order of creation. */
  values(): T[] {
    return [...this.#values.values()];
  }

  /** In the order of creation; keys are lower case. */
  entries(): [string, T][] {
    return [...this.#values.entries()];
  }
}

/**
 * All state of the local Azure: in memory, and in one JSON file when a directory is given.
 *
 * Values must be plain JSON. Whoever changes a value in place calls {@link Collection.set} again, so that
 * the change is saved.
 */
export class Store {
  readonly #collections = new Map<string, Map<string, unknown>>();
  readonly #file: string | undefined;
  #saving: NodeJS.Immediate | undefined;

  /**
   * @param directory - Where the state is kept; without it the state ends with the process.
   * @throws Error when the directory holds a state file that is not readable JSON.
   */
  constructor(directory?: string) {
    if (directory === undefined) return;
    mkdirSync(directory, { recursive: true, mode: 0o700 });
    this.#file = join(directory, "state.json");
    this.#load(this.#file);
  }

  collection<T>(name: string): Collection<T> {
    let values = this.#collections.get(name);
    if (!values) this.#collections.set(name, (values = new Map<string, unknown>()));
    return new Collection(values as Map<string, T>, () => {
      this.#saveSoon();
    });
  }

  /** Writes what has changed since the last save; a no-op for a store in memory. */
  flush(): void {
    if (this.#saving) clearImmediate(this.#saving);
    this.#saving = undefined;
    if (this.#file === undefined) return;
    const content = Object.fromEntries(
      [...this.#collections].map(([name, values]) => [name, Object.fromEntries(values)]),
    );
    // Signing keys are part of the state: only the owner may read it. Renaming keeps a crash from halving it.
    writeFileSync(`${this.#file}.new`, JSON.stringify(content), { mode: 0o600 });
    renameSync(`${this.#file}.new`, this.#file);
  }

  #load(file: string): void {
    let text: string;
    try {
      text = readFileSync(file, "utf8");
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === "ENOENT") return;
      throw error;
    }
    for (const [name, values] of Object.entries(parseState(text, file))) {
      this.#collections.set(name, new Map(Object.entries(values)));
    }
  }

  #saveSoon(): void {
    if (this.#file === undefined) return;
    this.#saving ??= setImmediate(() => {
      this.flush();
    });
  }
}

const stateSchema = z.record(z.string(), z.record(z.string(), z.unknown()));

function parseState(text: string, file: string): z.infer<typeof stateSchema> {
  try {
    return stateSchema.parse(JSON.parse(text));
  } catch (cause) {
    throw new Error(`The saved state ${file} cannot be read. Delete it to start afresh.`, {
      cause,
    });
  }
}
