import type { KubernetesObject } from "../../core/planes";
import { humanDuration } from "../duration";
import { ALL_VERBS, type Column, type Kind } from "./kind";

/** The fields of an event (core/v1). */
export interface Event extends KubernetesObject {
  involvedObject: {
    kind?: string;
    namespace?: string;
    name?: string;
    uid?: string;
    apiVersion?: string;
    resourceVersion?: string;
    fieldPath?: string;
  };
  reason?: string;
  message?: string;
  source?: { component?: string; host?: string };
  firstTimestamp?: string | null;
  lastTimestamp?: string | null;
  count?: number;
  type?: string;
  reportingComponent?: string;
  reportingInstance?: string;
}

const lastSeen = ({ lastTimestamp, metadata }: Event) =>
  lastTimestamp ?? (metadata.creationTimestamp as string);

const ago = (time: string | null | undefined, now: Date) =>
  time ? humanDuration(now.getTime() - new Date(time).getTime()) : "<unknown>";

const column = (
  name: string,
  priority: 0 | 1,
  cell: (event: Event, now: Date) => string | number,
): Column => ({
  name,
  type: name === "Count" ? "integer" : "string",
  priority,
  cell: (object, now) => cell(object as Event, now),
});

const fields = (object: KubernetesObject): Record<string, string> => {
  const { involvedObject, reason, source, type, reportingComponent } = object as Event;
  return {
    "involvedObject.kind": involvedObject.kind ?? "",
    "involvedObject.namespace": involvedObject.namespace ?? "",
    "involvedObject.name": involvedObject.name ?? "",
    "involvedObject.uid": involvedObject.uid ?? "",
    "involvedObject.apiVersion": involvedObject.apiVersion ?? "",
    "involvedObject.resourceVersion": involvedObject.resourceVersion ?? "",
    "involvedObject.fieldPath": involvedObject.fieldPath ?? "",
    reason: reason ?? "",
    reportingComponent: reportingComponent ?? "",
    source: source?.component ?? "",
    type: type ?? "",
  };
};

const NO_EVENT = { involvedObject: {} } as Event;

export const event: Kind = {
  group: "",
  version: "v1",
  kind: "Event",
  plural: "events",
  singular: "event",
  shortNames: ["ev"],
  namespaced: true,
  verbs: ALL_VERBS,
  nameRule: "event",
  // k8s.io/kubernetes/pkg/printers/internalversion, `printEvent`: the name comes last, and only when asked for.
  columns: [
    column("Last Seen", 0, (object, now) => ago(lastSeen(object), now)),
    column("Type", 0, (object) => object.type ?? ""),
    column("Reason", 0, (object) => object.reason ?? ""),
    column("Object", 0, ({ involvedObject: { kind = "", name = "" } }) =>
      name === "" ? kind.toLowerCase() : `${kind.toLowerCase()}/${name}`,
    ),
    column("Subobject", 1, ({ involvedObject }) => involvedObject.fieldPath ?? ""),
    column("Source", 1, ({ source }) =>
      [source?.component, source?.host].filter((part) => part !== undefined).join(", "),
    ),
    column("Message", 0, (object) => (object.message ?? "").trim()),
    column("First Seen", 1, (object, now) =>
      ago(object.firstTimestamp ?? (object.metadata.creationTimestamp as string), now),
    ),
    column("Count", 1, (object) => object.count ?? 1),
    column("Name", 1, ({ metadata }) => metadata.name),
  ],
  selectable: Object.keys(fields(NO_EVENT)),
  selectableFields: fields,
  setDefaults: (object) => {
    (object as Partial<Event>).involvedObject ??= {};
  },
};

/**
 * The same events in their newer form (events.k8s.io/v1). They are stored in the form of core/v1, and both
 * groups show all of them, as in Kubernetes.
 */
export const eventsK8sIo: Kind = {
  ...event,
  group: "events.k8s.io",
  // The new form's names for the same fields: k8s.io/kubernetes/pkg/apis/events/v1/conversion.go.
  selectable: [
    "reason",
    "reportingController",
    "type",
    ...(event.selectable ?? [])
      .filter((field) => field.startsWith("involvedObject."))
      .map((field) => field.replace("involvedObject.", "regarding.")),
  ],
  selectableFields: (object) => {
    const { reportingComponent = "", ...others } = fields(object);
    return {
      ...Object.fromEntries(
        Object.entries(others).map(([field, value]) => [
          field.replace("involvedObject.", "regarding."),
          value,
        ]),
      ),
      reportingController: reportingComponent,
    };
  },
};

/** core/v1 -> events.k8s.io/v1. */
export const toEventsK8sIo = (object: KubernetesObject): KubernetesObject => {
  const {
    involvedObject,
    message,
    source,
    firstTimestamp,
    lastTimestamp,
    count,
    reportingComponent,
    ...rest
  } = object as Event;
  return {
    ...rest,
    apiVersion: "events.k8s.io/v1",
    eventTime: rest.eventTime ?? null,
    regarding: involvedObject,
    note: message,
    reportingController: reportingComponent ?? "",
    deprecatedSource: source,
    deprecatedFirstTimestamp: firstTimestamp,
    deprecatedLastTimestamp: lastTimestamp,
    deprecatedCount: count,
  };
};

/** events.k8s.io/v1 -> core/v1. */
export const fromEventsK8sIo = (object: Partial<KubernetesObject>): Record<string, unknown> => {
  const {
    regarding,
    note,
    reportingController,
    deprecatedSource,
    deprecatedFirstTimestamp,
    deprecatedLastTimestamp,
    deprecatedCount,
    ...rest
  } = object;
  return {
    ...rest,
    apiVersion: "v1",
    involvedObject: regarding ?? {},
    message: note,
    reportingComponent: reportingController,
    source: deprecatedSource ?? {},
    firstTimestamp: deprecatedFirstTimestamp ?? null,
    lastTimestamp: deprecatedLastTimestamp ?? null,
    count: deprecatedCount,
  };
};
