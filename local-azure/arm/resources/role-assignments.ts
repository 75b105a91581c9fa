import { z } from "zod";
import { AzureError } from "../../core/errors";
import { isGuid } from "../../core/identifiers";
import type { ArmResource } from "../../core/planes";
import { apiVersions } from "../api-versions";
import { ROLE_ASSIGNMENTS, ROLE_DEFINITIONS } from "../authorization";
import { parseBody } from "../body";
import { isWithin, sameId } from "../resource-id";
import type { ArmContext, ResourceType } from "../resource-type";

const body = z.looseObject({
  properties: z.looseObject({
    roleDefinitionId: z.string(),
    principalId: z.string(),
    principalType: z
      .enum(["User", "Group", "ServicePrincipal", "ForeignGroup", "Device"])
      .nullish(),
    description: z.string().nullish(),
    // Kept without being evaluated, it would permit more here than in Azure.
    condition: z
      .string()
      .max(0, { error: "the local Azure does not evaluate conditions of role assignments" })
      .nullish(),
    conditionVersion: z.string().nullish(),
    delegatedManagedIdentityResourceId: z.string().nullish(),
  }),
});

type Given = z.infer<typeof body>["properties"];

/** Source: azure-rest-api-specs, Microsoft.Authorization/stable/2022-04-01/authorization-RoleAssignmentsCalls.json. */
export const roleAssignments: ResourceType = {
  type: ROLE_ASSIGNMENTS,
  apiVersions: apiVersions(ROLE_ASSIGNMENTS),
  placement: "extension",

  put({ id, name, scope, body: sent, existing, principal }, arm) {
    if (!isGuid(name)) {
      throw new AzureError(
        400,
        "InvalidRoleAssignmentId",
        `The role assignment ID '${name}' is not valid. The role assignment ID must be a GUID.`,
      );
    }
    const given = parseBody(body, sent).properties;
    if (!arm.authorization.role(given.roleDefinitionId)) {
      const role = given.roleDefinitionId.slice(given.roleDefinitionId.lastIndexOf("/") + 1);
      throw new AzureError(
        400,
        "RoleDefinitionDoesNotExist",
        `The specified role definition with ID '${role.replaceAll("-", "")}' does not exist.`,
      );
    }
    checkPrincipal(given, arm);
    checkDuplicate(given, scope, existing, arm);
    const assignment = roleAssignment(id, scope, given, arm.azure.clock.now(), principal.oid);
    if (!existing) return assignment;
    const { createdOn, createdBy } = existing.properties;
    return { ...assignment, properties: { ...assignment.properties, createdOn, createdBy } };
  },

  list({ scope, query }, { inventory }) {
    const filter = query.get("$filter") ?? "";
    const principalId = /(?:principalId eq|assignedTo\()\s*'([^']+)'/i.exec(filter)?.[1];
    const atScope = /atScope\(\)/i.test(filter);
    if (filter !== "" && principalId === undefined && !atScope) {
      throw new AzureError(
        400,
        "UnsupportedQuery",
        `The filter '${filter}' is not supported. Supported filters are either 'atScope()' or 'principalId eq '{value}' or assignedTo('{value}')'.`,
      );
    }
    return inventory.ofType(ROLE_ASSIGNMENTS).filter(({ properties }) => {
      const assigned = properties.scope as string;
      const inScope = isWithin(scope, assigned) || (!atScope && isWithin(assigned, scope));
      return inScope && (principalId === undefined || properties.principalId === principalId);
    });
  },

  notFound: ({ name }) =>
    new AzureError(404, "RoleAssignmentNotFound", `The role assignment '${name}' is not found.`),
};

/** A role assignment as it is stored. */
export function roleAssignment(
  id: string,
  scope: string,
  given: Given,
  now: Date,
  by: string,
): ArmResource {
  const role = given.roleDefinitionId.slice(given.roleDefinitionId.lastIndexOf("/") + 1);
  const subscription = /^\/subscriptions\/[^/]+/i.exec(scope)?.[0] ?? "";
  return {
    id,
    name: id.slice(id.lastIndexOf("/") + 1),
    type: ROLE_ASSIGNMENTS,
    properties: {
      roleDefinitionId: `${subscription}/providers/${ROLE_DEFINITIONS}/${role.toLowerCase()}`,
      principalId: given.principalId.toLowerCase(),
      principalType: given.principalType ?? "ServicePrincipal",
      scope,
      condition: given.condition ?? null,
      conditionVersion: given.conditionVersion ?? null,
      createdOn: now.toISOString(),
      updatedOn: now.toISOString(),
      createdBy: by,
      updatedBy: by,
      delegatedManagedIdentityResourceId: given.delegatedManagedIdentityResourceId ?? null,
      description: given.description ?? null,
    },
  };
}

/**
 * A principal that was just made may not have arrived where roles are assigned: who says what kind it is
 * is believed. Of one that is known, the kind has to be right; here all of them are service principals.
 *
 * Source: https://learn.microsoft.com/azure/role-based-access-control/troubleshooting (PrincipalNotFound);
 * Azure/modern-web-app-pattern-dotnet pull request 129 (UnmatchedPrincipalType, with Azure's own spelling).
 */
function checkPrincipal(given: Given, { authorization, azure }: ArmContext): void {
  const kind = given.principalType ?? undefined;
  if (authorization.principalExists(given.principalId)) {
    if (kind === undefined || kind === "ServicePrincipal") return;
    throw new AzureError(
      400,
      "UnmatchedPrincipalType",
      `The PrincipalId '${given.principalId.replaceAll("-", "")}' has type 'ServicePrincipal' , which is ` +
        `different from specified PrinciaplType '${kind}'.`,
    );
  }
  if (kind !== undefined) return;
  throw new AzureError(
    400,
    "PrincipalNotFound",
    `Principal ${given.principalId.replaceAll("-", "")} does not exist in the directory ${azure.tenantId}. ` +
      "Check that you have the correct principal ID. If you are creating this principal and then " +
      "immediately assigning a role, this error might be related to a replication delay. In this case, set " +
      "the role assignment principalType property to a value, such as ServicePrincipal, User, or Group. " +
      "See https://aka.ms/docs-principaltype",
  );
}

function checkDuplicate(
  given: Given,
  scope: string,
  existing: ArmResource | undefined,
  { inventory }: ArmContext,
): void {
  const role = given.roleDefinitionId.slice(given.roleDefinitionId.lastIndexOf("/") + 1);
  const same = ({ properties }: ArmResource) =>
    sameId(properties.scope as string, scope) &&
    sameId(properties.principalId as string, given.principalId) &&
    (properties.roleDefinitionId as string).toLowerCase().endsWith(`/${role.toLowerCase()}`);
  if (existing) {
    if (same(existing)) return;
    throw new AzureError(
      409,
      "RoleAssignmentUpdateNotPermitted",
      "Tenant ID, application ID, principal ID, and scope are not allowed to be updated.",
    );
  }
  const duplicate = inventory.ofType(ROLE_ASSIGNMENTS).find(same);
  if (duplicate) {
    throw new AzureError(
      409,
      "RoleAssignmentExists",
      `The role assignment already exists. The ID of the existing role assignment is ${duplicate.name.replaceAll("-", "")}.`,
    );
  }
}
