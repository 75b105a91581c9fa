import { randomUUID } from "node:crypto";
import { z } from "zod";
import { apiVersions } from "../api-versions";
import { parseBody, tags } from "../body";
import { invalidResourceName } from "../errors";
import type { ResourceType } from "../resource-type";

const body = z.looseObject({
  location: z.string(),
  tags,
  properties: z.looseObject({ isolationScope: z.string().nullish() }).nullish(),
});

/** Source: azure-rest-api-specs, Microsoft.ManagedIdentity/stable/2024-11-30/identities.json. */
export const userAssignedIdentities: ResourceType = {
  type: "Microsoft.ManagedIdentity/userAssignedIdentities",
  apiVersions: apiVersions("Microsoft.ManagedIdentity/userAssignedIdentities"),
  placement: "resourceGroup",
  tracked: true,
  patch: {},

  put({ id, name, body: sent, existing }, { azure }) {
    if (!/^[a-zA-Z0-9][a-zA-Z0-9_-]{2,127}$/.test(name)) {
      throw invalidResourceName(
        name,
        "3 to 128 letters, digits, '-' and '_', a letter or digit first",
      );
    }
    const given = parseBody(body, sent);
    const isolationScope = given.properties?.isolationScope ?? "None";
    return {
      id,
      name,
      type: "Microsoft.ManagedIdentity/userAssignedIdentities",
      location: given.location,
      tags: given.tags ?? {},
      properties: {
        ...(isolationScope !== "None" && { isolationScope }),
        tenantId: azure.tenantId,
        principalId: existing?.properties.principalId ?? randomUUID(),
        clientId: existing?.properties.clientId ?? randomUUID(),
      },
    };
  },
};
