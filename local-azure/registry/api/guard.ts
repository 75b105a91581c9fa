import type { Context } from "hono";
import type { ArmResource, LocalAzure } from "../../core/planes";
import { findRegistry, type RegistryAccess } from "../access";
import { failure } from "./answers";

/** Lets a request to a registry through to its handler, or answers it with a challenge. */
export type Guard = (
  scopeOf: (context: Context) => string | undefined,
  handle: (context: Context, registry: ArmResource) => Response,
) => (context: Context) => Response;

/**
 * Source: https://github.com/Azure/acr/blob/main/docs/AAD-OAuth.md
 *
 * @returns A guard; its handlers ask for a scope, or for no more than a token of the registry.
 */
export const createGuard =
  (azure: LocalAzure, access: RegistryAccess): Guard =>
  (scopeOf, handle) =>
  (context) => {
    const registry = findRegistry(azure, context.req.param("registry") ?? "");
    if (!registry) return failure(404, "NAME_UNKNOWN", "the registry is not known here");
    const scope = scopeOf(context);
    if (access.grants(registry, context.req.header("authorization"), scope)) {
      return handle(context, registry);
    }
    // The service is the login server; clients that drop the realm's path still say so which registry they mean.
    const service = azure.registry.loginServer(registry.name);
    const challenge = [
      `realm="https://${service}/oauth2/token"`,
      `service="${service}"`,
      ...(scope === undefined ? [] : [`scope="${scope}"`]),
    ].join(",");
    return failure(
      401,
      "UNAUTHORIZED",
      "authentication required, visit https://aka.ms/acr/authorization for more information.",
      null,
      { "www-authenticate": `Bearer ${challenge}` },
    );
  };
