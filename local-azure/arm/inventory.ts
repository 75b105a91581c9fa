import type { ArmResource } from "../core/planes";
import type { Collection, Store } from "../core/store";
import { isWithin } from "./resource-id";

/** A resource, and what a resource provider knows of it but never answers. */
export interface StoredResource {
  readonly resource: ArmResource;
  readonly internal: Readonly<Record<string, unknown>>;
}

/** All resources that exist. */
export class Inventory {
  readonly #resources: Collection<StoredResource>;

  constructor(store: Store) {
    this.#resources = store.collection("arm.resources");
  }

  get(id: string): ArmResource | undefined {
    return this.#resources.get(id)?.resource;
  }

  has(id: string): boolean {
    return this.#resources.has(id);
  }

  /** Adds or replaces a resource; what is known internally stays unless given. */
  set(resource: ArmResource, internal?: Readonly<Record<string, unknown>>): void {
    const known = internal ?? this.#resources.get(resource.id)?.internal ?? {};
    this.#resources.set(resource.id, { resource, internal: known });
  }

  internal(id: string): Readonly<Record<string, unknown>> {
    return this.#resources.get(id)?.internal ?? {};
  }

  /** Changes properties of a resource, if it is (still) there. */
  update(id: string, properties: Readonly<Record<string, unknown>>): void {
    const resource = this.get(id);
    if (!resource) return;
    this.set({ ...resource, properties: { ...resource.properties, ...properties } });
  }

  delete(id: string): void {
    this.#resources.delete(id);
  }

  /** All resources of a type, compared without case, in the order of creation. */
  ofType(type: string): ArmResource[] {
    const wanted = type.toLowerCase();
    return this.all().filter((resource) => resource.type.toLowerCase() === wanted);
  }

  /** The resources of a type below a scope. */
  ofTypeWithin(type: string, scope: string): ArmResource[] {
    return this.ofType(type).filter(({ id }) => isWithin(id, scope));
  }

  /** Everything below a resource or group, without itself, in the order of creation. */
  below(id: string): ArmResource[] {
    return this.all().filter(
      (resource) => isWithin(resource.id, id) && resource.id.length !== id.length,
    );
  }

  all(): ArmResource[] {
    return this.#resources.values().map(({ resource }) => resource);
  }
}
