/** What a role definition permits on data: one entry of its `permissions`. */
export interface RolePermission {
  readonly dataActions?: readonly string[];
  readonly notDataActions?: readonly string[];
}

/**
 * Whether the permissions of one role allow a data action. `*` stands for any text, and case does not count.
 *
 * Source: https://learn.microsoft.com/azure/role-based-access-control/role-definitions#dataactions
 */
export function permits(permissions: readonly RolePermission[], dataAction: string): boolean {
  return permissions.some(
    ({ dataActions = [], notDataActions = [] }) =>
      dataActions.some((pattern) => matches(pattern, dataAction)) &&
      !notDataActions.some((pattern) => matches(pattern, dataAction)),
  );
}

function matches(pattern: string, action: string): boolean {
  const expression = pattern
    .split("*")
    .map((text) => text.replace(/[.+?^${}()|[\]\\]/g, "\\$&"))
    .join(".*");
  return new RegExp(`^${expression}$`, "i").test(action);
}
