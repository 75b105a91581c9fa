import { resourceGroups } from "./resources/resource-groups";
import type { ResourceType } from "./resource-type";

/** Every resource type that exists here: one file in `resources/`, one line in this table. */
export const RESOURCE_TYPES: readonly ResourceType[] = [resourceGroups];

/** The type by its name, compared without case. */
export function findResourceType(name: string): ResourceType | undefined {
  const wanted = name.toLowerCase();
  return RESOURCE_TYPES.find(({ type }) => type.toLowerCase() === wanted);
}
