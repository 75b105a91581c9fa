import {
  allContainers,
  type Container,
  type Pod,
  type PodSpec,
  type VolumeProjection,
} from "../pod";
import {
  duplicate,
  fieldForbidden,
  fieldNotFound,
  invalid,
  notSupported,
  required,
  type FieldError,
} from "../status";
import { labelErrors, subdomainErrors } from "./names";

/** Source: k8s.io/kubernetes/pkg/apis/core/validation/validation.go, `ValidatePodSpec` and below. */
export const podErrors = ({ spec }: Pod): FieldError[] => {
  const volumes = spec.volumes ?? [];
  const names = volumes.map(({ name }) => name);
  return [
    ...volumes.flatMap(({ name, projected }, index) => [
      ...labelErrors(`spec.volumes[${index}].name`, name),
      ...(names.indexOf(name) < index ? [duplicate(`spec.volumes[${index}].name`, name)] : []),
      ...tokenErrors(`spec.volumes[${index}].projected`, projected?.sources ?? []),
    ]),
    ...(spec.containers.length === 0 ? [required("spec.containers")] : []),
    ...containersErrors("spec.initContainers", spec.initContainers ?? [], spec),
    ...containersErrors("spec.containers", spec.containers, spec),
    ...oneOf("spec.restartPolicy", spec.restartPolicy, ["Always", "OnFailure", "Never"]),
    ...oneOf("spec.dnsPolicy", spec.dnsPolicy, [
      "ClusterFirst",
      "ClusterFirstWithHostNet",
      "Default",
      "None",
    ]),
    ...(spec.serviceAccountName === undefined
      ? []
      : subdomainErrors("spec.serviceAccountName", spec.serviceAccountName)),
    ...(spec.activeDeadlineSeconds !== undefined && spec.activeDeadlineSeconds < 1
      ? [
          invalid(
            "spec.activeDeadlineSeconds",
            spec.activeDeadlineSeconds,
            "must be between 1 and 2147483647, inclusive",
          ),
        ]
      : []),
  ];
};

const SHORTEST_TOKEN_SECONDS = 600;

/** Source: `validateProjectionSources` in the same file. */
const tokenErrors = (at: string, sources: readonly VolumeProjection[]): FieldError[] =>
  sources.flatMap(({ serviceAccountToken }, index) => {
    if (!serviceAccountToken) return [];
    const { path, expirationSeconds = SHORTEST_TOKEN_SECONDS } = serviceAccountToken;
    const field = `${at}.sources[${index}].serviceAccountToken.expirationSeconds`;
    return [
      ...(expirationSeconds < SHORTEST_TOKEN_SECONDS
        ? [invalid(field, expirationSeconds, "may not specify a duration less than 10 minutes")]
        : []),
      ...(expirationSeconds > 2 ** 32
        ? [invalid(field, expirationSeconds, "may not specify a duration larger than 2^32 seconds")]
        : []),
      // The API server names the volume here, not the source.
      ...(path ? pathErrors(`${at}.path`, path) : [required(`${at}.path`)]),
    ];
  });

/** Source: `validateLocalNonReservedPath` in the same file. */
const pathErrors = (field: string, path: string): FieldError[] => [
  ...(path.startsWith("/") ? [invalid(field, path, "must be a relative path")] : []),
  ...(path.split("/").includes("..") ? [invalid(field, path, "must not contain '..'")] : []),
  ...(path.startsWith("..") && !path.startsWith("../")
    ? [invalid(field, path, "must not start with '..'")]
    : []),
];

const oneOf = (field: string, value: unknown, supported: readonly string[]): FieldError[] =>
  value === undefined || supported.includes(value as string)
    ? []
    : [notSupported(field, value, supported)];

const containersErrors = (
  path: string,
  containers: readonly Container[],
  spec: PodSpec,
): FieldError[] => {
  const all = allContainers(spec).map(({ name }) => name);
  return containers.flatMap((container, index) => {
    const at = `${path}[${index}]`;
    return [
      ...(container.name ? labelErrors(`${at}.name`, container.name) : [required(`${at}.name`)]),
      ...(all.filter((name) => name === container.name).length > 1
        ? [duplicate(`${at}.name`, container.name)]
        : []),
      ...(container.image ? [] : [required(`${at}.image`)]),
      ...oneOf(`${at}.imagePullPolicy`, container.imagePullPolicy, [
        "Always",
        "IfNotPresent",
        "Never",
      ]),
      ...(container.env ?? []).flatMap(({ name }, position) =>
        name ? [] : [required(`${at}.env[${position}].name`)],
      ),
      ...mountErrors(at, container, spec),
    ];
  });
};

const mountErrors = (at: string, { volumeMounts = [] }: Container, spec: PodSpec): FieldError[] =>
  volumeMounts.flatMap(({ name, mountPath }, index) => {
    const field = `${at}.volumeMounts[${index}]`;
    const first = volumeMounts.findIndex((mount) => mount.mountPath === mountPath);
    return [
      ...(spec.volumes?.some((volume) => volume.name === name)
        ? []
        : [fieldNotFound(`${field}.name`, name)]),
      ...(mountPath ? [] : [required(`${field}.mountPath`)]),
      ...(first < index ? [invalid(`${field}.mountPath`, mountPath, "must be unique")] : []),
    ];
  });

const QUANTITY = /^[+-]?(\d+|\d+\.\d*|\.\d+)([KMGTPE]i|[numkMGTPE]|[eE][+-]?\d+)?$/;

/** The first amount of a pod's resources that is none: Go's decoder refuses it before anything is validated. */
export const malformedQuantity = (spec: PodSpec): string | undefined =>
  allContainers(spec)
    .flatMap(({ resources = {} }) => [resources.limits, resources.requests])
    .flatMap((amounts) => Object.values(amounts ?? {}))
    .find((amount) => !QUANTITY.test(amount));

/** The spec without what an update may change. */
const fixedPart = ({ spec }: Pod): string => {
  const withoutImages = (containers?: readonly Container[]) =>
    containers?.map((container) => ({ ...container, image: "" }));
  return JSON.stringify({
    ...spec,
    containers: withoutImages(spec.containers),
    initContainers: withoutImages(spec.initContainers),
    activeDeadlineSeconds: undefined,
    terminationGracePeriodSeconds: undefined,
    tolerations: undefined,
  });
};

/** Source: `ValidatePodUpdate` in the same file. */
export const podUpdateErrors = (pod: Pod, before: Pod): FieldError[] =>
  fixedPart(pod) === fixedPart(before)
    ? []
    : [
        fieldForbidden(
          "spec",
          "pod updates may not change fields other than `spec.containers[*].image`,`spec.initContainers[*].image`,`spec.activeDeadlineSeconds`,`spec.tolerations` (only additions to existing tolerations),`spec.terminationGracePeriodSeconds` (allow it to be set to 1 if it was previously negative)",
        ),
      ];
