import { type AttributeChange, attributeChanges } from "./attribute-change";
import type { Plan } from "./plan";
import { ACTIONS, type ResourceChange, resourceChange } from "./resource-change";
import { Secrets } from "./secrets";

/** What the review found for one environment. */
export type EnvironmentReview = { readonly environment: string } & (
  | { readonly outcome: "unchanged" }
  | {
      readonly outcome: "changed";
      /** What the reader has to know before the table. */
      readonly note?: string;
      readonly resources: readonly ResourceChange[];
      readonly outputs: readonly AttributeChange[];
    }
  /** Not planned; `detail` says why. */
  | { readonly outcome: "skipped"; readonly detail: string }
  | { readonly outcome: "failed"; readonly detail: string }
);

/**
 * Turns a plan into what a reviewer needs to know.
 *
 * @param of - "plan" for what the stack will do; "drift" for what a refresh found changed outside.
 */
export function reviewPlan(
  environment: string,
  plan: Plan,
  of: "plan" | "drift" = "plan",
): EnvironmentReview {
  if (plan.errored) {
    return { environment, outcome: "failed", detail: "The plan is incomplete: making it failed." };
  }
  const secrets = new Secrets(plan);
  const planned = of === "plan" ? plan.resource_changes : plan.resource_drift;
  const resources = planned
    .map((one) => resourceChange(one, secrets, of))
    .filter((one) => one !== undefined)
    .filter(
      ({ action, attributes }) => of === "plan" || action !== "change" || attributes.length > 0,
    )
    .sort(
      (one, other) =>
        ACTIONS.indexOf(one.action) - ACTIONS.indexOf(other.action) ||
        (one.address < other.address ? -1 : 1),
    );
  const outputs =
    of === "plan"
      ? Object.entries(plan.output_changes).flatMap(([name, change]) =>
          attributeChanges(
            {
              ...change,
              before: { [name]: change.before },
              after: { [name]: change.after },
              after_unknown: { [name]: change.after_unknown },
              before_sensitive: { [name]: change.before_sensitive },
              after_sensitive: { [name]: change.after_sensitive },
            },
            secrets,
          ),
        )
      : [];
  if (resources.length === 0 && outputs.length === 0) return { environment, outcome: "unchanged" };
  return { environment, outcome: "changed", resources, outputs };
}
