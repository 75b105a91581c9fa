import { isPermitted, type User } from "./authentication";
import { forbidden } from "./status";

const SERVICE_ACCOUNT = /^system:serviceaccount:([^:]+):[^:]+$/;

/**
 * Who a request is made as: another user, when its headers say so (`kubectl --as`).
 *
 * Source: k8s.io/apiserver/pkg/endpoints/filters/impersonation.go;
 * https://kubernetes.io/docs/reference/access-authn-authz/authentication/#user-impersonation
 *
 * @throws StatusError 403 when the user may not impersonate.
 */
export const impersonate = (user: User, headers: Headers): User => {
  const name = headers.get("impersonate-user");
  const groups = (headers.get("impersonate-group") ?? "")
    .split(",")
    .map((group) => group.trim())
    .filter((group) => group !== "");
  if (name === null) return user;
  if (!isPermitted(user, { verb: "impersonate", group: "", plural: "users", name })) {
    throw forbidden(
      { group: "", plural: "users" },
      name,
      `User "${user.name}" cannot impersonate resource "users" in API group "" at the cluster scope`,
    );
  }
  const namespace = SERVICE_ACCOUNT.exec(name)?.[1];
  const ofAccount =
    namespace === undefined || groups.length > 0
      ? []
      : ["system:serviceaccounts", `system:serviceaccounts:${namespace}`];
  return { name, groups: [...groups, ...ofAccount, "system:authenticated"] };
};
