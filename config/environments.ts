import type { EnvironmentSettings } from "./settings";

/**
 * The environments of this project: one entry each, which becomes one stack of the same name.
 *
 * An entry holds what differs from `defaults.ts`; `settings.ts` lists all that can be set. With one
 * entry, `npx cdktf deploy` needs no name; with more, `npx cdktf deploy prod` picks one.
 *
 * @example
 * prod: {
 *   location: "swedencentral",
 *   cluster: { nodeCount: 3 },
 *   backend: { type: "cloud", organization: "my-organization", workspace: "openai-aks-prod" },
 * },
 * tutorial: { preset: "tutorial", model: { allowRetired: true } },
 */
export const environments: Readonly<Record<string, EnvironmentSettings>> = {
  dev: {},
};
