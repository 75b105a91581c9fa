import { AzureError } from "../../core/errors";
import type { ArmResource } from "../../core/planes";
import { apiVersions } from "../api-versions";
import { ROLE_DEFINITIONS } from "../authorization";
import { BUILT_IN_ROLES, type RoleDefinition } from "../built-in-roles";
import type { ResourceType } from "../resource-type";

/**
 * The built-in roles, to be read at any scope. Custom roles cannot be made here.
 *
 * Source: azure-rest-api-specs, Microsoft.Authorization/stable/2022-04-01/authorization-RoleDefinitionsCalls.json.
 */
export const roleDefinitions: ResourceType = {
  type: ROLE_DEFINITIONS,
  apiVersions: apiVersions(ROLE_DEFINITIONS),
  placement: "extension",

  find(id) {
    const name = id.slice(id.lastIndexOf("/") + 1).toLowerCase();
    const role = BUILT_IN_ROLES.find((candidate) => candidate.name === name);
    return role && definition(role, id.slice(0, -`/providers/${ROLE_DEFINITIONS}/${name}`.length));
  },

  list({ query, scope }) {
    const filter = query.get("$filter");
    const roleName = /^roleName eq '((?:[^']|'')*)'$/i.exec(filter ?? "")?.[1];
    const known = filter === null || /^(?:atScope\(\)|type eq 'BuiltInRole')$/i.test(filter);
    if (!known && roleName === undefined) {
      throw new AzureError(
        400,
        "UnsupportedQuery",
        `The filter '${filter}' is not supported. Supported filters are either 'atScope()' or 'roleName eq '{value}''.`,
      );
    }
    const wanted = roleName?.replaceAll("''", "'").toLowerCase();
    return BUILT_IN_ROLES.filter(
      (role) => wanted === undefined || role.roleName.toLowerCase() === wanted,
    ).map((role) => definition(role, scope));
  },

  notFound: ({ name }) =>
    new AzureError(
      404,
      "RoleDefinitionDoesNotExist",
      `The specified role definition with ID '${name.replaceAll("-", "")}' does not exist.`,
    ),
};

/** A built-in role has the subscription in its id when it is read below one. */
function definition(role: RoleDefinition, scope: string): ArmResource {
  const subscription = /^\/subscriptions\/[^/]+/i.exec(scope)?.[0] ?? "";
  return {
    id: `${subscription}/providers/${ROLE_DEFINITIONS}/${role.name}`,
    name: role.name,
    type: ROLE_DEFINITIONS,
    properties: {
      roleName: role.roleName,
      type: "BuiltInRole",
      description: role.description,
      assignableScopes: ["/"],
      permissions: role.permissions,
    },
  };
}
