import type { Settings } from "../config/settings";

/**
 * GUIDs of the built-in roles that let an identity call a deployed model; they are the same in every
 * tenant (Microsoft Learn, "Azure built-in roles for AI + machine learning"). The linker's
 * `authInfo.roles` takes GUIDs.
 */
export const roleDefinitionIds: Readonly<Record<Settings["connection"]["role"], string>> = {
  "Cognitive Services OpenAI User": "5e0bd9bd-7b93-4f28-af87-19fc36ad61bd",
  "Cognitive Services OpenAI Contributor": "a001fd3d-188f-4b5d-821b-7da978bf7442",
};
