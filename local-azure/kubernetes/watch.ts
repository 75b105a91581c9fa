import type { KubernetesObject } from "../core/planes";
import { present, type TableOptions } from "./representation";
import { apiVersionOf } from "./kinds/kind";
import { invalid, invalidObject, StatusError } from "./status";
import type { Target } from "./verbs";

const STREAM = { "content-type": "application/json" };

export interface WatchOptions {
  readonly since: string;
  readonly timeoutSeconds?: number;
  readonly table: TableOptions;
  readonly allowBookmarks: boolean;
  /** Ask for a list first, as a stream (`sendInitialEvents=true`). */
  readonly sendInitialEvents: boolean;
  readonly matches: (object: KubernetesObject) => boolean;
}

/**
 * Streams the changes of a kind, one JSON object a line.
 *
 * Source: https://kubernetes.io/docs/reference/using-api/api-concepts/#efficient-detection-of-changes
 *
 * When the changes since then are no longer known, the stream is one `ERROR` with the reason `Expired`.
 *
 * @throws StatusError 422 when the version is not a number.
 */
export const watchObjects = (
  { cluster, kind, namespace }: Target,
  { since, timeoutSeconds, table, allowBookmarks, sendInitialEvents, matches }: WatchOptions,
): Response => {
  if (!/^\d*$/.test(since)) {
    throw invalidObject({ group: kind.group, kind: kind.plural }, "", [
      invalid(
        "resourceVersion",
        since,
        `strconv.ParseUint: parsing ${JSON.stringify(since)}: invalid syntax`,
      ),
    ]);
  }
  const encoder = new TextEncoder();
  const concerns = (object: KubernetesObject | undefined) =>
    object !== undefined &&
    (namespace === undefined || object.metadata.namespace === namespace) &&
    matches(object);
  let stop: () => void = () => undefined;
  const lines: Uint8Array[] = [];
  let send = (line: Uint8Array): void => {
    lines.push(line);
  };
  const tell = (type: string, object: unknown) => {
    send(encoder.encode(`${JSON.stringify({ type, object })}\n`));
  };
  const show = (object: KubernetesObject) =>
    present(kind, object, { ...table, now: cluster.azure.clock.now() });

  const fromNow = since === "" || since === "0";
  if (fromNow || sendInitialEvents) {
    for (const object of cluster.objects.list(kind.plural, namespace)) {
      if (concerns(object)) tell("ADDED", show(object));
    }
  }
  if (sendInitialEvents && allowBookmarks) {
    tell("BOOKMARK", {
      kind: kind.kind,
      apiVersion: apiVersionOf(kind),
      metadata: {
        resourceVersion: String(cluster.objects.resourceVersion),
        annotations: { "k8s.io/initial-events-end": "true" },
      },
    });
  }
  const start = fromNow || sendInitialEvents ? cluster.objects.resourceVersion : Number(since);
  let stopWatching: () => void;
  try {
    stopWatching = cluster.objects.watch(kind.plural, start, ({ type, object, before }) => {
      const [is, was] = [type !== "DELETED" && concerns(object), concerns(before)];
      if (is) tell(was ? "MODIFIED" : "ADDED", show(object));
      // Who leaves the selection is shown as it was, with the version of the change.
      else if (was && before) {
        const { resourceVersion } = object.metadata;
        tell("DELETED", show({ ...before, metadata: { ...before.metadata, resourceVersion } }));
      }
    });
  } catch (error) {
    if (!(error instanceof StatusError)) throw error;
    // k8s.io/apiserver/pkg/storage/cacher/cacher.go, `newErrWatcher`: told in the stream.
    tell("ERROR", error.toStatus());
    return new Response(Buffer.concat(lines), { headers: STREAM });
  }

  const body = new ReadableStream<Uint8Array>({
    start: (controller) => {
      for (const line of lines) controller.enqueue(line);
      send = (line) => {
        controller.enqueue(line);
      };
      const cancelTimeout =
        timeoutSeconds === undefined
          ? () => undefined
          : cluster.azure.clock.after(timeoutSeconds * 1000, () => {
              stop();
              controller.close();
            });
      const unregister = cluster.onClose(() => {
        stop();
        controller.close();
      });
      stop = () => {
        stopWatching();
        cancelTimeout();
        unregister();
      };
    },
    cancel: () => {
      stop();
    },
  });
  return new Response(body, { headers: STREAM });
};
