import { allContainers, type Container, type Pod, type PodSpec, type Volume } from "../pod";

/**
 * What the API server fills in.
 *
 * Source: k8s.io/kubernetes/pkg/apis/core/v1/defaults.go.
 */
export const setPodDefaults = (pod: Pod): void => {
  const { spec } = pod;
  spec.dnsPolicy ??= "ClusterFirst";
  spec.restartPolicy ??= "Always";
  spec.schedulerName ??= "default-scheduler";
  spec.securityContext ??= {};
  spec.terminationGracePeriodSeconds ??= 30;
  spec.enableServiceLinks ??= true;
  // A client that writes empty fields means no account by it.
  if (spec.serviceAccountName === "") delete spec.serviceAccountName;
  // The old name of the field; both are always returned.
  spec.serviceAccountName ??= spec.serviceAccount;
  if (spec.serviceAccountName !== undefined) spec.serviceAccount = spec.serviceAccountName;
  for (const container of allContainers(spec)) setContainerDefaults(container);
  for (const volume of spec.volumes ?? []) setVolumeDefaults(volume);
};

const setContainerDefaults = (container: Container): void => {
  container.imagePullPolicy ??= /(^[^:]*|\/[^:]*|:latest)$/.test(container.image)
    ? "Always"
    : "IfNotPresent";
  container.terminationMessagePath ??= "/dev/termination-log";
  container.terminationMessagePolicy ??= "File";
  container.resources ??= {};
  // `cpu: 1` is a number in YAML; an amount is a text.
  const { resources } = container;
  const given: (Record<string, string | number> | undefined)[] = [
    resources.limits,
    resources.requests,
  ];
  for (const amounts of given) {
    for (const [name, amount] of Object.entries(amounts ?? {})) {
      if (amounts) amounts[name] = String(amount);
    }
  }
  const { limits } = container.resources;
  if (limits) container.resources.requests = { ...limits, ...container.resources.requests };
  for (const port of container.ports ?? []) port.protocol ??= "TCP";
  for (const { valueFrom } of container.env ?? []) {
    if (valueFrom?.fieldRef) valueFrom.fieldRef.apiVersion ??= "v1";
    if (valueFrom?.resourceFieldRef) valueFrom.resourceFieldRef.divisor ??= "0";
  }
};

const FILE_MODE = 0o644;

const setVolumeDefaults = (volume: Volume): void => {
  const sources = Object.keys(volume).filter((field) => field !== "name");
  if (sources.length === 0) volume.emptyDir = {};
  for (const source of [volume.secret, volume.configMap, volume.downwardAPI, volume.projected]) {
    if (source) source.defaultMode ??= FILE_MODE;
  }
  for (const { serviceAccountToken, downwardAPI } of volume.projected?.sources ?? []) {
    if (serviceAccountToken) serviceAccountToken.expirationSeconds ??= 3600;
    for (const item of downwardAPI?.items ?? [])
      if (item.fieldRef) item.fieldRef.apiVersion ??= "v1";
  }
  for (const item of volume.downwardAPI?.items ?? []) {
    if (item.fieldRef) item.fieldRef.apiVersion ??= "v1";
  }
};

const COMPUTE = ["cpu", "memory"] as const;

/** Source: https://kubernetes.io/docs/concepts/workloads/pods/pod-qos/ */
export const qosClass = (spec: PodSpec): "Guaranteed" | "Burstable" | "BestEffort" => {
  const resources = allContainers(spec).map((container) => container.resources ?? {});
  const given = resources.some(({ limits, requests }) =>
    COMPUTE.some((name) => limits?.[name] ?? requests?.[name]),
  );
  if (!given) return "BestEffort";
  const guaranteed = resources.every(({ limits, requests }) =>
    COMPUTE.every((name) => limits?.[name] !== undefined && limits[name] === requests?.[name]),
  );
  return guaranteed ? "Guaranteed" : "Burstable";
};
