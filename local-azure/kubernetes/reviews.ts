import { isAdministrator, isPermitted, type User } from "./authentication";

interface AccessReview {
  spec?: {
    resourceAttributes?: {
      verb?: string;
      group?: string;
      resource?: string;
      subresource?: string;
      namespace?: string;
      name?: string;
    };
  };
}

const EVERYTHING = {
  resourceRules: [{ verbs: ["*"], apiGroups: ["*"], resources: ["*"] }],
  nonResourceRules: [{ verbs: ["*"], nonResourceURLs: ["*"] }],
};

/** The roles `system:basic-user` and `system:discovery`. */
const OPEN_TO_ALL = {
  resourceRules: [
    {
      verbs: ["create"],
      apiGroups: ["authorization.k8s.io"],
      resources: ["selfsubjectaccessreviews", "selfsubjectrulesreviews"],
    },
    { verbs: ["create"], apiGroups: ["authentication.k8s.io"], resources: ["selfsubjectreviews"] },
  ],
  nonResourceRules: [
    {
      verbs: ["get"],
      nonResourceURLs: [
        "/api",
        "/api/*",
        "/apis",
        "/apis/*",
        "/healthz",
        "/livez",
        "/openapi",
        "/openapi/*",
        "/readyz",
        "/version",
        "/version/",
      ],
    },
  ],
};

/** What `kubectl auth whoami` and `kubectl auth can-i` ask. */
export const review = (plural: string, user: User, body: unknown, now: string): unknown => {
  if (plural === "selfsubjectreviews") {
    return {
      kind: "SelfSubjectReview",
      apiVersion: "authentication.k8s.io/v1",
      metadata: { creationTimestamp: now },
      status: { userInfo: { username: user.name, groups: user.groups } },
    };
  }
  if (plural === "selfsubjectrulesreviews") {
    return {
      kind: "SelfSubjectRulesReview",
      apiVersion: "authorization.k8s.io/v1",
      metadata: {},
      spec: {},
      status: { ...(isAdministrator(user) ? EVERYTHING : OPEN_TO_ALL), incomplete: false },
    };
  }
  const { spec = {} } = body as AccessReview;
  const { verb = "", group = "", resource = "", ...where } = spec.resourceAttributes ?? {};
  return {
    kind: "SelfSubjectAccessReview",
    apiVersion: "authorization.k8s.io/v1",
    metadata: {},
    spec,
    status: { allowed: isPermitted(user, { verb, group, plural: resource, ...where }) },
  };
};
