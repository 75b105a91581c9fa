import { badRequest } from "./status";

type Labels = Readonly<Record<string, string>>;
type Test = (labels: Labels) => boolean;

const KEY = String.raw`[A-Za-z0-9](?:[-A-Za-z0-9_./]*[A-Za-z0-9])?`;
const SET_BASED = new RegExp(`^(${KEY})\\s+(in|notin)\\s+\\(([^)]*)\\)$`);
const EQUALITY = new RegExp(`^(${KEY})\\s*(==|=|!=)\\s*([-A-Za-z0-9_.]*)$`);
const EXISTENCE = new RegExp(`^(!?)\\s*(${KEY})$`);

/**
 * A label selector, as a test of labels.
 *
 * Source: https://kubernetes.io/docs/concepts/overview/working-with-objects/labels/#label-selectors
 *
 * @throws StatusError 400 when the text is not a selector.
 */
export const labelSelector = (text: string): Test => {
  // A comma inside `in (a, b)` does not separate requirements.
  const tests = text
    .split(/,(?![^(]*\))/)
    .map((part) => part.trim())
    .filter((part) => part !== "")
    .map((part) => requirement(part));
  return (labels) => tests.every((test) => test(labels));
};

const requirement = (text: string): Test => {
  const set = SET_BASED.exec(text);
  if (set) {
    const [, key = "", operator, list = ""] = set;
    const values = list.split(",").map((value) => value.trim());
    return operator === "in"
      ? (labels) => labels[key] !== undefined && values.includes(labels[key])
      : (labels) => labels[key] === undefined || !values.includes(labels[key]);
  }
  const equality = EQUALITY.exec(text);
  if (equality) {
    const [, key = "", operator, value = ""] = equality;
    return operator === "!="
      ? (labels) => labels[key] !== value
      : (labels) => labels[key] === value;
  }
  const existence = EXISTENCE.exec(text);
  if (existence) {
    const [, not, key = ""] = existence;
    return (labels) => (labels[key] === undefined) === (not === "!");
  }
  throw badRequest(`unable to parse requirement: found '${text}', expected: a label requirement`);
};

/**
 * A field selector, as a test of an object's selectable fields.
 *
 * Source: https://kubernetes.io/docs/concepts/overview/working-with-objects/field-selectors/
 *
 * @param supported - The fields that the kind can be selected by.
 * @throws StatusError 400 when the text is not a selector or names another field.
 */
export const fieldSelector = (text: string, supported: readonly string[]): Test => {
  const tests = text
    .split(",")
    .map((part) => part.trim())
    .filter((part) => part !== "")
    .map((part): Test => {
      const [, field = "", operator, value = ""] = /^(.+?)(==|!=|=)(.*)$/.exec(part) ?? [];
      if (operator === undefined) {
        throw badRequest(`invalid selector: '${part}'; can't understand '${part}'`);
      }
      if (!supported.includes(field)) {
        throw badRequest(`field label not supported: ${field}`);
      }
      return operator === "!="
        ? (fields) => (fields[field] ?? "") !== value
        : (fields) => (fields[field] ?? "") === value;
    });
  return (fields) => tests.every((test) => test(fields));
};
