import type { Json } from "../test-cluster";

/** What every kind of the kinds table needs to pass the contract. */
export interface Row {
  /** An object's fields beside its type and metadata. */
  readonly fields: Json;
  /** The columns of `kubectl get -o wide`, in their order. */
  readonly columns: readonly string[];
  /** What `kubectl get` shows in those that it shows without `-o wide`, from the second on. */
  readonly cells: readonly unknown[];
}

const EVENT_COLUMNS =
  "Last Seen, Type, Reason, Object, Subobject, Source, Message, First Seen, Count, Name";

export const ROWS: Readonly<Record<string, Row>> = {
  ConfigMap: { fields: { data: { a: "1" } }, columns: ["Name", "Data", "Age"], cells: [1, "0s"] },
  Event: {
    fields: {
      involvedObject: { kind: "Pod", name: "web", namespace: "default" },
      reason: "Pulled",
      message: "done",
      type: "Normal",
      firstTimestamp: "2025-12-31T23:59:00Z",
      lastTimestamp: "2025-12-31T23:59:30Z",
      count: 2,
    },
    columns: EVENT_COLUMNS.split(", "),
    cells: ["Normal", "Pulled", "pod/web", "done"],
  },
  "Event.events.k8s.io": {
    fields: {
      regarding: { kind: "Pod", name: "web", namespace: "default" },
      reason: "Pulled",
      note: "done",
      type: "Normal",
      deprecatedLastTimestamp: "2025-12-31T23:59:30Z",
    },
    columns: EVENT_COLUMNS.split(", "),
    cells: ["Normal", "Pulled", "pod/web", "done"],
  },
  Namespace: { fields: {}, columns: ["Name", "Status", "Age"], cells: ["Active", "0s"] },
  Node: {
    fields: {
      status: {
        conditions: [{ type: "Ready", status: "True" }],
        nodeInfo: { kubeletVersion: "v1.33.5" },
      },
    },
    columns:
      "Name, Status, Roles, Age, Version, Internal-IP, External-IP, OS-Image, Kernel-Version, Container-Runtime".split(
        ", ",
      ),
    cells: ["Ready", "<none>", "0s", "v1.33.5"],
  },
  // On a node that is not there: nobody runs it, so that the contract sees it as it was written.
  Pod: {
    fields: {
      spec: { containers: [{ name: "web", image: "web:1" }], nodeSelector: { no: "such-node" } },
    },
    columns: "Name, Ready, Status, Restarts, Age, IP, Node, Nominated Node, Readiness Gates".split(
      ", ",
    ),
    cells: ["0/1", "Pending", "0", "0s"],
  },
  Secret: {
    fields: { data: { a: "MQ==" } },
    columns: ["Name", "Type", "Data", "Age"],
    cells: ["Opaque", 1, "0s"],
  },
  ServiceAccount: { fields: {}, columns: ["Name", "Secrets", "Age"], cells: [0, "0s"] },
};
