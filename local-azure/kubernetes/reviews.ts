import { isPermitted, type User } from "./authentication";

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
