import type { Cluster } from "../cluster";

/** Runs a cluster's pods. */
export class PodRunner {
  constructor(readonly cluster: Cluster) {}

  stop(): Promise<void> {
    return Promise.resolve();
  }
}
