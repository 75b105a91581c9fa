import type { KubernetesObject } from "../../core/planes";
import { invalid, required, type FieldError } from "../status";
import type { Kind } from "./kind";

const LABEL = /^[a-z0-9]([-a-z0-9]*[a-z0-9])?$/;
const SUBDOMAIN = /^[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*$/;
const QUALIFIED = /^([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]$/;
const LABEL_VALUE = /^(([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9])?$/;

// The messages are those of k8s.io/apimachinery/pkg/util/validation/validation.go.
const LABEL_MESSAGE =
  "a lowercase RFC 1123 label must consist of lower case alphanumeric characters or '-', and must start and end with an alphanumeric character (e.g. 'my-name',  or '123-abc', regex used for validation is '[a-z0-9]([-a-z0-9]*[a-z0-9])?')";
const SUBDOMAIN_MESSAGE =
  "a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '-' or '.', and must start and end with an alphanumeric character (e.g. 'example.com', regex used for validation is '[a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*')";
const QUALIFIED_MESSAGE =
  "name part must consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character (e.g. 'MyName',  or 'my.name',  or '123-abc', regex used for validation is '([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]')";
const QUALIFIED_NAME_MESSAGE = `a qualified ${QUALIFIED_MESSAGE.replace("name part", "name")} with an optional DNS subdomain prefix and '/' (e.g. 'example.com/MyName')`;
const LABEL_VALUE_MESSAGE =
  "a valid label must be an empty string or consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character (e.g. 'MyValue',  or 'my_value',  or '12345', regex used for validation is '(([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9])?')";

export const labelErrors = (field: string, value: string): FieldError[] => [
  ...(value.length > 63 ? [invalid(field, value, "must be no more than 63 characters")] : []),
  ...(LABEL.test(value) ? [] : [invalid(field, value, LABEL_MESSAGE)]),
];

export const subdomainErrors = (field: string, value: string): FieldError[] => [
  ...(value.length > 253 ? [invalid(field, value, "must be no more than 253 characters")] : []),
  ...(SUBDOMAIN.test(value) ? [] : [invalid(field, value, SUBDOMAIN_MESSAGE)]),
];

const qualifiedNameErrors = (field: string, key: string): FieldError[] => {
  const [name = "", prefix, ...more] = key.split("/").reverse();
  if (more.length > 0) return [invalid(field, key, QUALIFIED_NAME_MESSAGE)];
  return [
    ...(name.length > 63
      ? [invalid(field, key, "name part must be no more than 63 characters")]
      : []),
    ...(QUALIFIED.test(name) ? [] : [invalid(field, key, QUALIFIED_MESSAGE)]),
    ...(prefix === undefined || SUBDOMAIN.test(prefix)
      ? []
      : [invalid(field, key, `prefix part ${SUBDOMAIN_MESSAGE}`)]),
  ];
};

/** What is wrong with an object's name, labels and annotations. */
export const metadataErrors = (kind: Kind, { metadata }: KubernetesObject): FieldError[] => {
  if (metadata.name === "") return [required("metadata.name", "name or generateName is required")];
  const nameErrors = kind.nameRule === "DNS label" ? labelErrors : subdomainErrors;
  return [
    ...nameErrors("metadata.name", metadata.name),
    ...Object.entries(metadata.labels ?? {}).flatMap(([key, value]) => [
      ...qualifiedNameErrors("metadata.labels", key),
      ...(value.length > 63
        ? [invalid("metadata.labels", value, "must be no more than 63 characters")]
        : []),
      ...(LABEL_VALUE.test(value) ? [] : [invalid("metadata.labels", value, LABEL_VALUE_MESSAGE)]),
    ]),
    ...Object.keys(metadata.annotations ?? {}).flatMap((key) =>
      // Upper-case letters in the prefix are allowed here, for old objects' sake.
      qualifiedNameErrors("metadata.annotations", key.toLowerCase()),
    ),
  ];
};
