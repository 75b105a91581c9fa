import type { Container, ContainerStatus, Pod, PodCondition, PodStatus } from "../pod";

/** The status of a container that has not started. */
export const waitingStatus = ({ name, image }: Container, reason: string): ContainerStatus => ({
  name,
  state: { waiting: { reason } },
  lastState: {},
  ready: false,
  started: false,
  restartCount: 0,
  image,
  imageID: "",
});

/** Whether a container will not run again. */
const isOver = (policy: string | undefined, { state }: ContainerStatus): boolean =>
  state.terminated !== undefined &&
  (policy === "Never" || (policy === "OnFailure" && state.terminated.exitCode === 0));

const hasRun = ({ state, lastState }: ContainerStatus) =>
  state.running !== undefined ||
  state.terminated !== undefined ||
  lastState.terminated !== undefined;

/**
 * Source: https://kubernetes.io/docs/concepts/workloads/pods/pod-lifecycle/#pod-phase;
 * k8s.io/kubernetes/pkg/kubelet/kubelet_pods.go, `getPhase`.
 */
const phaseOf = ({ spec }: Pod, status: PodStatus): PodStatus["phase"] => {
  const policy = spec.restartPolicy;
  const inits = status.initContainerStatuses ?? [];
  const failedInit = inits.some(
    ({ state }) => state.terminated !== undefined && state.terminated.exitCode !== 0,
  );
  if (failedInit && policy === "Never") return "Failed";
  if (inits.some(({ state }) => state.terminated?.exitCode !== 0)) return "Pending";
  const statuses = status.containerStatuses ?? [];
  if (statuses.length > 0 && statuses.every((one) => isOver(policy, one))) {
    return statuses.every(({ state }) => state.terminated?.exitCode === 0) ? "Succeeded" : "Failed";
  }
  return statuses.length > 0 && statuses.every(hasRun) ? "Running" : "Pending";
};

/** A condition keeps the time of its last change. */
const condition = (
  before: readonly PodCondition[],
  now: string,
  type: string,
  isTrue: boolean,
  reason?: string,
  message?: string,
): PodCondition => {
  const status = isTrue ? "True" : "False";
  const old = before.find((entry) => entry.type === type);
  return {
    type,
    status,
    ...(reason !== undefined && { reason }),
    ...(message !== undefined && { message }),
    lastProbeTime: null,
    lastTransitionTime: old?.status === status ? old.lastTransitionTime : now,
  };
};

/** Completes a pod's status from the statuses of its containers. */
export const completeStatus = (pod: Pod, status: PodStatus, now: string): PodStatus => {
  const phase = status.reason === "DeadlineExceeded" ? "Failed" : phaseOf(pod, status);
  const before = status.conditions ?? [];
  const names = (statuses: readonly ContainerStatus[]) =>
    `[${statuses.map(({ name }) => name).join(" ")}]`;
  const uninitialized = (status.initContainerStatuses ?? []).filter(
    ({ state }) => state.terminated?.exitCode !== 0,
  );
  const unready = (status.containerStatuses ?? []).filter(({ ready }) => !ready);
  const over =
    phase === "Succeeded" ? "PodCompleted" : phase === "Failed" ? "PodFailed" : undefined;
  const reason = over ?? (unready.length > 0 ? "ContainersNotReady" : undefined);
  const message =
    over === undefined && unready.length > 0
      ? `containers with unready status: ${names(unready)}`
      : undefined;
  const isReady = unready.length === 0 && over === undefined;
  const isInitialized = uninitialized.length === 0;
  return {
    ...status,
    phase,
    conditions: [
      condition(before, now, "PodReadyToStartContainers", over === undefined),
      condition(
        before,
        now,
        "Initialized",
        isInitialized,
        isInitialized
          ? phase === "Succeeded"
            ? "PodCompleted"
            : undefined
          : "ContainersNotInitialized",
        isInitialized ? undefined : `containers with incomplete status: ${names(uninitialized)}`,
      ),
      condition(before, now, "Ready", isReady, reason, message),
      condition(before, now, "ContainersReady", isReady, reason, message),
      condition(before, now, "PodScheduled", true),
    ],
  };
};
