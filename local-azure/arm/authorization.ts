import type { ArmResource } from "../core/planes";
import { stableGuid } from "../core/identifiers";
import type { Store } from "../core/store";
import { BUILT_IN_ROLES, type RoleDefinition } from "./built-in-roles";
import { authorizationFailed } from "./errors";
import type { Inventory } from "./inventory";
import { isWithin } from "./resource-id";

export const ROLE_ASSIGNMENTS = "Microsoft.Authorization/roleAssignments";
export const ROLE_DEFINITIONS = "Microsoft.Authorization/roleDefinitions";

/** Role-based access control. Source: https://learn.microsoft.com/azure/role-based-access-control/overview */
export class Authorization {
  readonly #inventory: Inventory;
  readonly #store: Store;

  constructor(inventory: Inventory, store: Store, subscriptionId: string) {
    this.#inventory = inventory;
    this.#store = store;
    this.#makeOperatorOwner(subscriptionId);
  }

  /** Whether a role assignment at the scope or above it permits an action of Azure Resource Manager. */
  permitsAction(principalId: string, action: string, scope: string): boolean {
    return this.#permits(principalId, action, scope, "control");
  }

  /** @throws AzureError 403 when no role assignment of the principal permits the action. */
  check(principal: { oid: string; appid: string }, action: string, scope: string): void {
    if (!this.permitsAction(principal.oid, action, scope)) {
      throw authorizationFailed(principal, action, scope);
    }
  }

  /** Whether a role assignment at the scope or above it permits an action of a service's own endpoint. */
  permitsDataAction(principalId: string, dataAction: string, scope: string): boolean {
    const plane = ENDPOINT_ACTIONS.test(dataAction) ? "control" : "data";
    return this.#permits(principalId, dataAction, scope, plane);
  }

  /** The role assignments of a principal that hold at a scope. */
  assignments(principalId: string, scope: string): ArmResource[] {
    return this.#inventory
      .ofType(ROLE_ASSIGNMENTS)
      .filter(
        ({ properties }) =>
          (properties.principalId as string).toLowerCase() === principalId.toLowerCase() &&
          isWithin(scope, properties.scope as string),
      );
  }

  /** The role with this definition id, at whatever scope the id was written. */
  role(roleDefinitionId: string): RoleDefinition | undefined {
    const name = roleDefinitionId.slice(roleDefinitionId.lastIndexOf("/") + 1).toLowerCase();
    return BUILT_IN_ROLES.find((role) => role.name === name);
  }

  /** Whether Entra knows a principal: the operator, or an identity of a resource. */
  principalExists(principalId: string): boolean {
    const wanted = principalId.toLowerCase();
    const operators = this.#store.collection<{ objectId: string }>("entra.servicePrincipals");
    return (
      operators.values().some(({ objectId }) => objectId === wanted) ||
      this.#inventory
        .all()
        .some(
          ({ identity, properties }) =>
            identity?.principalId === wanted || properties.principalId === wanted,
        )
    );
  }

  #permits(principalId: string, operation: string, scope: string, plane: "control" | "data") {
    return this.assignments(principalId, scope).some((assignment) => {
      const role = this.role(assignment.properties.roleDefinitionId as string);
      return role !== undefined && allows(role, operation, plane);
    });
  }

  #makeOperatorOwner(subscriptionId: string): void {
    const operator = this.#store
      .collection<{ objectId: string }>("entra.servicePrincipals")
      .get("operator");
    if (!operator) return;
    const scope = `/subscriptions/${subscriptionId}`;
    const name = stableGuid("owner", scope, operator.objectId);
    const id = `${scope}/providers/${ROLE_ASSIGNMENTS}/${name}`;
    if (this.#inventory.has(id)) return;
    const owner = "8e3af657-a8ff-443c-a75c-2fe8c4bcb635";
    this.#inventory.set({
      id,
      name,
      type: ROLE_ASSIGNMENTS,
      properties: {
        roleDefinitionId: `${scope}/providers/${ROLE_DEFINITIONS}/${owner}`,
        principalId: operator.objectId,
        principalType: "ServicePrincipal",
        scope,
      },
    });
  }
}

/**
 * Two services ask at their own endpoints for permissions that are actions, not data actions: a registry for all
 * of them, the Blob service for those of a container.
 *
 * Source: the definitions of the built-in roles AcrPull and Storage Blob Data Reader;
 * https://learn.microsoft.com/rest/api/storageservices/authorize-with-azure-active-directory
 */
const ENDPOINT_ACTIONS =
  /^microsoft\.(?:containerregistry\/registries\/(?:pull|push|artifacts|quarantine|sign)\/|storage\/storageaccounts\/blobservices\/containers\/[a-z]+$)/i;

function allows(role: RoleDefinition, operation: string, plane: "control" | "data"): boolean {
  return role.permissions.some(({ actions, notActions, dataActions, notDataActions }) => {
    const [allowed, excepted] =
      plane === "control" ? [actions, notActions] : [dataActions, notDataActions];
    const among = (patterns: readonly string[]) =>
      patterns.some((pattern) => matches(pattern, operation.toLowerCase()));
    return among(allowed) && !among(excepted);
  });
}

/** `*` stands for any text, slashes included. */
function matches(pattern: string, operation: string): boolean {
  const escaped = pattern.toLowerCase().replace(/[.+?^${}()|[\]\\]/g, "\\$&");
  return new RegExp(`^${escaped.replaceAll("*", ".*")}$`).test(operation);
}
