import { isRecord, type Plan } from "./plan";

/** What stands in place of a value that must not be seen. */
export const SENSITIVE = "(sensitive)";

/** Names that hold a secret even where the provider's schema does not say so. */
const SECRET_NAME =
  /pass(word|phrase)|secret|private_?key|access_?key|client_(key|certificate)$|kube_(admin_)?config|connection_string|sas_|(^|_)token$|credentials?$/i;

/** Names of things that refer to a secret, such as `secret_name` of a volume. */
const REFERENCE_NAME = /_(names?|refs?|ids?|enabled|version)$/i;

/** Shorter ones would hide half of the plan ("1", "true", "dev"). */
const SHORTEST_SECRET = 6;

/**
 * Hides what must not be seen: what the engine marks as sensitive (`before_sensitive`,
 * `after_sensitive`, sensitive variables), attributes with the name of a secret, and every other text
 * that contains such a value. The last matters: an unmarked copy of a sensitive value, such as the
 * `output` of a `terraform_data`, is shown in clear by the engine itself.
 */
export class Secrets {
  readonly #values = new Set<string>();

  constructor(plan: Plan) {
    const { variables = {} } = plan.configuration?.root_module ?? {};
    for (const [name, { value }] of Object.entries(plan.variables)) {
      if (variables[name]?.sensitive) this.#learn(value, true);
    }
    const changes = [...plan.resource_changes, ...plan.resource_drift].map(({ change }) => change);
    for (const change of [...changes, ...Object.values(plan.output_changes)]) {
      this.#learn(change.before, change.before_sensitive);
      this.#learn(change.after, change.after_sensitive);
    }
  }

  /**
   * A copy of `value` with everything hidden that must not be seen.
   *
   * @param marks - The engine's marks for it: true, or a value of the same shape with true inside.
   * @param name - The attribute's name.
   */
  hide(value: unknown, marks: unknown, name = ""): unknown {
    if (value === null || value === undefined) return value;
    if (marks === true || (isSecretName(name) && !isNothing(value))) return SENSITIVE;
    if (Array.isArray(value)) return value.map((item, i) => this.hide(item, at(marks, i)));
    if (isRecord(value)) {
      return Object.fromEntries(
        Object.entries(value).map(([key, item]) => [key, this.hide(item, at(marks, key), key)]),
      );
    }
    if (typeof value !== "string") return value;
    for (const secret of this.#values) if (value.includes(secret)) return SENSITIVE;
    return value;
  }

  #learn(value: unknown, marks: unknown): void {
    if (marks === undefined || marks === null || marks === false) return;
    if (typeof value === "string") {
      if (marks === true && value.length >= SHORTEST_SECRET) this.#values.add(value);
    } else if (Array.isArray(value)) {
      value.forEach((item, i) => {
        this.#learn(item, marks === true || at(marks, i));
      });
    } else if (isRecord(value)) {
      for (const [key, item] of Object.entries(value))
        this.#learn(item, marks === true || at(marks, key));
    }
  }
}

/** The part of a parallel structure (marks, unknowns) that belongs to one key. */
export function at(tree: unknown, key: string | number): unknown {
  if (Array.isArray(tree)) return tree[Number(key)] as unknown;
  return isRecord(tree) ? tree[key] : undefined;
}

function isSecretName(name: string): boolean {
  return SECRET_NAME.test(name) && !REFERENCE_NAME.test(name);
}

/** Switches and empty values tell nothing: `kube_config_enabled = true` may be seen. */
function isNothing(value: unknown): boolean {
  if (typeof value === "object" && value !== null) return Object.keys(value).length === 0;
  return typeof value === "boolean" || value === "";
}
