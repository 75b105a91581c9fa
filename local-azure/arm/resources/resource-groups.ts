import { z } from "zod";
import { AzureError } from "../../core/errors";
import { apiVersions } from "../api-versions";
import { parseBody, tags } from "../body";
import { locationRequired } from "../errors";
import { LOCATIONS, normalizeLocation } from "../locations";
import type { ResourceType } from "../resource-type";

const body = z.looseObject({
  location: z.string().nullish(),
  managedBy: z.string().nullish(),
  tags,
});

/** Source: azure-rest-api-specs, Microsoft.Resources/stable/2023-07-01/resources.json. */
export const resourceGroups: ResourceType = {
  type: "Microsoft.Resources/resourceGroups",
  apiVersions: apiVersions("Microsoft.Resources/resourceGroups"),
  placement: "subscription",
  longRunning: { delete: 200, poll: "operation" },
  patch: {},

  put({ id, name, body: sent, existing }) {
    checkName(name);
    const given = parseBody(body, sent);
    const location = normalizeLocation(given.location ?? existing?.location ?? "");
    if (location === "") throw locationRequired();
    if (!(location in LOCATIONS)) {
      throw new AzureError(
        400,
        "LocationNotAvailableForResourceGroup",
        `The provided location '${given.location ?? ""}' is not available for resource group. List of ` +
          `available regions is '${Object.keys(LOCATIONS).join(",")}'.`,
      );
    }
    if (existing?.location !== undefined && existing.location !== location) {
      throw new AzureError(
        409,
        "InvalidResourceGroupLocation",
        `Invalid resource group location '${location}'. The Resource group already exists in location '${existing.location}'.`,
      );
    }
    return {
      id,
      name,
      type: "Microsoft.Resources/resourceGroups",
      location,
      ...(given.tags && { tags: given.tags }),
      ...(typeof given.managedBy === "string" && { managedBy: given.managedBy }),
      properties: { provisioningState: "Succeeded" },
    };
  },

  async finishDelete({ id }, arm) {
    // Children go before their parents: the newest first.
    for (const resource of arm.inventory.below(id).toReversed()) await arm.remove(resource.id);
  },
};

/** Source: https://learn.microsoft.com/azure/azure-resource-manager/management/resource-name-rules */
function checkName(name: string): void {
  const invalid = name.replaceAll(/[\p{L}\p{N}_().-]/gu, "");
  if (invalid === "" && !name.endsWith(".") && name.length <= 90) return;
  throw new AzureError(
    400,
    "InvalidResourceGroup",
    `The provided resource group name '${name}' has these invalid characters: '${invalid || name.at(-1)}'. ` +
      "The name can only be a letter, digit, '-', '.', '(', ')' or '_', must not end with '.', and has at most 90 characters.",
  );
}
