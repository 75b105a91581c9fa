import type { KubernetesObject } from "../../core/planes";
import { AGE } from "./columns";
import { ALL_VERBS, type Column, type Kind } from "./kind";

interface NodeFields {
  metadata: { labels?: Record<string, string> };
  spec?: { unschedulable?: boolean };
  status?: {
    conditions?: { type: string; status: string }[];
    addresses?: { type: string; address: string }[];
    nodeInfo?: Record<string, string>;
  };
}

const ROLE_LABEL = "node-role.kubernetes.io/";

const column = (name: string, priority: 0 | 1, cell: (node: NodeFields) => string): Column => ({
  name,
  type: "string",
  priority,
  cell,
});

const info = (field: string) => (node: NodeFields) => node.status?.nodeInfo?.[field] ?? "<unknown>";

const address = (type: string) => (node: NodeFields) =>
  node.status?.addresses?.find((entry) => entry.type === type)?.address ?? "<none>";

export const node: Kind = {
  group: "",
  version: "v1",
  kind: "Node",
  plural: "nodes",
  singular: "node",
  shortNames: ["no"],
  namespaced: false,
  verbs: ALL_VERBS,
  nameRule: "DNS subdomain",
  hasStatus: true,
  subresources: [{ name: "status", kind: "Node", verbs: ["get", "patch", "update"] }],
  columns: [
    column("Status", 0, ({ status, spec }) => {
      const ready = status?.conditions?.find(({ type }) => type === "Ready");
      const text = ready === undefined ? "Unknown" : ready.status === "True" ? "Ready" : "NotReady";
      return spec?.unschedulable === true ? `${text},SchedulingDisabled` : text;
    }),
    column("Roles", 0, ({ metadata }) => {
      const roles = Object.keys(metadata.labels ?? {})
        .filter((label) => label.startsWith(ROLE_LABEL))
        .map((label) => label.slice(ROLE_LABEL.length));
      return roles.length === 0 ? "<none>" : roles.join(",");
    }),
    AGE,
    column("Version", 0, info("kubeletVersion")),
    column("Internal-IP", 1, address("InternalIP")),
    column("External-IP", 1, address("ExternalIP")),
    column("OS-Image", 1, info("osImage")),
    column("Kernel-Version", 1, info("kernelVersion")),
    column("Container-Runtime", 1, info("containerRuntimeVersion")),
  ],
  selectable: ["spec.unschedulable"],
  selectableFields: (object: KubernetesObject) => ({
    "spec.unschedulable": String((object as NodeFields).spec?.unschedulable ?? false),
  }),
};
