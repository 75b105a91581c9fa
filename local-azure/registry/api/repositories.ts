import { Hono, type Context } from "hono";
import type { LocalAzure } from "../../core/planes";
import type { ImageStore, KeptManifest, TagRecord } from "../image-store";
import { failure, page, unknownRepository } from "./answers";
import type { Guard } from "./guard";

const ATTRIBUTES = {
  deleteEnabled: true,
  listEnabled: true,
  readEnabled: true,
  writeEnabled: true,
};

/**
 * The registry's own API: repositories with their tags and manifests, read only.
 *
 * Source: azure-rest-api-specs, containerregistry/data-plane (Azure.ContainerRegistry, 2021-07-01).
 */
export const repositoryRoutes = (azure: LocalAzure, store: ImageStore, guarded: Guard): Hono => {
  const routes = new Hono();
  const repositoryOf = (context: Context) => context.req.param("repository") ?? "";

  /** What a repository is asked for, once it is known to have something. */
  const ofRepository = (
    answer: (
      context: Context,
      tags: readonly TagRecord[],
      head: { readonly registry: string; readonly imageName: string },
      registryName: string,
    ) => Response,
  ) =>
    guarded(
      (context) => `repository:${repositoryOf(context)}:metadata_read`,
      (context, { name: registryName }) => {
        const imageName = repositoryOf(context);
        const tags = store.tags(registryName, imageName);
        if (tags.length === 0) return unknownRepository(imageName);
        const registry = azure.registry.loginServer(registryName);
        return answer(context, tags, { registry, imageName }, registryName);
      },
    );

  routes.get(
    "/:registry/acr/v1/_catalog",
    guarded(
      () => "registry:catalog:*",
      (context, registry) => {
        const names = store.repositories(registry.name);
        const { shown, headers } = page(context, names, (name) => name);
        return context.json({ repositories: shown }, 200, headers);
      },
    ),
  );

  routes.get(
    "/:registry/acr/v1/:repository{.+}/_tags",
    ofRepository((context, all, head) => {
      const digest = context.req.query("digest");
      const tags = all.filter((tag) => digest === undefined || tag.digest === digest);
      const more: Record<string, string> = digest === undefined ? {} : { digest };
      const { shown, headers } = page(context, tags, ({ tag }) => tag, more);
      return context.json({ ...head, tags: shown.map(tagBody) }, 200, headers);
    }),
  );
  routes.get(
    "/:registry/acr/v1/:repository{.+}/_tags/:tag",
    ofRepository((context, tags, head) => {
      const tag = tags.find((entry) => entry.tag === context.req.param("tag"));
      if (!tag) return failure(404, "TAG_UNKNOWN", "the specified tag does not exist");
      return context.json({ ...head, tag: tagBody(tag) });
    }),
  );
  routes.get(
    "/:registry/acr/v1/:repository{.+}/_manifests",
    ofRepository((context, _, head, registryName) => {
      const manifests = store.manifests(registryName, head.imageName);
      const { shown, headers } = page(context, manifests, ({ digest }) => digest);
      return context.json({ ...head, manifests: shown.map(manifestBody) }, 200, headers);
    }),
  );
  routes.get(
    "/:registry/acr/v1/:repository{.+}/_manifests/:digest",
    ofRepository((context, _, head, registryName) => {
      const manifest = store
        .manifests(registryName, head.imageName)
        .find(({ digest }) => digest === context.req.param("digest"));
      if (!manifest) {
        return failure(404, "MANIFEST_UNKNOWN", "the specified manifest does not exist");
      }
      return context.json({ ...head, manifest: manifestBody(manifest) });
    }),
  );
  routes.get(
    "/:registry/acr/v1/:repository{.+}",
    ofRepository((context, tags, head, registryName) =>
      context.json({
        ...head,
        createdTime: tags.map(({ createdTime }) => createdTime).sort()[0],
        lastUpdateTime: tags
          .map(({ lastUpdateTime }) => lastUpdateTime)
          .sort()
          .at(-1),
        manifestCount: store.manifests(registryName, head.imageName).length,
        tagCount: tags.length,
        changeableAttributes: ATTRIBUTES,
      }),
    ),
  );
  for (const method of ["DELETE", "PATCH"]) {
    routes.on(method, "/:registry/acr/v1/*", () =>
      failure(405, "UNSUPPORTED", "The local Azure's registries are changed by their tasks only."),
    );
  }
  return routes;
};

const tagBody = ({ tag, digest, createdTime, lastUpdateTime }: TagRecord) => ({
  name: tag,
  digest,
  createdTime,
  lastUpdateTime,
  signed: false,
  changeableAttributes: ATTRIBUTES,
});

const manifestBody = ({ digest, size, createdTime, lastUpdateTime, tags }: KeptManifest) => ({
  digest,
  imageSize: size,
  createdTime,
  lastUpdateTime,
  architecture: "amd64",
  os: "linux",
  mediaType: "application/vnd.oci.image.manifest.v1+json",
  configMediaType: "application/vnd.oci.image.config.v1+json",
  tags,
  changeableAttributes: ATTRIBUTES,
});
