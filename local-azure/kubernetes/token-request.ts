import type { Cluster } from "./cluster";
import { serviceAccount } from "./kinds/service-account";
import { invalid, invalidObject, notFound, StatusError } from "./status";

interface TokenRequest {
  spec?: {
    audiences?: string[];
    expirationSeconds?: number;
    boundObjectRef?: { kind?: string; name?: string; uid?: string };
  };
}

const DEFAULT_EXPIRATION_SECONDS = 3600;
const MINIMUM_EXPIRATION_SECONDS = 600;
/** AKS cuts longer ones. */
const MAXIMUM_EXPIRATION_SECONDS = 86_400;

/**
 * Issues a token of a service account (authentication.k8s.io/v1 TokenRequest).
 *
 * Source: k8s.io/kubernetes/pkg/registry/core/serviceaccount/storage/token.go.
 *
 * @throws StatusError when the account, or the pod that the token is to be bound to, does not exist.
 */
export const requestToken = (
  cluster: Cluster,
  namespace: string,
  name: string,
  { spec = {} }: TokenRequest,
): unknown => {
  const account = cluster.objects.get("serviceaccounts", namespace, name);
  if (!account) throw notFound(serviceAccount, name);
  const { boundObjectRef, audiences = [] } = spec;
  const asked = spec.expirationSeconds ?? DEFAULT_EXPIRATION_SECONDS;
  if (asked < MINIMUM_EXPIRATION_SECONDS) {
    throw invalidObject({ group: "authentication.k8s.io", kind: "TokenRequest" }, "", [
      invalid("spec.expirationSeconds", asked, "may not specify a duration less than 10 minutes"),
    ]);
  }
  const pod = boundObjectRef && boundPod(cluster, namespace, boundObjectRef);
  const expirationSeconds = Math.min(asked, MAXIMUM_EXPIRATION_SECONDS);
  const resolved = audiences.length === 0 ? [cluster.server] : audiences;
  const token = cluster.issueToken(
    { namespace, serviceAccount: { name, uid: String(account.metadata.uid) }, pod },
    { audiences: resolved, expirationSeconds },
  );
  const expiry = new Date(cluster.azure.clock.now().getTime() + expirationSeconds * 1000);
  return {
    kind: "TokenRequest",
    apiVersion: "authentication.k8s.io/v1",
    metadata: { name, namespace, creationTimestamp: cluster.timestamp() },
    spec: { audiences: resolved, expirationSeconds, boundObjectRef: boundObjectRef ?? null },
    status: { token, expirationTimestamp: expiry.toISOString().replace(/\.\d+Z$/, "Z") },
  };
};

const boundPod = (
  cluster: Cluster,
  namespace: string,
  { kind, name = "", uid }: { kind?: string; name?: string; uid?: string },
) => {
  if (kind !== "Pod") {
    throw new StatusError(
      400,
      "BadRequest",
      `cannot bind token to object of type ${JSON.stringify(kind ?? "")}`,
    );
  }
  const pod = cluster.objects.get("pods", namespace, name);
  if (!pod) throw notFound({ group: "", plural: "pods" }, name);
  const podUid = String(pod.metadata.uid);
  if (uid !== undefined && uid !== podUid) {
    throw new StatusError(
      409,
      "Conflict",
      `Operation cannot be fulfilled on serviceaccounts/token: the UID in the bound object reference (${uid}) does not match the UID in record (${podUid})`,
    );
  }
  return { name, uid: podUid };
};
