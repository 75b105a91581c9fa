import { badRequest } from "./status";

type Labels = Readonly<Record<string, string>>;
type Test = (labels: Labels) => boolean;

const TOKENS = /\s*(?:(==|!=|=|!|\(|\)|,|>|<)|([^\s=!(),><]+))/y;
const SYMBOL = /^[=!(),><]/;
const OPERATORS = ["in", "notin", "=", "==", "!=", "gt", "lt"];

/**
 * A label selector, as a test of labels.
 *
 * Source: https://kubernetes.io/docs/concepts/overview/working-with-objects/labels/#label-selectors; grammar and
 * messages: k8s.io/apimachinery/pkg/labels/selector.go.
 *
 * @throws StatusError 400 when the text is not a selector.
 */
export const labelSelector = (text: string): Test => {
  const tokens = [...tokensOf(text)];
  const next = () => tokens.shift() ?? "";
  const isEnd = () => tokens.length === 0 || tokens[0] === ",";
  const tests: Test[] = [];
  while (tokens.length > 0) {
    tests.push(requirement(next, isEnd));
    if (tokens.length === 0) break;
    const comma = next();
    if (comma !== ",") throw badRequest(`found '${comma}', expected: ',' or 'end of string'`);
    const [after = ""] = tokens;
    if (after === "" || (SYMBOL.test(after) && after !== "!")) {
      throw badRequest(`found '${after}', expected: identifier after ','`);
    }
  }
  return (labels) => tests.every((test) => test(labels));
};

function* tokensOf(text: string): Generator<string> {
  const expression = new RegExp(TOKENS);
  for (;;) {
    const found = expression.exec(text);
    if (!found) return;
    yield found[1] ?? found[2] ?? "";
  }
}

const wrong = (token: string, expected: string) =>
  badRequest(`unable to parse requirement: found '${token}', expected: ${expected}`);

const requirement = (next: () => string, isEnd: () => boolean): Test => {
  const first = next();
  const key = first === "!" ? next() : first;
  if (key === "" || SYMBOL.test(key)) throw wrong(key, "identifier");
  if (first === "!") return (labels) => labels[key] === undefined;
  if (isEnd()) return (labels) => labels[key] !== undefined;
  const operator = next();
  const exact = () => {
    const value = isEnd() ? "" : next();
    if (SYMBOL.test(value)) throw wrong(value, "identifier");
    return value;
  };
  switch (operator) {
    case "=":
    case "==": {
      const value = exact();
      return (labels) => labels[key] === value;
    }
    case "!=": {
      const value = exact();
      return (labels) => labels[key] !== value;
    }
    case ">":
    case "<": {
      const bound = Number(exact());
      return (labels) => {
        const value = Number(labels[key] ?? NaN);
        return operator === ">" ? value > bound : value < bound;
      };
    }
    case "in": {
      const values = valuesOf(next);
      return (labels) => labels[key] !== undefined && values.includes(labels[key]);
    }
    case "notin": {
      const values = valuesOf(next);
      return (labels) => labels[key] === undefined || !values.includes(labels[key]);
    }
    default:
      throw wrong(operator, OPERATORS.join(", "));
  }
};

/** `(a, b)`; an empty place is the empty value. */
const valuesOf = (next: () => string): string[] => {
  const open = next();
  if (open !== "(") throw badRequest(`unable to parse requirement: found '${open}' expected: '('`);
  const values: string[] = [];
  let value = "";
  for (;;) {
    const token = next();
    if (token === ")" || token === ",") {
      values.push(value);
      value = "";
      if (token === ")") return values;
    } else if (token === "" || SYMBOL.test(token) || value !== "") {
      throw wrong(token, "',' or ')'");
    } else value = token;
  }
};

/**
 * A field selector, as a test of an object's selectable fields.
 *
 * Source: https://kubernetes.io/docs/concepts/overview/working-with-objects/field-selectors/; the messages:
 * k8s.io/apimachinery/pkg/runtime/conversion.go and k8s.io/kubernetes/pkg/apis/core/v1/conversion.go.
 *
 * @param own - The fields that the kind can be selected by, beside name and namespace.
 * @throws StatusError 400 when the text is not a selector or names another field.
 */
export const fieldSelector = (text: string, own: readonly string[] | undefined): Test => {
  const supported = ["metadata.name", "metadata.namespace", ...(own ?? [])];
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
        throw badRequest(
          own
            ? `field label not supported: ${field}`
            : `${JSON.stringify(field)} is not a known field selector: only "metadata.name", "metadata.namespace"`,
        );
      }
      return operator === "!="
        ? (fields) => (fields[field] ?? "") !== value
        : (fields) => (fields[field] ?? "") === value;
    });
  return (fields) => tests.every((test) => test(fields));
};
