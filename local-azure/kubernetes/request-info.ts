/** What a request is about, read from its path alone. */
export type RequestInfo =
  | { readonly type: "discovery"; readonly path: string }
  | {
      readonly type: "resource";
      readonly group: string;
      readonly version: string;
      readonly plural: string;
      readonly namespace?: string;
      readonly name?: string;
      readonly subresource?: string;
    };

/**
 * Parses a path below the API server's root.
 *
 * Source: k8s.io/apiserver/pkg/endpoints/request/requestinfo.go: `/api/v1/...` is the core group,
 * `/apis/<group>/<version>/...` the others; `/namespaces/<name>/<plural>` is a resource in a namespace, and
 * `/namespaces/<name>/status|finalize` a part of the namespace itself.
 */
export const parseRequestPath = (path: string): RequestInfo => {
  const parts = path
    .split("/")
    .filter((part) => part !== "")
    .map(decodeURIComponent);
  const [prefix] = parts;
  const groupParts = prefix === "api" ? 2 : 3;
  if ((prefix !== "api" && prefix !== "apis") || parts.length <= groupParts) {
    return { type: "discovery", path: `/${parts.join("/")}` };
  }
  const group = prefix === "api" ? "" : (parts[1] ?? "");
  const version = parts[groupParts - 1] ?? "";
  const rest = parts.slice(groupParts);
  const inNamespace =
    rest[0] === "namespaces" && rest.length > 2 && rest[2] !== "status" && rest[2] !== "finalize";
  const [plural = "", name, subresource] = inNamespace ? rest.slice(2) : rest;
  return {
    type: "resource",
    group,
    version,
    plural,
    namespace: inNamespace ? rest[1] : undefined,
    name,
    subresource,
  };
};
