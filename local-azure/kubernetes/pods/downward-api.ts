import { allContainers, type Container, type Pod } from "../pod";

/**
 * What a pod may know of itself.
 *
 * Source: https://kubernetes.io/docs/concepts/workloads/pods/downward-api/
 */
export const fieldValue = ({ metadata, spec, status }: Pod, path: string): string => {
  const [, map, key = ""] = /^metadata\.(labels|annotations)\['(.+)'\]$/.exec(path) ?? [];
  if (map === "labels" || map === "annotations") return metadata[map]?.[key] ?? "";
  switch (path) {
    case "metadata.name":
      return metadata.name;
    case "metadata.namespace":
      return metadata.namespace ?? "";
    case "metadata.uid":
      return String(metadata.uid);
    case "metadata.labels":
      return lines(metadata.labels);
    case "metadata.annotations":
      return lines(metadata.annotations);
    case "spec.nodeName":
      return spec.nodeName ?? "";
    case "spec.serviceAccountName":
      return spec.serviceAccountName ?? "";
    case "status.podIP":
    case "status.podIPs":
      return status.podIP ?? "";
    case "status.hostIP":
    case "status.hostIPs":
      return (status.hostIP as string | undefined) ?? "";
    default:
      return "";
  }
};

const lines = (values: Record<string, string> = {}): string =>
  Object.entries(values)
    .sort(([left], [right]) => (left < right ? -1 : 1))
    .map(([key, value]) => `${key}=${JSON.stringify(value)}`)
    .join("\n");

const SUFFIXES: Readonly<Record<string, number>> = {
  n: 1e-9,
  u: 1e-6,
  m: 1e-3,
  k: 1e3,
  M: 1e6,
  G: 1e9,
  T: 1e12,
  P: 1e15,
  E: 1e18,
  Ki: 2 ** 10,
  Mi: 2 ** 20,
  Gi: 2 ** 30,
  Ti: 2 ** 40,
  Pi: 2 ** 50,
  Ei: 2 ** 60,
};

const quantity = (text: string): number => {
  const [, number = "0", suffix = ""] = /^([-+\d.]+(?:[eE][-+]?\d+)?)(\w*)$/.exec(text) ?? [];
  return Number(number) * (SUFFIXES[suffix] ?? 1);
};

/** A limit or request in units of the divisor, rounded up. */
export const resourceValue = (
  { spec }: Pod,
  container: Container,
  {
    containerName,
    resource,
    divisor = "1",
  }: { containerName?: string; resource: string; divisor?: string },
): string => {
  const named = allContainers(spec).find(({ name }) => name === containerName) ?? container;
  const [kind, name = ""] = resource.split(".");
  const resources = kind === "limits" ? named.resources?.limits : named.resources?.requests;
  const unit = quantity(divisor) || 1;
  return String(Math.ceil(quantity(resources?.[name] ?? "0") / unit));
};
