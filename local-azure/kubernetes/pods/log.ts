import type { Cluster } from "../cluster";
import { allContainers, type ContainerStatus, type Pod } from "../pod";
import { badRequest } from "../status";
import { getObject, type Target } from "../verbs";
import { readLog, type LogLine } from "./container-log";

/**
 * Answers `GET .../pods/<name>/log`.
 *
 * Source: k8s.io/kubernetes/pkg/registry/core/pod/strategy.go, `LogLocation`, and
 * k8s.io/kubernetes/pkg/kubelet/kubelet_pods.go, `validateContainerLogStatus`, for the messages.
 *
 * @throws StatusError when the container is not named, not there, or has not started.
 */
export const podLog = (target: Target, name: string, query: URLSearchParams): Response => {
  const { cluster } = target;
  const pod = getObject(target, name) as Pod;
  const container = containerOf(pod, query.get("container") ?? "");
  const isPrevious = query.get("previous") === "true";
  const run = runOf(pod, container, isPrevious);
  const log = cluster.logs.get(String(pod.metadata.uid), container, run);
  const lines = log
    ? log.lines()
    : readLog(cluster.logs.file(String(pod.metadata.uid), container, run));
  const show = formatter(query, cluster);
  const text = cut(lines.filter(show.isNew), query).map(show.text).join("");
  const limit = query.get("limitBytes");
  const headers = { "content-type": "text/plain" };
  if (query.get("follow") !== "true" || !log) {
    const bytes = Buffer.from(text);
    return new Response(limit === null ? bytes : bytes.subarray(0, Number(limit)), { headers });
  }
  const encoder = new TextEncoder();
  let stop: () => void = () => undefined;
  const body = new ReadableStream<Uint8Array>({
    start: (controller) => {
      if (text !== "") controller.enqueue(encoder.encode(text));
      const unregister = cluster.onClose(() => {
        stop();
        controller.close();
      });
      const unfollow = log.follow(
        (line) => {
          controller.enqueue(encoder.encode(show.text(line)));
        },
        () => {
          unregister();
          controller.close();
        },
      );
      stop = () => {
        unfollow();
        unregister();
      };
    },
    cancel: () => {
      stop();
    },
  });
  return new Response(body, { headers });
};

const containerOf = ({ metadata, spec }: Pod, asked: string): string => {
  const names = allContainers(spec).map(({ name }) => name);
  const [only] = spec.containers;
  if (asked !== "") {
    if (!names.includes(asked)) {
      throw badRequest(`container ${asked} is not valid for pod ${metadata.name}`);
    }
    return asked;
  }
  if (names.length > 1 || !only) {
    throw badRequest(
      `a container name must be specified for pod ${metadata.name}, choose one of: [${spec.containers
        .map(({ name }) => name)
        .join(" ")}]`,
    );
  }
  return only.name;
};

/** The number of the run whose log is asked for. */
const runOf = ({ metadata, status }: Pod, container: string, isPrevious: boolean): number => {
  const statuses = [...(status.initContainerStatuses ?? []), ...(status.containerStatuses ?? [])];
  const found: ContainerStatus | undefined = statuses.find(({ name }) => name === container);
  const waiting = found?.state.waiting;
  if (isPrevious) {
    if (!found?.lastState.terminated) {
      throw badRequest(
        `previous terminated container "${container}" in pod "${metadata.name}" not found`,
      );
    }
    return waiting ? found.restartCount : found.restartCount - 1;
  }
  if (!found) {
    throw badRequest(`container "${container}" in pod "${metadata.name}" is not available`);
  }
  // A container that waits for its next run still has the log of its last one.
  if (waiting && !found.lastState.terminated) {
    throw badRequest(
      `container "${container}" in pod "${metadata.name}" is waiting to start: ${waitingText(waiting)}`,
    );
  }
  return found.restartCount;
};

/** Source: k8s.io/kubernetes/pkg/kubelet/kubelet_pods.go: image errors are told as such. */
const waitingText = ({ reason }: { readonly reason: string }): string =>
  reason === "ErrImagePull"
    ? "image can't be pulled"
    : reason === "ImagePullBackOff"
      ? "trying and failing to pull image"
      : reason;

const formatter = (query: URLSearchParams, cluster: Cluster) => {
  const since = query.get("sinceTime");
  const sinceSeconds = query.get("sinceSeconds");
  const oldest =
    since === null
      ? sinceSeconds === null
        ? 0
        : cluster.azure.clock.now().getTime() - Number(sinceSeconds) * 1000
      : new Date(since).getTime();
  const isTimed = query.get("timestamps") === "true";
  return {
    isNew: ({ time }: LogLine) => new Date(time).getTime() >= oldest,
    text: ({ time, text }: LogLine) => (isTimed ? `${time} ${text}\n` : `${text}\n`),
  };
};

const cut = (lines: readonly LogLine[], query: URLSearchParams): readonly LogLine[] => {
  const tail = query.get("tailLines");
  return tail === null ? lines : Number(tail) === 0 ? [] : lines.slice(-Number(tail));
};
