import { isRecord, type PlannedChange } from "./plan";
import { at, type Secrets, SENSITIVE } from "./secrets";

/** One attribute that differs, with values that may be shown. */
export interface AttributeChange {
  /** Such as `default_node_pool[0].vm_size`. */
  readonly path: string;
  readonly before: string;
  readonly after: string;
  /** The attribute cannot be changed in place. */
  readonly forcesReplacement: boolean;
}

/** What an attribute has that only the apply will tell. */
export const UNKNOWN = "(known after apply)";
/** What an attribute has that is not there. */
export const NONE = "(none)";
/** Longer values, such as an encoded build task, are cut. */
const LONGEST_VALUE = 100;

/**
 * The attributes that differ between the two sides of a change, in the order of their names.
 *
 * @param of - "drift" leaves out what a refresh finds although nobody changed it: the first one after an
 * apply turns what is unset into what is empty (providers built on terraform-plugin-sdk,
 * hashicorp/terraform issue 29319), and each write to a Kubernetes object is counted in it.
 */
export function attributeChanges(
  change: PlannedChange,
  secrets: Secrets,
  of: "plan" | "drift" = "plan",
): AttributeChange[] {
  const forcing = (change.replace_paths ?? []).map(renderPath);
  const found: AttributeChange[] = [];
  const compare = (path: (string | number)[], sides: Sides): void => {
    const { before, after, unknown } = sides;
    if (unknown !== true && same(before, after) && !hasUnknown(unknown)) return;
    if (of === "drift" && ((isEmpty(before) && isEmpty(after)) || isCounter(path))) return;
    const keys = unknown === true ? [] : keysToCompare(before, after, unknown);
    const marked = sides.beforeMarks === true || sides.afterMarks === true;
    if (keys.length > 0 && !marked) {
      for (const key of keys) compare([...path, key], sidesAt(sides, key));
      return;
    }
    const name = path.findLast((part) => typeof part === "string") ?? "";
    const rendered = renderPath(path);
    found.push({
      path: rendered,
      before: show(secrets.hide(before, sides.beforeMarks, name)),
      after: unknown === true ? UNKNOWN : show(secrets.hide(after, sides.afterMarks, name)),
      forcesReplacement: forcing.some(
        (forced) => isWithin(rendered, forced) || isWithin(forced, rendered),
      ),
    });
  };
  compare([], {
    before: change.before,
    after: change.after,
    unknown: change.after_unknown,
    beforeMarks: change.before_sensitive,
    afterMarks: change.after_sensitive,
  });
  return found;
}

/** `["default_node_pool", 0, "name"]` as `default_node_pool[0].name`. */
export function renderPath(path: readonly (string | number)[]): string {
  return path
    .map((part, i) => {
      if (typeof part === "number") return `[${part}]`;
      if (!/^[\w-]+$/.test(part)) return `[${JSON.stringify(part)}]`;
      return i === 0 ? part : `.${part}`;
    })
    .join("");
}

/** The same place in every parallel structure of a change. */
interface Sides {
  readonly before: unknown;
  readonly after: unknown;
  readonly unknown: unknown;
  readonly beforeMarks: unknown;
  readonly afterMarks: unknown;
}

function sidesAt(sides: Sides, key: string | number): Sides {
  return {
    before: at(sides.before, key),
    after: at(sides.after, key),
    unknown: at(sides.unknown, key),
    beforeMarks: at(sides.beforeMarks, key),
    afterMarks: at(sides.afterMarks, key),
  };
}

/** What to go into; none when the values are shown as a whole, as lists of plain values are. */
function keysToCompare(before: unknown, after: unknown, unknown: unknown): (string | number)[] {
  const sides = [before, after].filter((side) => side !== null && side !== undefined);
  if (sides.length === 0 && !isRecord(unknown)) return [];
  if (sides.every(isRecord) && (sides.length > 0 || isRecord(unknown))) {
    const keys = [...sides, ...(isRecord(unknown) ? [unknown] : [])].flatMap(Object.keys);
    return [...new Set(keys)].sort();
  }
  if (sides.every(Array.isArray) && sides.flat().some(isRecord)) {
    const length = Math.max(...sides.map((side) => side.length));
    return Array.from({ length }, (_, i) => i);
  }
  return [];
}

function same(one: unknown, other: unknown): boolean {
  const nothing = (value: unknown) => value === null || value === undefined;
  if (nothing(one) && nothing(other)) return true;
  return JSON.stringify(one) === JSON.stringify(other);
}

function isEmpty(value: unknown): boolean {
  if (typeof value === "object" && value !== null) return Object.keys(value).length === 0;
  return value === null || value === undefined || value === "";
}

function isCounter(path: readonly (string | number)[]): boolean {
  return ["resource_version", "generation"].includes(String(path.at(-1)));
}

function hasUnknown(unknown: unknown): boolean {
  if (unknown === true) return true;
  if (typeof unknown !== "object" || unknown === null) return false;
  return Object.values(unknown).some(hasUnknown);
}

function isWithin(path: string, ancestor: string): boolean {
  return path === ancestor || path.startsWith(`${ancestor}.`) || path.startsWith(`${ancestor}[`);
}

function show(value: unknown): string {
  if (value === null || value === undefined) return NONE;
  if (value === SENSITIVE) return value;
  const text = JSON.stringify(value);
  if (text.length <= LONGEST_VALUE) return text;
  return `${text.slice(0, LONGEST_VALUE)}… (${text.length} characters)`;
}
