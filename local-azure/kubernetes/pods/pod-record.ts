import type { Cluster } from "../cluster";
import type { Container, ContainerStatus, Pod } from "../pod";
import { recordEvent, type EventText } from "./events";
import { completeStatus } from "./pod-status";

export type Statuses = "initContainerStatuses" | "containerStatuses";

/** A pod's object and its events, as the kubelet writes them. */
export class PodRecord {
  readonly namespace: string;
  readonly name: string;
  readonly uid: string;

  constructor(
    readonly cluster: Cluster,
    { metadata }: Pod,
  ) {
    this.namespace = metadata.namespace ?? "";
    this.name = metadata.name;
    this.uid = String(metadata.uid);
  }

  /** The pod's object, unless it is gone or another one has its name. */
  get(): Pod | undefined {
    const pod = this.cluster.objects.get("pods", this.namespace, this.name) as Pod | undefined;
    return pod?.metadata.uid === this.uid ? pod : undefined;
  }

  update(change: (pod: Pod) => void): void {
    const pod = this.get();
    if (!pod) return;
    change(pod);
    pod.status = completeStatus(pod, pod.status, this.cluster.timestamp());
    this.cluster.objects.put("pods", pod);
  }

  statusOf({ name }: Container, list: Statuses): ContainerStatus | undefined {
    return this.get()?.status[list]?.find((status) => status.name === name);
  }

  setStatus(
    { name }: Container,
    list: Statuses,
    change: (status: ContainerStatus) => ContainerStatus,
  ): void {
    this.update(({ status }) => {
      status[list] = status[list]?.map((entry) => (entry.name === name ? change(entry) : entry));
    });
  }

  /** @param container - Its name, where the event is about one. */
  record(event: Omit<EventText, "fieldPath">, container?: string): void {
    const pod = this.get();
    if (!pod) return;
    const isInit = pod.spec.initContainers?.some(({ name }) => name === container) ?? false;
    recordEvent(this.cluster, pod, "kubelet", {
      ...event,
      ...(container !== undefined && {
        fieldPath: `spec.${isInit ? "initContainers" : "containers"}{${container}}`,
      }),
    });
  }
}
