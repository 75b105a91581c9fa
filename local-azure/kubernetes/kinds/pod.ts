import type { KubernetesObject } from "../../core/planes";
import type { Pod } from "../pod";
import { ALL_VERBS, type Kind } from "./kind";
import { podColumns } from "./pod-columns";
import { qosClass, setPodDefaults } from "./pod-defaults";
import { podErrors, podUpdateErrors } from "./pod-validation";

const selectableFields = (object: KubernetesObject): Record<string, string> => {
  const { spec, status } = object as Pod;
  return {
    "spec.nodeName": spec.nodeName ?? "",
    "spec.restartPolicy": spec.restartPolicy ?? "",
    "spec.schedulerName": spec.schedulerName as string,
    "spec.serviceAccountName": spec.serviceAccountName ?? "",
    "spec.hostNetwork": String(spec.hostNetwork === true),
    "status.phase": status.phase,
    "status.podIP": status.podIP ?? "",
    "status.nominatedNodeName": "",
  };
};

const NO_POD = { spec: {}, status: {} } as unknown as Pod;

export const pod: Kind = {
  group: "",
  version: "v1",
  kind: "Pod",
  plural: "pods",
  singular: "pod",
  shortNames: ["po"],
  namespaced: true,
  verbs: ALL_VERBS,
  categories: ["all"],
  nameRule: "DNS subdomain",
  hasStatus: true,
  subresources: [
    { name: "log", kind: "Pod", verbs: ["get"] },
    { name: "status", kind: "Pod", verbs: ["get", "patch", "update"] },
  ],
  columns: podColumns,
  selectable: Object.keys(selectableFields(NO_POD)),
  selectableFields,
  prepareForCreate: (object) => {
    const { spec } = object as Pod;
    (object as Pod).status = { phase: "Pending", qosClass: qosClass(spec) };
  },
  setDefaults: (object) => {
    setPodDefaults(object as Pod);
  },
  validate: (object) => podErrors(object as Pod),
  validateUpdate: (object, before) => podUpdateErrors(object as Pod, before as Pod),
};
