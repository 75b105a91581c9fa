import { humanDuration } from "../duration";
import type { ContainerStatus, Pod } from "../pod";
import { AGE } from "./columns";
import type { Column } from "./kind";

/** A state's word in the `STATUS` column, if the state is worth one. */
const waitingOrTerminated = ({ state }: ContainerStatus): string | undefined => {
  if (state.waiting?.reason) return state.waiting.reason;
  if (!state.terminated) return undefined;
  const { reason, signal, exitCode } = state.terminated;
  if (reason !== "") return reason;
  return signal === undefined ? `ExitCode:${exitCode}` : `Signal:${signal}`;
};

const initReason = (pod: Pod): string | undefined => {
  const statuses = pod.status.initContainerStatuses ?? [];
  for (const [index, status] of statuses.entries()) {
    if (status.state.terminated?.exitCode === 0) continue;
    const reason = waitingOrTerminated(status);
    return reason === undefined || reason === "PodInitializing"
      ? `Init:${index}/${statuses.length}`
      : `Init:${reason}`;
  }
  return undefined;
};

/**
 * The `STATUS` column.
 *
 * Source: k8s.io/kubernetes/pkg/printers/internalversion/printers.go, `printPod`.
 */
const podStatusText = (pod: Pod): string => {
  if (pod.metadata.deletionTimestamp !== undefined) return "Terminating";
  const init = initReason(pod);
  if (init !== undefined) return init;
  const statuses = pod.status.containerStatuses ?? [];
  // The first container's word wins.
  const [reason] = statuses.flatMap((status) => waitingOrTerminated(status) ?? []);
  const running = statuses.some(({ ready, state }) => ready && state.running !== undefined);
  if (reason === "Completed" && running) return "Running";
  return reason ?? pod.status.reason ?? pod.status.phase;
};

const restarts = (pod: Pod, now: Date): string => {
  const statuses = pod.status.containerStatuses ?? [];
  const count = statuses.reduce((sum, { restartCount }) => sum + restartCount, 0);
  const last = statuses
    .flatMap(({ lastState }) => lastState.terminated?.finishedAt ?? [])
    .sort()
    .at(-1);
  return count === 0 || last === undefined
    ? String(count)
    : `${count} (${humanDuration(now.getTime() - new Date(last).getTime())} ago)`;
};

const column = (name: string, priority: 0 | 1, cell: (pod: Pod, now: Date) => string): Column => ({
  name,
  type: "string",
  priority,
  cell: (object, now) => cell(object as Pod, now),
});

export const podColumns: readonly Column[] = [
  column("Ready", 0, ({ spec, status }) => {
    const ready = (status.containerStatuses ?? []).filter((container) => container.ready).length;
    return `${ready}/${spec.containers.length}`;
  }),
  column("Status", 0, podStatusText),
  column("Restarts", 0, restarts),
  AGE,
  column("IP", 1, ({ status }) => status.podIP ?? "<none>"),
  column("Node", 1, ({ spec }) => spec.nodeName ?? "<none>"),
  column("Nominated Node", 1, () => "<none>"),
  column("Readiness Gates", 1, () => "<none>"),
];
