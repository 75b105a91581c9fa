import type { KubernetesObject } from "../../core/planes";
import type { Cluster } from "../cluster";
import type { Kind } from "../kinds/kind";
import type { Pod } from "../pod";
import { admitServiceAccount } from "./service-account";
import { admitTolerations } from "./tolerations";
import { admitWorkloadIdentity } from "./workload-identity";

/**
 * Changes a new object, in place, as the cluster's admission controllers and webhooks do, in their order.
 *
 * @throws StatusError when one of them refuses it.
 */
export const admit = (cluster: Cluster, kind: Kind, object: KubernetesObject): void => {
  if (kind.kind !== "Pod") return;
  const pod = object as Pod;
  admitServiceAccount(cluster, pod);
  // Priority: the pod has no priority class, and no class is the default.
  pod.spec.priority ??= 0;
  pod.spec.preemptionPolicy ??= "PreemptLowerPriority";
  admitTolerations(pod);
  admitWorkloadIdentity(cluster, pod);
};
