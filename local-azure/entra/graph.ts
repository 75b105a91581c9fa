import { Hono } from "hono";
import { AzureError } from "../core/errors";
import type { LocalAzure } from "../core/planes";
import type { AccessTokens } from "./access-token";
import type { Directory, ServicePrincipal } from "./directory";

/**
 * What clients of Azure ask Microsoft Graph for: whom a role assignment's ids belong to.
 *
 * Source: https://learn.microsoft.com/graph/api/directoryobject-getbyids and serviceprincipal-list; Azure/azure-cli,
 * command_modules/role/custom.py (what `az role assignment` asks).
 */
export function createGraph(
  azure: Pick<LocalAzure, "origin">,
  directory: Directory,
  tokens: AccessTokens,
): Hono {
  const routes = new Hono();
  const audiences = [
    "https://graph.microsoft.com",
    "https://graph.microsoft.com/",
    azure.origin,
    `${azure.origin}/`,
  ];
  const base = `${azure.origin}/v1.0/$metadata#`;

  routes.use("/v1.0/*", async (c, next) => {
    await tokens.verify(c.req.header("authorization"), audiences);
    await next();
  });
  routes.post("/v1.0/directoryObjects/getByIds", async (c) => {
    const { ids = [] } = await c.req.json<{ ids?: string[] }>();
    const wanted = new Set(ids.map((id) => id.toLowerCase()));
    const value = directory
      .servicePrincipals()
      .filter(({ objectId }) => wanted.has(objectId))
      .map((principal) => ({
        "@odata.type": "#microsoft.graph.servicePrincipal",
        ...servicePrincipal(principal),
      }));
    return c.json({ "@odata.context": `${base}directoryObjects`, value });
  });
  routes.get("/v1.0/servicePrincipals", (c) => {
    const filter = c.req.query("$filter");
    const value = directory
      .servicePrincipals()
      .filter((principal) => filter === undefined || matches(principal, filter))
      .map(servicePrincipal);
    return c.json({ "@odata.context": `${base}servicePrincipals`, value });
  });
  routes.get("/v1.0/servicePrincipals/:id", (c) => {
    const id = c.req.param("id").toLowerCase();
    const found = directory.servicePrincipals().find(({ objectId }) => objectId === id);
    if (found) {
      return c.json({
        "@odata.context": `${base}servicePrincipals/$entity`,
        ...servicePrincipal(found),
      });
    }
    throw new AzureError(
      404,
      "Request_ResourceNotFound",
      `Resource '${c.req.param("id")}' does not exist or one of its queried reference-property objects are not present.`,
    );
  });
  // Nothing else may be read or changed without a permission of Graph, which nobody has here.
  routes.all("/v1.0/*", () => {
    throw new AzureError(
      403,
      "Authorization_RequestDenied",
      "Insufficient privileges to complete the operation.",
    );
  });
  return routes;
}

function matches(principal: ServicePrincipal, filter: string): boolean {
  const [, field, value = ""] =
    /^(appId|id|displayName|servicePrincipalNames\/any\(\w+:\w+) eq '([^']*)'\)?$/.exec(filter) ??
    [];
  switch (field) {
    case undefined:
      throw new AzureError(
        400,
        "Request_UnsupportedQuery",
        `Unsupported or invalid query filter clause specified: '${filter}'.`,
      );
    case "id":
      return principal.objectId === value.toLowerCase();
    case "displayName":
      return principal.displayName.toLowerCase() === value.toLowerCase();
    default:
      return principal.clientId === value.toLowerCase();
  }
}

function servicePrincipal({ objectId, clientId, displayName, type }: ServicePrincipal) {
  return {
    id: objectId,
    accountEnabled: true,
    appId: clientId,
    appDisplayName: displayName,
    displayName,
    servicePrincipalNames: [clientId],
    servicePrincipalType: type,
  };
}
