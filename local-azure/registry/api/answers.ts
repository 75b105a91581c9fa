import type { Context } from "hono";

/** The error form of the OCI distribution specification, which the registry's own API uses too. */
export const failure = (
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

const DEFAULT_PAGE = 100;

/**
 * A page of a sorted list, and how a client gets the one that follows: `last` is the last name that it has
 * seen, `n` how many it wants.
 *
 * Source: https://github.com/opencontainers/distribution-spec/blob/main/spec.md#content-discovery
 *
 * @param more - Parameters of the query that the following page needs as well.
 */
export const page = <T>(
  context: Context,
  entries: readonly T[],
  nameOf: (entry: T) => string,
  more: Readonly<Record<string, string>> = {},
): { shown: T[]; headers: Record<string, string> } => {
  const after = context.req.query("last") ?? "";
  const asked = Number(context.req.query("n") ?? DEFAULT_PAGE);
  const limit = Number.isInteger(asked) && asked > 0 ? asked : DEFAULT_PAGE;
  const rest = entries.filter((entry) => nameOf(entry) > after);
  const shown = rest.slice(0, limit);
  const last = shown.at(-1);
  if (last === undefined || shown.length === rest.length) return { shown, headers: {} };
  // Azure's own clients put the link behind the login server, which has the registry in its path here.
  const path = new URL(context.req.url).pathname.replace(/^\/(?!v2\/)[^/]+/, "");
  const query = new URLSearchParams({ last: nameOf(last), n: String(limit), ...more });
  return { shown, headers: { link: `<${path}?${query.toString()}>; rel="next"` } };
};

export const unknownRepository = (name: string): Response =>
  failure(404, "NAME_UNKNOWN", "repository name not known to registry", { name });
