import { isDeepStrictEqual } from "node:util";
import type { KubernetesObject } from "../core/planes";
import type { Collection } from "../core/store";
import { expired } from "./status";

export interface WatchEvent {
  readonly type: "ADDED" | "MODIFIED" | "DELETED";
  readonly object: KubernetesObject;
  /** What the object was before, so that a watch with a selector sees it come and go. */
  readonly before?: KubernetesObject;
  readonly resourceVersion: number;
}

type Listener = (event: WatchEvent) => void;

/** How many past changes a watch can resume from; older ones are answered with `Expired`. */
const HISTORY_LENGTH = 2000;

/** After a restart, the versions of forgotten deletions must not be given out again. */
const RESTART_GAP = 1000;

/** `pods/default/web`. The kind stands first, so that the core group needs no prefix of its own. */
const keyOf = (plural: string, namespace: string | undefined, name: string) =>
  `${plural}/${namespace ?? ""}/${name}`;

/**
 * All objects of a cluster, with the resource versions and the change history that watches need.
 *
 * What goes in and out is a copy: nobody changes a stored object but through {@link Objects.put}.
 */
export class Objects {
  readonly #collection: Collection<KubernetesObject>;
  readonly #listeners = new Map<Listener, string>();
  readonly #history: { readonly plural: string; readonly event: WatchEvent }[] = [];
  readonly #firstVersion: number;
  #version: number;

  constructor(collection: Collection<KubernetesObject>) {
    this.#collection = collection;
    const versions = collection.values().map((object) => Number(object.metadata.resourceVersion));
    this.#version = versions.length === 0 ? 1 : Math.max(...versions) + RESTART_GAP;
    this.#firstVersion = this.#version;
  }

  /** The version of the newest change. */
  get resourceVersion(): number {
    return this.#version;
  }

  get(plural: string, namespace: string | undefined, name: string): KubernetesObject | undefined {
    const object = this.#collection.get(keyOf(plural, namespace, name));
    return object && structuredClone(object);
  }

  /**
   * In the order of names, as etcd returns them.
   *
   * @param namespace - Without it, the objects of all namespaces.
   */
  list(plural: string, namespace?: string): KubernetesObject[] {
    const prefix = namespace === undefined ? `${plural}/` : `${plural}/${namespace}/`;
    return this.#collection
      .entries()
      .filter(([key]) => key.startsWith(prefix))
      .sort(([left], [right]) => (left < right ? -1 : 1))
      .map(([, object]) => structuredClone(object));
  }

  /** Creates or replaces; an unchanged object keeps its version and tells no watch. */
  put(plural: string, object: KubernetesObject): KubernetesObject {
    const { name, namespace } = object.metadata;
    const key = keyOf(plural, namespace, name);
    const before = this.#collection.get(key);
    // As it is kept: without what is undefined.
    const stored = JSON.parse(JSON.stringify(object)) as KubernetesObject;
    if (before && isDeepStrictEqual(before, stored)) return structuredClone(before);
    stored.metadata.resourceVersion = String(++this.#version);
    this.#collection.set(key, stored);
    this.#tell(plural, before ? "MODIFIED" : "ADDED", stored, before);
    return structuredClone(stored);
  }

  /** Removes for good; finalizers and grace periods are the caller's matter. */
  remove(
    plural: string,
    namespace: string | undefined,
    name: string,
  ): KubernetesObject | undefined {
    const key = keyOf(plural, namespace, name);
    const object = this.#collection.get(key);
    if (!object) return undefined;
    this.#collection.delete(key);
    const removed = structuredClone(object);
    removed.metadata.resourceVersion = String(++this.#version);
    this.#tell(plural, "DELETED", removed, object);
    return removed;
  }

  /** Forgets everything and tells nobody: the cluster is gone. */
  clear(): void {
    this.#listeners.clear();
    for (const [key] of this.#collection.entries()) this.#collection.delete(key);
  }

  /**
   * Tells `listener` every change of a kind after `since`, then every later one.
   *
   * @returns A function that ends the watch.
   * @throws StatusError 410 when the changes after `since` are no longer known.
   */
  watch(plural: string, since: number, listener: Listener): () => void {
    const oldest = this.#history[0]?.event.resourceVersion ?? this.#version + 1;
    if (
      since < this.#firstVersion ||
      (since < oldest - 1 && this.#history.length >= HISTORY_LENGTH)
    ) {
      throw expired(`too old resource version: ${since} (${oldest})`);
    }
    for (const past of this.#history) {
      if (past.plural === plural && past.event.resourceVersion > since) listener(past.event);
    }
    this.#listeners.set(listener, plural);
    return () => {
      this.#listeners.delete(listener);
    };
  }

  #tell(
    plural: string,
    type: WatchEvent["type"],
    object: KubernetesObject,
    before?: KubernetesObject,
  ): void {
    const event = { type, object: structuredClone(object), before, resourceVersion: this.#version };
    this.#history.push({ plural, event });
    if (this.#history.length > HISTORY_LENGTH) this.#history.shift();
    for (const [listener, watched] of [...this.#listeners]) {
      if (watched === plural) listener(event);
    }
  }
}
