import type { KubernetesObject } from "../core/planes";
import { present, type TableOptions } from "./representation";
import { apiVersionOf } from "./kinds/kind";
import type { Target } from "./verbs";

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
 * @throws StatusError 410 when the changes since then are no longer known.
 */
export const watchObjects = (
  { cluster, kind, namespace }: Target,
  { since, timeoutSeconds, table, allowBookmarks, sendInitialEvents, matches }: WatchOptions,
): Response => {
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
  const stopWatching = cluster.objects.watch(kind.plural, start, ({ type, object, before }) => {
    const [is, was] = [type !== "DELETED" && concerns(object), concerns(before)];
    if (is) tell(was ? "MODIFIED" : "ADDED", show(object));
    else if (was) tell("DELETED", show(object));
  });

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
  return new Response(body, { headers: { "content-type": "application/json" } });
};
