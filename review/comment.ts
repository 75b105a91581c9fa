import type { EnvironmentReview } from "./environment-review";
import { type AttributeChange, NONE } from "./attribute-change";
import { block, code, table } from "./markdown";
import { ACTIONS, type Action, type ResourceChange } from "./resource-change";

/** How to word a review. */
export interface CommentOptions {
  /** "drift" words it as what was changed outside Terraform. */
  readonly of?: "plan" | "drift";
  /** The commit that was reviewed. */
  readonly commit?: string;
  /** The most characters that the text may have. */
  readonly limit?: number;
}

/** GitHub refuses the body of a comment that is longer (REST API, "body is too long"). */
export const GITHUB_LIMIT = 65_536;

/** What is left out, step by step, until a review fits. */
const DETAILS = ["full", "few", "addresses", "counts"] as const;
type Detail = (typeof DETAILS)[number];
const FEW_ATTRIBUTES = 5;
const MOST_ATTRIBUTES = 30;

const WORDS: Readonly<Record<"plan" | "drift", Readonly<Record<Action, string>>>> = {
  plan: {
    destroy: "destroy",
    replace: "replace",
    change: "change",
    create: "create",
    forget: "forget (stays in Azure)",
    import: "import",
    move: "move",
  },
  drift: {
    destroy: "deleted outside",
    replace: "replaced outside",
    change: "changed outside",
    create: "created outside",
    forget: "forgotten",
    import: "imported",
    move: "moved",
  },
};

/** The review of every environment as one Markdown text. */
export function comment(
  reviews: readonly EnvironmentReview[],
  { of = "plan", commit, limit = GITHUB_LIMIT }: CommentOptions = {},
): string {
  const title = of === "plan" ? "What this change does" : "What was changed outside Terraform";
  for (const detail of DETAILS) {
    const text = [
      `## ${title}${commit === undefined ? "" : ` (${code(commit.slice(0, 7))})`}`,
      ...(of === "plan" ? callouts(reviews) : []),
      ...reviews.filter(isLong).map((review) => section(review, of, detail)),
      ...reviews.filter((review) => !isLong(review)).map((review) => oneLine(review, of)),
      ...(detail === "full" ? [] : ["_Shortened: the whole does not fit into a comment._"]),
    ].join("\n\n");
    if (text.length <= limit) return `${text}\n`;
  }
  return `## ${title}\n\n${reviews.length} environments: too many changes to show in a comment.\n`.slice(
    0,
    limit,
  );
}

/** Replaced or destroyed resources that keep something no later apply brings back: before all else. */
function callouts(reviews: readonly EnvironmentReview[]): string[] {
  const lines = reviews.flatMap((review) =>
    review.outcome !== "changed"
      ? []
      : review.resources
          .filter(({ loses }) => loses !== undefined)
          .map(
            ({ address, action, reason, loses }) =>
              `> - **${review.environment}: ${code(address)} is ${action === "replace" ? "replaced" : "destroyed"}**` +
              `${reason === undefined ? "" : ` (${reason})`}. Lost with it: ${loses ?? ""}.`,
          ),
  );
  return lines.length === 0 ? [] : ["> [!CAUTION]\n" + lines.join("\n")];
}

type LongReview = Extract<EnvironmentReview, { outcome: "changed" | "failed" }>;

function isLong(review: EnvironmentReview): review is LongReview {
  return review.outcome === "changed" || review.outcome === "failed";
}

function oneLine(review: EnvironmentReview, of: "plan" | "drift"): string {
  const what = of === "plan" ? "no changes" : "nothing changed outside";
  return `**${review.environment}**: ${review.outcome === "skipped" ? review.detail : what}.`;
}

function section(review: LongReview, of: "plan" | "drift", detail: Detail): string {
  if (review.outcome === "failed") {
    return `### ${review.environment}: failed\n\n${block(review.detail.slice(0, detail === "full" ? 6_000 : 1_000))}`;
  }
  const heading = `### ${review.environment}: ${summary(review.resources, review.outputs, of)}`;
  if (detail === "counts") return heading;
  const rows = [
    ...review.resources.map((resource) => [
      WORDS[of][resource.action],
      title(resource),
      cell(resource, detail),
    ]),
    ...outputRows(review.outputs),
  ];
  const note = review.note === undefined ? "" : `\n\n${review.note}`;
  return `${heading}${note}\n\n${table(["", "Resource", "What changes"], rows)}`;
}

/** The name says more than the address, of which cdktf makes one part from a hash. */
function title({ address, name }: ResourceChange): string {
  return name === undefined ? code(address) : `${code(address)}<br>${code(name)}`;
}

/** New and removed ones take one row: what they are follows from the resources. */
function outputRows(outputs: readonly AttributeChange[]): string[][] {
  const names = (which: readonly AttributeChange[]) =>
    which.map(({ path }) => code(path)).join(", ");
  const added = outputs.filter(({ before }) => before === NONE);
  const removed = outputs.filter(({ after }) => after === NONE);
  const changed = outputs.filter(({ before, after }) => before !== NONE && after !== NONE);
  return [
    ...(removed.length > 0 ? [["removed output", names(removed), ""]] : []),
    ...changed.map((output) => ["output", code(output.path), values(output)]),
    ...(added.length > 0 ? [["new output", names(added), ""]] : []),
  ];
}

/** Such as "1 to destroy, 2 to change, 1 output". */
function summary(
  resources: readonly ResourceChange[],
  outputs: readonly AttributeChange[],
  of: "plan" | "drift" = "plan",
): string {
  const counts = ACTIONS.map((action) => ({
    action,
    count: resources.filter((resource) => resource.action === action).length,
  })).filter(({ count }) => count > 0);
  return [
    ...counts.map(({ action, count }) =>
      of === "plan" ? `${count} to ${action}` : `${count} ${WORDS.drift[action]}`,
    ),
    ...(outputs.length === 0 ? [] : [`${outputs.length} output${outputs.length > 1 ? "s" : ""}`]),
  ].join(", ");
}

function cell({ reason, attributes }: ResourceChange, detail: Detail): string {
  const lines = reason === undefined ? [] : [reason];
  if (detail !== "addresses") {
    const most = detail === "full" ? MOST_ATTRIBUTES : FEW_ATTRIBUTES;
    // What forces a replacement is worth most.
    const sorted = attributes.toSorted(
      (one, other) => Number(other.forcesReplacement) - Number(one.forcesReplacement),
    );
    lines.push(
      ...sorted.slice(0, most).map((attribute) => {
        const path = code(attribute.path);
        return `${attribute.forcesReplacement ? `**${path}**` : path}: ${values(attribute)}`;
      }),
    );
    if (attributes.length > most) lines.push(`and ${attributes.length - most} more`);
  }
  return lines.join("<br>");
}

function values({ before, after }: AttributeChange): string {
  const one = (value: string) =>
    /^\([a-z ]+\)$/.test(value) ? `_${value.slice(1, -1)}_` : code(value);
  if (before === after) return `${one(before)}, changed`;
  return `${one(before)} → ${one(after)}`;
}
