import type { Cluster } from "../cluster";
import type { Container, EnvVar, Pod } from "../pod";
import { fieldValue, resourceValue } from "./downward-api";

/** A container cannot be made yet: what it refers to is not there (`CreateContainerConfigError`). */
export class ContainerConfigError extends Error {}

type Data = Readonly<Record<string, string>>;

const decode = (data: Data): Data =>
  Object.fromEntries(
    Object.entries(data).map(([key, value]) => [key, Buffer.from(value, "base64").toString()]),
  );

/** The values of a secret or config map; nothing when it does not exist. */
const dataOf = (
  cluster: Cluster,
  namespace: string,
  plural: "secrets" | "configmaps",
  name: string,
): Data | undefined => {
  const object = cluster.objects.get(plural, namespace, name);
  if (!object) return undefined;
  const data = (object.data ?? {}) as Data;
  return plural === "secrets" ? decode(data) : data;
};

/**
 * The variables of a container, as the kubelet makes them: `envFrom` first, then `env`.
 *
 * Source: k8s.io/kubernetes/pkg/kubelet/kubelet_pods.go, `makeEnvironmentVariables`.
 *
 * @throws ContainerConfigError with the kubelet's words when something is missing that is not optional.
 */
export const containerEnvironment = (
  cluster: Cluster,
  pod: Pod,
  container: Container,
): Record<string, string> => {
  const namespace = pod.metadata.namespace ?? "";
  const result: Record<string, string> = {};
  for (const { prefix = "", secretRef, configMapRef } of container.envFrom ?? []) {
    const reference = secretRef ?? configMapRef;
    if (!reference) continue;
    const plural = secretRef ? "secrets" : "configmaps";
    const data = dataOf(cluster, namespace, plural, reference.name);
    if (!data && reference.optional !== true) throw missing(plural, reference.name);
    for (const [key, value] of Object.entries(data ?? {})) result[prefix + key] = value;
  }
  for (const variable of container.env ?? []) {
    const value = valueOf(cluster, pod, container, variable, result);
    if (value !== undefined) result[variable.name] = value;
  }
  return result;
};

const missing = (plural: "secrets" | "configmaps", name: string) =>
  new ContainerConfigError(`${plural === "secrets" ? "secret" : "configmap"} "${name}" not found`);

const valueOf = (
  cluster: Cluster,
  pod: Pod,
  container: Container,
  { value, valueFrom }: EnvVar,
  known: Data,
): string | undefined => {
  if (!valueFrom) return expand(value ?? "", known);
  const { secretKeyRef, configMapKeyRef, fieldRef, resourceFieldRef } = valueFrom;
  if (fieldRef) return fieldValue(pod, fieldRef.fieldPath);
  if (resourceFieldRef) return resourceValue(pod, container, resourceFieldRef);
  const reference = secretKeyRef ?? configMapKeyRef;
  if (!reference) return "";
  const plural = secretKeyRef ? "secrets" : "configmaps";
  const { name, key, optional } = reference;
  const namespace = pod.metadata.namespace ?? "";
  const data = dataOf(cluster, namespace, plural, name);
  if (!data && optional !== true) throw missing(plural, name);
  const found = data?.[key];
  if (found === undefined && optional !== true) {
    const kind = plural === "secrets" ? "Secret" : "ConfigMap";
    throw new ContainerConfigError(`couldn't find key ${key} in ${kind} ${namespace}/${name}`);
  }
  return found;
};

/**
 * Replaces `$(NAME)` by a variable that is known; `$$` is a dollar sign, and unknown names stay.
 *
 * Source: k8s.io/kubernetes/third_party/forked/golang/expansion.
 */
export const expand = (text: string, known: Data): string =>
  text.replace(/\$\$|\$\(([^)]*)\)/g, (match: string, name?: string) =>
    name === undefined ? "$" : (known[name] ?? match),
  );
