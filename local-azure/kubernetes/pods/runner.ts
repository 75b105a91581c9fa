import type { Cluster } from "../cluster";
import type { Pod } from "../pod";
import type { WatchEvent } from "../objects";
import { PodWorker } from "./pod-worker";

/** Runs a cluster's pods: one worker for each, from its creation until its object is gone. */
export class PodRunner {
  readonly #cluster: Cluster;
  readonly #workers = new Map<string, PodWorker>();
  readonly #endings = new Set<Promise<void>>();
  readonly #stops: (() => void)[];

  /** Pods of a saved state that have not ended go on. */
  constructor(cluster: Cluster) {
    this.#cluster = cluster;
    const { objects } = cluster;
    for (const object of objects.list("pods")) {
      const pod = object as Pod;
      if (pod.status.phase === "Pending" || pod.status.phase === "Running") this.#start(pod);
    }
    this.#stops = [
      objects.watch("pods", objects.resourceVersion, (event) => {
        this.#react(event);
      }),
      ...["secrets", "configmaps"].map((plural) =>
        objects.watch(plural, objects.resourceVersion, ({ type }) => {
          if (type !== "MODIFIED") return;
          for (const worker of this.#workers.values()) worker.refreshVolumes();
        }),
      ),
    ];
  }

  /** Ends all processes; the pods' objects stay. */
  async stop(): Promise<void> {
    for (const stop of this.#stops) stop();
    await Promise.all([...this.#workers.values()].map((worker) => worker.abandon()));
    await Promise.all(this.#endings);
  }

  #react({ type, object }: WatchEvent): void {
    const pod = object as Pod;
    const uid = String(pod.metadata.uid);
    if (type === "ADDED") {
      this.#start(pod);
      return;
    }
    const worker = this.#workers.get(uid);
    if (!worker) return;
    if (type === "DELETED") {
      this.#workers.delete(uid);
      this.#track(worker.discard());
    } else if (pod.metadata.deletionTimestamp !== undefined) {
      const seconds = Number(pod.metadata.deletionGracePeriodSeconds ?? 0);
      this.#track(worker.terminate(seconds));
    }
  }

  #start(pod: Pod): void {
    const worker = new PodWorker(this.#cluster, pod);
    this.#workers.set(String(pod.metadata.uid), worker);
    // After the answer to who made the pod.
    setImmediate(() => {
      worker.start();
    });
  }

  #track(ending: Promise<void>): void {
    const tracked: Promise<void> = ending
      .catch((error: unknown) => {
        this.#cluster.azure.log(`a pod did not end well: ${(error as Error).message}`);
      })
      .finally(() => {
        this.#endings.delete(tracked);
      });
    this.#endings.add(tracked);
  }
}
