import { Hono, type Context } from "hono";
import { AzureError } from "../core/errors";
import type { ArmResource, LocalAzure } from "../core/planes";
import { findRegistry, type RegistryAccess } from "./access";
import type { ImageStore } from "./image-store";

const CATALOG = "registry:catalog:*";

/** The error form of the OCI distribution specification, which the registry's own API uses too. */
const failure = (
  status: 400 | 401 | 404 | 405,
  code: string,
  message: string,
  detail: unknown = null,
  headers: Record<string, string> = {},
) =>
  Response.json(
    { errors: [{ code, message, detail }] },
    { status, headers: { "docker-distribution-api-version": "registry/2.0", ...headers } },
  );

/** Pages: `last` is the last name that the client has seen, `n` how many it wants. */
const page = <T>(context: Context, entries: readonly T[], nameOf: (entry: T) => string): T[] => {
  const last = context.req.query("last") ?? "";
  const limit = Number(context.req.query("n") ?? 100);
  return entries.filter((entry) => nameOf(entry) > last).slice(0, limit);
};

/** How a client gets the following page. */
const linkHeader = (
  context: Context,
  shown: readonly string[],
  all: readonly string[],
): Record<string, string> => {
  const last = shown.at(-1);
  if (last === undefined || last === all.at(-1)) return {};
  const { pathname } = new URL(context.req.url);
  const query = new URLSearchParams({ last, n: context.req.query("n") ?? "100" });
  return { link: `<${pathname}?${query.toString()}>; rel="next"` };
};

/**
 * The list of repositories and tags, and the tokens for it.
 *
 * Source: https://learn.microsoft.com/rest/api/containerregistry/ (data plane), and for the challenge
 * https://github.com/Azure/acr/blob/main/docs/AAD-OAuth.md
 */
export const createDataPlane = (
  azure: LocalAzure,
  store: ImageStore,
  access: RegistryAccess,
): Hono => {
  const routes = new Hono();

  /** Answers with a challenge unless the request may; `handle` is told the registry. */
  const guarded =
    (
      scopeOf: (context: Context) => string,
      handle: (context: Context, registry: ArmResource) => Response,
    ) =>
    (context: Context): Response => {
      const registry = findRegistry(azure, context.req.param("registry") ?? "");
      if (!registry) return failure(404, "NAME_UNKNOWN", "the registry is not known here");
      const scope = scopeOf(context);
      if (access.grants(registry, context.req.header("authorization"), scope)) {
        return handle(context, registry);
      }
      // The service is the login server; clients that drop the realm's path still say so which registry they mean.
      const service = `${new URL(azure.origin).host}/${registry.name}`;
      const challenge =
        `Bearer realm="${azure.origin}/${registry.name}/oauth2/token",service="${service}"` +
        (scope === "" ? "" : `,scope="${scope}"`);
      return failure(
        401,
        "UNAUTHORIZED",
        "authentication required, visit https://aka.ms/acr/authorization for more information.",
        null,
        { "www-authenticate": challenge },
      );
    };

  const base = guarded(
    () => "",
    (context) => context.json({}),
  );
  routes.get("/:registry/v2", base);
  routes.get("/:registry/v2/", base);

  const catalog = guarded(
    () => CATALOG,
    (context, registry) => {
      const all = store.repositories(registry.name);
      const shown = page(context, all, (name) => name);
      return context.json({ repositories: shown }, 200, linkHeader(context, shown, all));
    },
  );
  routes.get("/v2/:registry/_catalog", catalog);
  routes.get("/:registry/v2/_catalog", catalog);
  routes.get("/:registry/acr/v1/_catalog", catalog);

  const repositoryOf = (context: Context) => context.req.param("repository") ?? "";
  const metadataScope = (context: Context) => `repository:${repositoryOf(context)}:metadata_read`;
  const pullScope = (context: Context) => `repository:${repositoryOf(context)}:pull`;
  const unknown = (name: string) =>
    failure(404, "NAME_UNKNOWN", "repository name not known to registry", { name });

  const tagList = guarded(pullScope, (context, registry) => {
    const name = repositoryOf(context);
    const all = store.tags(registry.name, name).map(({ tag }) => tag);
    if (all.length === 0) return unknown(name);
    const shown = page(context, all, (tag) => tag);
    return context.json({ name, tags: shown }, 200, linkHeader(context, shown, all));
  });
  routes.get("/v2/:registry/:repository{.+}/tags/list", tagList);
  routes.get("/:registry/v2/:repository{.+}/tags/list", tagList);

  const acrTags = guarded(metadataScope, (context, registry) => {
    const name = repositoryOf(context);
    const all = store.tags(registry.name, name);
    if (all.length === 0) return unknown(name);
    const shown = page(context, all, ({ tag }) => tag);
    const attributes = {
      deleteEnabled: true,
      listEnabled: true,
      readEnabled: true,
      writeEnabled: true,
    };
    return context.json(
      {
        registry: `${new URL(azure.origin).host}/${registry.name}`,
        imageName: name,
        tags: shown.map(({ tag, digest, createdTime, lastUpdateTime }) => ({
          name: tag,
          digest,
          createdTime,
          lastUpdateTime,
          signed: false,
          changeableAttributes: attributes,
        })),
      },
      200,
      linkHeader(
        context,
        shown.map(({ tag }) => tag),
        all.map(({ tag }) => tag),
      ),
    );
  });
  routes.get("/:registry/acr/v1/:repository{.+}/_tags", acrTags);

  // Images are folders here: no manifests and layers exist that a container engine could pull.
  routes.all("/v2/:registry/:repository{.+}/:part{manifests|blobs}/:reference{.+}", () =>
    failure(
      405,
      "UNSUPPORTED",
      "The local Azure keeps images as folders: manifests and blobs cannot be pulled or pushed. Pods of its clusters run them.",
    ),
  );

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
    parameters.getAll("scope").flatMap((scope) => scope.split(" "));

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
    return context.json({ access_token: access.accessToken(registry, scopesOf(parameters)) });
  });
  routes.onError((error) => {
    if (!(error instanceof AzureError)) throw error;
    return failure(error.status === 404 ? 404 : 401, error.code, error.message);
  });
  return routes;
};
