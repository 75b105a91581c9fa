import type { Cluster } from "../cluster";
import type { Event } from "../kinds/event";
import type { Pod } from "../pod";

/** How long the API server keeps an event (`--event-ttl`), in milliseconds. */
const LIFETIME = 60 * 60 * 1000;

export interface EventText {
  readonly type: "Normal" | "Warning";
  readonly reason: string;
  readonly message: string;
  /** `spec.containers{name}`, where a container is meant. */
  readonly fieldPath?: string;
}

export type Component = "kubelet" | "default-scheduler";

/**
 * Records what happens to a pod. The same event again raises the count of the first.
 *
 * Source: k8s.io/client-go/tools/record (the name is the object's and the time).
 */
export const recordEvent = (
  cluster: Cluster,
  pod: Pod,
  component: Component,
  { type, reason, message, fieldPath }: EventText,
): void => {
  const { name: podName, namespace = "", uid, resourceVersion } = pod.metadata;
  const now = cluster.timestamp();
  const before = (cluster.objects.list("events", namespace) as Event[]).find(
    (event) =>
      event.involvedObject.uid === uid &&
      event.source?.component === component &&
      event.reason === reason &&
      event.message === message &&
      event.involvedObject.fieldPath === fieldPath,
  );
  // Names grow with time, so that a list shows the events in their order.
  const nanoseconds = BigInt(cluster.azure.clock.now().getTime()) * 1_000_000n;
  const order = nanoseconds + BigInt(cluster.objects.resourceVersion);
  const name = `${podName}.${order.toString(16)}`;
  const event: Event = {
    apiVersion: "v1",
    kind: "Event",
    metadata: before?.metadata ?? {
      name,
      namespace,
      uid: cluster.newUid(),
      creationTimestamp: now,
    },
    involvedObject: {
      kind: "Pod",
      namespace,
      name: podName,
      uid: String(uid),
      apiVersion: "v1",
      resourceVersion: String(resourceVersion),
      ...(fieldPath !== undefined && { fieldPath }),
    },
    reason,
    message,
    source: {
      component,
      ...(component === "kubelet" &&
        pod.spec.nodeName !== undefined && { host: pod.spec.nodeName }),
    },
    firstTimestamp: before?.firstTimestamp ?? now,
    lastTimestamp: now,
    count: (before?.count ?? 0) + 1,
    type,
    eventTime: null,
    reportingComponent: component,
    reportingInstance: component === "kubelet" ? (pod.spec.nodeName ?? "") : "",
  };
  cluster.objects.put("events", event);
  if (before) return;
  // Starts with the first; what is repeated longer is no news.
  const cancel = cluster.azure.clock.after(LIFETIME, () => {
    cluster.objects.remove("events", namespace, name);
  });
  cluster.onClose(cancel);
};
