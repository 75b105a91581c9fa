import type { KubernetesObject } from "../core/planes";
import type { Cluster } from "./cluster";
import { kinds } from "./kinds";
import type { Kind } from "./kinds/kind";
import { namespace as namespaceKind } from "./kinds/namespace";
import type { Pod } from "./pod";
import { forbidden, notFound } from "./status";

/** The namespaces of a new cluster. */
const INITIAL_NAMESPACES = ["default", "kube-node-lease", "kube-public", "kube-system"];

/** Source: k8s.io/apiserver/pkg/admission/plugin/namespace/lifecycle/admission.go. */
const IMMORTAL_NAMESPACES = ["default", "kube-system", "kube-public"];

export const forbidProtectedNamespace = (kind: Kind, name: string): void => {
  if (IMMORTAL_NAMESPACES.includes(name)) {
    throw forbidden(kind, name, "this namespace may not be deleted");
  }
};

/**
 * @throws StatusError when an object cannot be made in the namespace: it does not exist, or is ending.
 */
export const checkNamespace = (
  cluster: Cluster,
  namespace: string,
  kind: Kind,
  name: string,
): void => {
  const found = cluster.objects.get("namespaces", undefined, namespace);
  if (!found) throw notFound(namespaceKind, namespace);
  if (found.metadata.deletionTimestamp !== undefined) {
    throw forbidden(
      kind,
      name,
      `unable to create new content in namespace ${namespace} because it is being terminated`,
    );
  }
};

const put = (cluster: Cluster, plural: string, object: KubernetesObject): void => {
  const { name, namespace } = object.metadata;
  if (cluster.objects.get(plural, namespace, name)) return;
  object.metadata.uid = cluster.newUid();
  object.metadata.creationTimestamp = cluster.timestamp();
  cluster.objects.put(plural, object);
};

/** What the controller manager puts into every namespace. */
export const fillNamespace = (cluster: Cluster, namespace: string): void => {
  put(cluster, "serviceaccounts", {
    apiVersion: "v1",
    kind: "ServiceAccount",
    metadata: { name: "default", namespace },
  });
  put(cluster, "configmaps", {
    apiVersion: "v1",
    kind: "ConfigMap",
    metadata: {
      name: "kube-root-ca.crt",
      namespace,
      annotations: {
        "kubernetes.io/description":
          "Contains a CA bundle that can be used to verify the kube-apiserver when using internal endpoints such as the internal service IP or kubernetes.default.svc. No other usage is guaranteed across distributions of Kubernetes clusters.",
      },
    },
    data: { "ca.crt": cluster.azure.certificateAuthority },
  });
};

export const createInitialNamespaces = (cluster: Cluster): void => {
  for (const name of INITIAL_NAMESPACES) {
    const object: KubernetesObject = { apiVersion: "v1", kind: "Namespace", metadata: { name } };
    namespaceKind.setDefaults?.(object);
    namespaceKind.prepareForCreate?.(object);
    put(cluster, "namespaces", object);
    fillNamespace(cluster, name);
  }
};

/**
 * Ends namespaces that are marked for deletion, and keeps the default objects of the others: the part of
 * the controller manager that a cluster needs.
 *
 * @returns A function that stops it.
 */
export const runNamespaceController = (cluster: Cluster): (() => void) => {
  const plurals = kinds.filter(({ group }) => group === "").map(({ plural }) => plural);
  const stops = plurals.map((plural) =>
    cluster.objects.watch(plural, cluster.objects.resourceVersion, ({ type, object }) => {
      const name = plural === "namespaces" ? object.metadata.name : object.metadata.namespace;
      if (name === undefined || (plural !== "namespaces" && type !== "DELETED")) return;
      reconcile(cluster, name);
    }),
  );
  for (const { metadata } of cluster.objects.list("namespaces")) reconcile(cluster, metadata.name);
  return () => {
    for (const stop of stops) stop();
  };
};

const reconcile = (cluster: Cluster, name: string): void => {
  const object = cluster.objects.get("namespaces", undefined, name);
  if (!object) return;
  if (object.metadata.deletionTimestamp === undefined) {
    fillNamespace(cluster, name);
    return;
  }
  const namespaced = kinds.filter((kind) => kind.namespaced && kind.group === "");
  for (const { plural } of namespaced) {
    for (const content of cluster.objects.list(plural, name)) {
      if (plural === "pods") endPod(cluster, content as Pod);
      else end(cluster, plural, content);
    }
  }
  const isEmpty = namespaced.every(({ plural }) => cluster.objects.list(plural, name).length === 0);
  if (isEmpty && !isHeld(object)) cluster.objects.remove("namespaces", undefined, name);
};

const isHeld = ({ metadata }: KubernetesObject) =>
  ((metadata.finalizers as string[] | undefined) ?? []).length > 0;

/** What has a finalizer goes when that is gone. */
const end = (cluster: Cluster, plural: string, object: KubernetesObject): void => {
  const { name, namespace, deletionTimestamp } = object.metadata;
  if (!isHeld(object)) cluster.objects.remove(plural, namespace, name);
  else if (deletionTimestamp === undefined) {
    object.metadata.deletionTimestamp = cluster.timestamp();
    object.metadata.deletionGracePeriodSeconds = 0;
    cluster.objects.put(plural, object);
  }
};

/** A pod on a node ends by its kubelet; any other goes at once. */
const endPod = (cluster: Cluster, pod: Pod): void => {
  const { deletionTimestamp } = pod.metadata;
  const ended = pod.status.phase === "Succeeded" || pod.status.phase === "Failed";
  if (pod.spec.nodeName === undefined || ended) end(cluster, "pods", pod);
  if (deletionTimestamp !== undefined || ended || pod.spec.nodeName === undefined) return;
  const seconds = pod.spec.terminationGracePeriodSeconds ?? 30;
  pod.metadata.deletionTimestamp = new Date(cluster.azure.clock.now().getTime() + seconds * 1000)
    .toISOString()
    .replace(/\.\d+Z$/, "Z");
  pod.metadata.deletionGracePeriodSeconds = seconds;
  cluster.objects.put("pods", pod);
};
