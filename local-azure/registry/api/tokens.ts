import { Hono, type Context } from "hono";
import { AzureError } from "../../core/errors";
import type { ArmResource, LocalAzure } from "../../core/planes";
import { findRegistry, type RegistryAccess } from "../access";
import { failure } from "./answers";

/**
 * Where a client gets the tokens that a challenge asks for.
 *
 * Source: https://github.com/Azure/acr/blob/main/docs/AAD-OAuth.md
 */
export const tokenRoutes = (azure: LocalAzure, access: RegistryAccess): Hono => {
  const routes = new Hono();
  const form = async (context: Context) => new URLSearchParams(await context.req.text());
  const registryOf = (context: Context, parameters: URLSearchParams): ArmResource => {
    // The Azure CLI asks at the host's root: azure-cli, command_modules/acr/_docker_utils.py.
    const service = parameters.get("service") ?? "";
    const name = context.req.param("registry") ?? service.slice(service.lastIndexOf("/") + 1);
    const registry = findRegistry(azure, name);
    if (!registry) throw new AzureError(404, "NAME_UNKNOWN", "the registry is not known here");
    return registry;
  };
  const scopesOf = (parameters: URLSearchParams) =>
    parameters
      .getAll("scope")
      .flatMap((scope) => scope.split(" "))
      .filter((scope) => scope !== "");

  const exchange = async (context: Context) => {
    const parameters = await form(context);
    const registry = registryOf(context, parameters);
    const accessToken = parameters.get("access_token");
    if (parameters.get("grant_type") !== "access_token" || accessToken === null) {
      return failure(400, "BAD_REQUEST", "grant_type must be access_token, with an access_token");
    }
    return context.json({ refresh_token: await access.exchange(registry, accessToken) });
  };
  routes.post("/:registry/oauth2/exchange", exchange);
  routes.post("/oauth2/exchange", exchange);

  const token = async (context: Context) => {
    const parameters = await form(context);
    const registry = registryOf(context, parameters);
    const refreshToken = parameters.get("refresh_token");
    if (parameters.get("grant_type") !== "refresh_token" || refreshToken === null) {
      return failure(400, "BAD_REQUEST", "grant_type must be refresh_token, with a refresh_token");
    }
    return context.json({
      access_token: access.accessToken(registry, scopesOf(parameters), refreshToken),
    });
  };
  routes.post("/:registry/oauth2/token", token);
  routes.post("/oauth2/token", token);

  routes.get("/:registry/oauth2/token", (context) => {
    const parameters = new URL(context.req.url).searchParams;
    const registry = registryOf(context, parameters);
    return context.json({ access_token: access.anonymousToken(registry, scopesOf(parameters)) });
  });
  return routes;
};
