import type { Cluster } from "../cluster";
import { allContainers, type Container, type ContainerStatus, type Pod } from "../pod";
import { flag, optionalNumber } from "../api-request";
import { badRequest, fieldForbidden, invalid, invalidObject, type FieldError } from "../status";
import { getObject, type Target } from "../verbs";
import { readLog, type LogLine } from "./container-log";

/** `PodLogOptions` of core/v1. */
interface LogOptions {
  readonly follow: boolean;
  readonly previous: boolean;
  readonly timestamps: boolean;
  readonly sinceSeconds?: number;
  readonly sinceTime?: Date;
  readonly tailLines?: number;
  readonly limitBytes?: number;
}

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
  const options = logOptions(name, query);
  const pod = getObject(target, name) as Pod;
  const container = containerOf(pod, query.get("container") ?? "");
  const run = runOf(pod, container, options.previous);
  const log = cluster.logs.get(String(pod.metadata.uid), container, run);
  const lines = log
    ? log.lines()
    : readLog(cluster.logs.file(String(pod.metadata.uid), container, run));
  const show = formatter(options, cluster);
  const text = cut(lines.filter(show.isNew), options).map(show.text).join("");
  const headers = { "content-type": "text/plain" };
  if (!options.follow || !log) {
    return new Response(Buffer.from(text).subarray(0, options.limitBytes), { headers });
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
  // Init containers are not chosen from: whoever names none means the pod's only real one.
  if (!only || spec.containers.length > 1) {
    const list = (containers: readonly Container[]) =>
      `[${containers.map(({ name }) => name).join(" ")}]`;
    const { containers, initContainers = [] } = spec;
    throw badRequest(
      `a container name must be specified for pod ${metadata.name}, choose one of: ${list(containers)}` +
        (initContainers.length > 0
          ? ` or one of the init containers: ${list(initContainers)}`
          : ""),
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

/**
 * Source: k8s.io/kubernetes/pkg/apis/core/validation/validation.go, `ValidatePodLogOptions`.
 *
 * @throws StatusError when an option is malformed (400) or out of its range (422).
 */
const logOptions = (pod: string, query: URLSearchParams): LogOptions => {
  const options = {
    follow: flag(query, "follow"),
    previous: flag(query, "previous"),
    timestamps: flag(query, "timestamps"),
    sinceSeconds: optionalNumber(query, "sinceSeconds"),
    sinceTime: optionalTime(query.get("sinceTime")),
    tailLines: optionalNumber(query, "tailLines"),
    limitBytes: optionalNumber(query, "limitBytes"),
  };
  const { sinceSeconds = 1, tailLines = 0, limitBytes = 1 } = options;
  const isTwice = options.sinceSeconds !== undefined && options.sinceTime !== undefined;
  const errors: FieldError[] = [
    ...(tailLines < 0
      ? [invalid("tailLines", tailLines, "must be greater than or equal to 0")]
      : []),
    ...(limitBytes < 1 ? [invalid("limitBytes", limitBytes, "must be greater than 0")] : []),
    ...(isTwice
      ? [fieldForbidden("", "at most one of `sinceTime` or `sinceSeconds` may be specified")]
      : sinceSeconds < 1
        ? [invalid("sinceSeconds", sinceSeconds, "must be greater than 0")]
        : []),
  ];
  if (errors.length > 0) throw invalidObject({ group: "", kind: "PodLogOptions" }, pod, errors);
  return options;
};

const optionalTime = (text: string | null): Date | undefined => {
  if (text === null || text === "") return undefined;
  const time = new Date(text);
  if (!Number.isNaN(time.getTime())) return time;
  throw badRequest(
    `parsing time ${JSON.stringify(text)} as "2006-01-02T15:04:05Z07:00": cannot parse ${JSON.stringify(text)} as "2006"`,
  );
};

const formatter = ({ sinceSeconds, sinceTime, timestamps }: LogOptions, cluster: Cluster) => {
  const oldest =
    sinceSeconds === undefined
      ? (sinceTime?.getTime() ?? 0)
      : cluster.azure.clock.now().getTime() - sinceSeconds * 1000;
  return {
    isNew: ({ time }: LogLine) => new Date(time).getTime() >= oldest,
    text: ({ time, text }: LogLine) => (timestamps ? `${time} ${text}\n` : `${text}\n`),
  };
};

const cut = (lines: readonly LogLine[], { tailLines }: LogOptions): readonly LogLine[] =>
  tailLines === undefined ? lines : lines.slice(Math.max(0, lines.length - tailLines));
