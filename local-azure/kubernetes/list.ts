import type { KubernetesObject } from "../core/planes";
import { presentList, type TableOptions } from "./representation";
import { badRequest } from "./status";
import type { Target } from "./verbs";

/** Where a list goes on: after this namespace and name. */
interface Continue {
  readonly after: string;
}

const keyOf = ({ metadata }: KubernetesObject) => `${metadata.namespace ?? ""}/${metadata.name}`;

const decodeContinue = (token: string): Continue => {
  try {
    return JSON.parse(Buffer.from(token, "base64url").toString()) as Continue;
  } catch {
    throw badRequest("continue key is not valid: the token is not one of this server");
  }
};

/**
 * Source: https://kubernetes.io/docs/reference/using-api/api-concepts/#retrieving-large-results-sets-in-chunks
 */
export const list = (
  { cluster, kind, namespace }: Target,
  {
    matches,
    table,
    query,
  }: {
    readonly matches: (object: KubernetesObject) => boolean;
    readonly table: TableOptions;
    readonly query: URLSearchParams;
  },
): unknown => {
  const token = query.get("continue") ?? "";
  const after = token === "" ? "" : decodeContinue(token).after;
  const found = cluster.objects
    .list(kind.plural, namespace)
    .filter((object) => keyOf(object) > after && matches(object));
  const limit = Number(query.get("limit") ?? 0) || found.length;
  const page = found.slice(0, limit);
  const last = page.at(-1);
  const more = found.length - page.length;
  const metadata = {
    resourceVersion: String(cluster.objects.resourceVersion),
    ...(more > 0 &&
      last && {
        continue: Buffer.from(JSON.stringify({ after: keyOf(last) })).toString("base64url"),
        remainingItemCount: more,
      }),
  };
  return presentList(kind, page, table, metadata);
};
