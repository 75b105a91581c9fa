import { identityOfCertificate } from "./certificates";
import { forbidden, unauthorized } from "./status";

/** Who makes a request. */
export interface User {
  readonly name: string;
  readonly groups: readonly string[];
}

/** The part of `@hono/node-server`'s bindings that tells the client's certificate. */
export interface ConnectionBindings {
  readonly incoming?: { readonly socket: object };
}

export interface Credentials {
  /** PEM: who signs client certificates. */
  readonly certificateAuthority: string;
  /** The user of a bearer token, if the cluster knows the token. */
  readonly userOfToken: (token: string) => User | undefined;
  readonly now: Date;
}

/**
 * The user of a request: by client certificate, else by bearer token. As on AKS, nobody is anonymous.
 *
 * @throws StatusError 401.
 */
export const authenticate = (
  bindings: ConnectionBindings | undefined,
  authorization: string | undefined,
  { certificateAuthority, userOfToken, now }: Credentials,
): User => {
  const certificate = peerCertificate(bindings);
  const identity = certificate && identityOfCertificate(certificate, certificateAuthority, now);
  if (identity) return authenticated(identity.user, identity.groups);
  const token = /^bearer\s+(\S+)$/i.exec(authorization ?? "")?.[1];
  const user = token === undefined ? undefined : userOfToken(token);
  if (!user) throw unauthorized();
  return authenticated(user.name, user.groups);
};

const authenticated = (name: string, groups: readonly string[]): User => ({
  name,
  groups: [...groups, "system:authenticated"],
});

const peerCertificate = (bindings: ConnectionBindings | undefined): Buffer | undefined => {
  const socket = bindings?.incoming?.socket;
  if (!socket || !("getPeerCertificate" in socket)) return undefined;
  // Node returns an empty object when the client presented none.
  return (socket as { getPeerCertificate(): { raw?: Buffer } }).getPeerCertificate().raw;
};

/** What a request does, in the terms of Kubernetes' authorization. */
export interface Attributes {
  readonly verb: string;
  readonly group: string;
  readonly plural: string;
  readonly subresource?: string;
  readonly namespace?: string;
  readonly name?: string;
}

/** What every authenticated user may do (the roles `system:basic-user` and `system:discovery`). */
const isOpenToAll = ({ verb, group, plural }: Attributes) =>
  verb === "create" &&
  ((group === "authorization.k8s.io" && plural.startsWith("selfsubject")) ||
    (group === "authentication.k8s.io" && plural === "selfsubjectreviews"));

export const isAdministrator = ({ groups }: User): boolean => groups.includes("system:masters");

/** There are no roles here: the cluster's administrators may do everything, service accounts nothing. */
export const isPermitted = (user: User, attributes: Attributes): boolean =>
  isAdministrator(user) || isOpenToAll(attributes);

/**
 * @throws StatusError 403 with the RBAC authorizer's words (k8s.io/apiserver/pkg/endpoints/handlers/responsewriters/errors.go).
 */
export const authorize = (user: User, attributes: Attributes): void => {
  if (isPermitted(user, attributes)) return;
  const { verb, group, plural, subresource, namespace, name } = attributes;
  const resource = subresource === undefined ? plural : `${plural}/${subresource}`;
  const where =
    namespace === undefined ? "at the cluster scope" : `in the namespace "${namespace}"`;
  throw forbidden(
    { group, plural },
    name ?? "",
    `User "${user.name}" cannot ${verb} resource "${resource}" in API group "${group}" ${where}`,
  );
};
