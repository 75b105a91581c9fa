import type { Cluster } from "../cluster";
import { reconcileNodes } from "../nodes";
import type { Pod } from "../pod";
import { recordEvent } from "./events";

/** Tries again when no node fits. */
const RETRY_MILLISECONDS = 10_000;

/**
 * Gives a pod a node.
 *
 * @returns The pod with its node; nothing when no node fits yet (it is tried again after a while, with `retry`).
 */
export const schedule = (cluster: Cluster, pod: Pod, retry: () => void): Pod | undefined => {
  if (pod.spec.nodeName !== undefined && pod.spec.nodeName !== "") return pod;
  reconcileNodes(cluster);
  const { metadata, spec } = pod;
  const nodes = cluster.objects.list("nodes");
  const node = nodes.find(
    (candidate) =>
      (candidate.spec as { unschedulable?: boolean }).unschedulable !== true &&
      Object.entries(spec.nodeSelector ?? {}).every(
        ([label, value]) => candidate.metadata.labels?.[label] === value,
      ),
  );
  if (!node) {
    const message = `0/${nodes.length} nodes are available: ${nodes.length} node(s) didn't match Pod's node affinity/selector.`;
    recordEvent(cluster, pod, "default-scheduler", {
      type: "Warning",
      reason: "FailedScheduling",
      message,
    });
    const [before] = pod.status.conditions ?? [];
    pod.status.conditions = [
      {
        type: "PodScheduled",
        status: "False",
        reason: "Unschedulable",
        message,
        lastProbeTime: null,
        // The time of the last change, not of the last attempt.
        lastTransitionTime: before?.lastTransitionTime ?? cluster.timestamp(),
      },
    ];
    cluster.objects.put("pods", pod);
    const forget = cluster.onClose(
      cluster.azure.clock.after(RETRY_MILLISECONDS, () => {
        forget();
        retry();
      }),
    );
    return undefined;
  }
  spec.nodeName = node.metadata.name;
  const scheduled = cluster.objects.put("pods", pod) as Pod;
  recordEvent(cluster, scheduled, "default-scheduler", {
    type: "Normal",
    reason: "Scheduled",
    message: `Successfully assigned ${metadata.namespace ?? ""}/${metadata.name} to ${node.metadata.name}`,
  });
  return scheduled;
};
