import { Hono } from "hono";
import { AzureError } from "../core/errors";
import type { LocalAzure } from "../core/planes";
import type { RegistryAccess } from "./access";
import { failure } from "./api/answers";
import { distributionRoutes } from "./api/distribution";
import { createGuard } from "./api/guard";
import { repositoryRoutes } from "./api/repositories";
import { tokenRoutes } from "./api/tokens";
import type { ImageStore } from "./image-store";

/** All that the registries answer on their own addresses. */
export const createDataPlane = (
  azure: LocalAzure,
  store: ImageStore,
  access: RegistryAccess,
): Hono => {
  const guarded = createGuard(azure, access);
  const routes = new Hono();
  routes.route("/", distributionRoutes(store, guarded));
  routes.route("/", repositoryRoutes(azure, store, guarded));
  routes.route("/", tokenRoutes(azure, access));
  routes.onError((error) => {
    if (!(error instanceof AzureError)) throw error;
    return failure(error.status === 404 ? 404 : 401, error.code, error.message);
  });
  return routes;
};
