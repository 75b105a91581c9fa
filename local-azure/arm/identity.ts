import { randomUUID } from "node:crypto";
import { z } from "zod";
import { AzureError } from "../core/errors";
import type { ArmResource } from "../core/planes";
import type { ArmContext } from "./resource-type";

/** The managed identities of a resource, as a request names them. */
export const identityBody = z
  .looseObject({
    type: z.string(),
    userAssignedIdentities: z.record(z.string(), z.unknown()).nullish(),
  })
  .nullish();

/**
 * The managed identities of a resource, as they are answered: the ids of their principals included.
 *
 * Source: azure-rest-api-specs, common-types/resource-management, `ManagedServiceIdentity`.
 *
 * @throws AzureError 400 when a user-assigned identity does not exist.
 */
export function resourceIdentity(
  given: NonNullable<z.infer<typeof identityBody>>,
  existing: ArmResource | undefined,
  { azure, inventory }: ArmContext,
): Record<string, unknown> {
  const system = /SystemAssigned/i.test(given.type);
  const assigned = Object.keys(given.userAssignedIdentities ?? {}).map((id) => {
    const identity = inventory.get(id);
    if (!identity) {
      throw new AzureError(
        400,
        "FailedIdentityOperation",
        `Identity operation for resource failed with error 'Failed to perform resource identity operation. ` +
          `Status: 'BadRequest'. Response: the identity '${id}' does not exist'.`,
      );
    }
    const { principalId, clientId } = identity.properties;
    return [id, { principalId, clientId }] as const;
  });
  return {
    type: given.type,
    ...(system && {
      principalId: existing?.identity?.principalId ?? randomUUID(),
      tenantId: azure.tenantId,
    }),
    ...(assigned.length > 0 && { userAssignedIdentities: Object.fromEntries(assigned) }),
  };
}
