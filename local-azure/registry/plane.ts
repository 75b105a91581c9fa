import type { LocalAzure, RegistryPlane } from "../core/planes";
import { findRegistry, mayPull, RegistryAccess } from "./access";
import { createDataPlane } from "./data-plane";
import { parseImageReference } from "./image-reference";
import { ImageStore } from "./image-store";
import { Run } from "./run";
import { SourceUploads } from "./source-uploads";

/**
 * Container registries: builds, images, and the list of them.
 *
 * @param allowFileContexts - Let a build's context be a git repository of this machine; @default false
 */
export const createRegistryPlane = (
  azure: LocalAzure,
  { allowFileContexts = false }: { readonly allowFileContexts?: boolean } = {},
): RegistryPlane => {
  const store = new ImageStore(azure.store, azure.workDirectory);
  const uploads = new SourceUploads(azure);
  const running = new Set<Run>();
  const { host } = new URL(azure.origin);
  // In lower case, as Azure's are: an image's name has no other.
  const loginServer = (registryName: string) => `${host}/${registryName.toLowerCase()}`;

  const routes = createDataPlane(azure, store, new RegistryAccess(azure));
  routes.route("/", uploads.routes);

  return {
    routes,
    loginServer,
    pullImage: (reference, principalId) => {
      // The words of containerd, which a kubelet repeats in its events.
      const refuse = (reason: string) =>
        new Error(`failed to pull and unpack image "${reference}": ${reason}`);
      const { host: asked, path, tag, digest } = parseImageReference(reference);
      const [registryName = "", ...repository] = path.split("/");
      if (asked !== host) {
        throw refuse(
          `failed to resolve reference "${reference}": the local Azure pulls from its own registries only (${host}/<registry>/<repository>:<tag>)`,
        );
      }
      const registry = findRegistry(azure, registryName);
      if (!registry)
        throw refuse(`failed to resolve reference "${reference}": ${reference}: not found`);
      if (!mayPull(azure, registry, principalId)) {
        throw refuse(
          `failed to resolve reference "${reference}": failed to authorize: failed to fetch anonymous token: unexpected status from GET request to https://${loginServer(registry.name)}/oauth2/token?scope=repository%3A${encodeURIComponent(repository.join("/"))}%3Apull&service=${loginServer(registry.name)}: 401 Unauthorized`,
        );
      }
      const image = store.find(registryName, repository.join("/"), { tag, digest });
      if (!image)
        throw refuse(`failed to resolve reference "${reference}": ${reference}: not found`);
      return image;
    },
    startRun: (request) => {
      const run = new Run(azure, store, request, {
        loginServer: loginServer(request.registryName),
        allowFileContexts,
        uploads,
      });
      running.add(run);
      void run.ended.then(() => running.delete(run));
      return run;
    },
    createSourceUpload: (registryName) => uploads.create(registryName),
    repositories: (registryName) => store.repositories(registryName),
    deleteRegistry: (registryName) => store.deleteRegistry(registryName),
    close: async () => {
      for (const run of running) run.cancel();
      await Promise.all([...running].map(({ ended }) => ended));
    },
  };
};
