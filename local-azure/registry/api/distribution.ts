import { Hono } from "hono";
import type { ImageStore } from "../image-store";
import { failure, page, unknownRepository } from "./answers";
import type { Guard } from "./guard";

/**
 * What a registry lists by the OCI distribution specification. Its registry stands before or behind `/v2`: a
 * client of the registry's own address, or of an image's name.
 *
 * Source: https://github.com/opencontainers/distribution-spec/blob/main/spec.md
 */
export const distributionRoutes = (store: ImageStore, guarded: Guard): Hono => {
  const routes = new Hono();

  // An image's name has its registry in the path, so that nothing is known of it when a client asks for this.
  routes.get("/v2/", (context) => context.json({}, 200, VERSION));
  const base = guarded(
    () => undefined,
    (context) => context.json({}, 200, VERSION),
  );
  routes.get("/:registry/v2", base);
  routes.get("/:registry/v2/", base);

  const catalog = guarded(
    () => "registry:catalog:*",
    (context, registry) => {
      const names = store.repositories(registry.name);
      const { shown, headers } = page(context, names, (name) => name);
      return context.json({ repositories: shown }, 200, headers);
    },
  );
  routes.get("/v2/:registry/_catalog", catalog);
  routes.get("/:registry/v2/_catalog", catalog);

  const tagList = guarded(
    (context) => `repository:${context.req.param("repository") ?? ""}:pull`,
    (context, registry) => {
      const name = context.req.param("repository") ?? "";
      const tags = store.tags(registry.name, name).map(({ tag }) => tag);
      if (tags.length === 0) return unknownRepository(name);
      const { shown, headers } = page(context, tags, (tag) => tag);
      return context.json({ name, tags: shown }, 200, headers);
    },
  );
  routes.get("/v2/:registry/:repository{.+}/tags/list", tagList);
  routes.get("/:registry/v2/:repository{.+}/tags/list", tagList);

  // Images are folders here: no manifests and layers exist that a container engine could pull.
  const content = () =>
    failure(
      405,
      "UNSUPPORTED",
      "The local Azure keeps images as folders: manifests and blobs cannot be pulled or pushed. Pods of its clusters run them.",
    );
  for (const base of ["/v2/:registry", "/:registry/v2"]) {
    routes.all(`${base}/:content{.+/(?:manifests|blobs)/.*}`, content);
  }
  return routes;
};

const VERSION = { "docker-distribution-api-version": "registry/2.0" };
