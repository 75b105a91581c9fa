import { kinds } from "./kinds";
import { apiVersionOf, type Kind } from "./kinds/kind";

/** The resources that exist only as a request: no object is kept. */
const REVIEWS = [
  { group: "authentication.k8s.io", plural: "selfsubjectreviews", kind: "SelfSubjectReview" },
  {
    group: "authorization.k8s.io",
    plural: "selfsubjectaccessreviews",
    kind: "SelfSubjectAccessReview",
  },
  {
    group: "authorization.k8s.io",
    plural: "selfsubjectrulesreviews",
    kind: "SelfSubjectRulesReview",
  },
] as const;

const REVIEW_VERSION = "v1";

export const isReview = (group: string, version: string, plural: string): boolean =>
  version === REVIEW_VERSION &&
  REVIEWS.some((review) => review.group === group && review.plural === plural);

/** The groups beside the core group, each with its one version. */
const groups = (): readonly { readonly group: string; readonly version: string }[] => {
  const named = [...kinds, ...REVIEWS.map(({ group }) => ({ group, version: REVIEW_VERSION }))];
  const versions = new Map(named.map(({ group, version }) => [group, version]));
  versions.delete("");
  return [...versions].map(([group, version]) => ({ group, version }));
};

const apiGroup = ({ group, version }: { readonly group: string; readonly version: string }) => {
  const preferredVersion = { groupVersion: `${group}/${version}`, version };
  return { name: group, versions: [preferredVersion], preferredVersion };
};

const resourcesOf = (kind: Kind) => [
  {
    name: kind.plural,
    singularName: kind.singular,
    namespaced: kind.namespaced,
    kind: kind.kind,
    verbs: kind.verbs,
    ...(kind.shortNames.length > 0 && { shortNames: kind.shortNames }),
    ...(kind.categories && { categories: kind.categories }),
  },
  ...(kind.subresources ?? []).map(({ name, kind: subKind, verbs }) => ({
    name: `${kind.plural}/${name}`,
    singularName: "",
    namespaced: kind.namespaced,
    kind: subKind,
    verbs,
    ...(subKind === "TokenRequest" && { group: "authentication.k8s.io", version: "v1" }),
  })),
];

const resourceList = (group: string, version: string) => ({
  kind: "APIResourceList",
  apiVersion: "v1",
  groupVersion: apiVersionOf({ group, version }),
  resources: [
    ...kinds
      .filter((kind) => kind.group === group && kind.version === version)
      .flatMap(resourcesOf),
    ...REVIEWS.filter((review) => review.group === group).map(({ plural, kind }) => ({
      name: plural,
      singularName: kind.toLowerCase(),
      namespaced: false,
      kind,
      verbs: ["create"],
    })),
  ],
});

/**
 * OpenAPI v3, as far as kubectl asks for it before it lets the server validate an object: that every
 * request that changes something takes `fieldValidation`. The schemas themselves are not here, so that
 * `kubectl explain` has nothing to show.
 *
 * Source: k8s.io/cli-runtime/pkg/resource/query_param_verifier_v3.go.
 */
const openApiPaths = (group: string, version: string) => {
  const prefix = group === "" ? `/api/${version}` : `/apis/${group}/${version}`;
  const operation = ({ kind }: Kind) => ({
    parameters: [{ name: "fieldValidation", in: "query", schema: { type: "string" } }],
    "x-kubernetes-group-version-kind": { group, version, kind },
    responses: {},
  });
  return Object.fromEntries<unknown>(
    kinds
      .filter((kind) => kind.group === group && kind.version === version)
      .flatMap((kind) => {
        const base = kind.namespaced ? `${prefix}/namespaces/{namespace}` : prefix;
        return [
          [`${base}/${kind.plural}`, { post: operation(kind) }],
          [`${base}/${kind.plural}/{name}`, { put: operation(kind), patch: operation(kind) }],
        ];
      }),
  );
};

/**
 * What the API server says about itself.
 *
 * @param gitVersion - The cluster's version, with a leading `v`.
 * @returns Nothing when the path is not one of discovery.
 */
export const discover = (path: string, gitVersion: string, server: string): unknown => {
  const [major, minor] = gitVersion.slice(1).split(".");
  if (path === "/version") {
    return {
      major,
      minor,
      gitVersion,
      gitCommit: "",
      gitTreeState: "clean",
      buildDate: "1970-01-01T00:00:00Z",
      goVersion: "",
      compiler: "gc",
      platform: "linux/amd64",
    };
  }
  if (path === "/api") {
    return {
      kind: "APIVersions",
      versions: ["v1"],
      serverAddressByClientCIDRs: [
        { clientCIDR: "0.0.0.0/0", serverAddress: new URL(server).host },
      ],
    };
  }
  if (path === "/apis") {
    return { kind: "APIGroupList", apiVersion: "v1", groups: groups().map(apiGroup) };
  }
  if (path === "/api/v1") return resourceList("", "v1");
  if (path === "/openapi/v3") {
    const documents = [
      "api/v1",
      ...groups().map(({ group, version }) => `apis/${group}/${version}`),
    ];
    return {
      paths: Object.fromEntries(
        documents.map((name) => [name, { serverRelativeURL: `/openapi/v3/${name}` }]),
      ),
    };
  }
  for (const { group, version } of [{ group: "", version: "v1" }, ...groups()]) {
    const root = group === "" ? `/api/${version}` : `/apis/${group}/${version}`;
    if (path === root) return resourceList(group, version);
    if (group !== "" && path === `/apis/${group}`) {
      return { kind: "APIGroup", apiVersion: "v1", ...apiGroup({ group, version }) };
    }
    if (path === `/openapi/v3${root}`) {
      return {
        openapi: "3.0.0",
        info: { title: "Kubernetes", version: gitVersion },
        paths: openApiPaths(group, version),
        components: { schemas: {} },
      };
    }
  }
  return undefined;
};
