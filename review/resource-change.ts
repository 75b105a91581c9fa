import {
  type AttributeChange,
  attributeChanges,
  NONE,
  renderPath,
  UNKNOWN,
} from "./attribute-change";
import type { PlannedResourceChange } from "./plan";
import { at, type Secrets, SENSITIVE } from "./secrets";

/** What happens to a resource, from the most to the least harmful. */
export const ACTIONS = [
  "destroy",
  "replace",
  "change",
  "create",
  "forget",
  "import",
  "move",
] as const;
export type Action = (typeof ACTIONS)[number];

/** One resource that a plan does something with. */
export interface ResourceChange {
  readonly address: string;
  readonly type: string;
  /** What it is called in Azure or Kubernetes, where that is known. */
  readonly name?: string;
  readonly action: Action;
  /** Why, where the engine says so. */
  readonly reason?: string;
  readonly attributes: readonly AttributeChange[];
  /** What is lost when it is replaced or destroyed; undefined where nothing of worth is. */
  readonly loses?: string;
}

/** What goes with a resource that keeps something which no later apply brings back. */
const STATEFUL: Readonly<Record<string, string>> = {
  azurerm_resource_group: "everything in the group",
  azurerm_kubernetes_cluster: "what runs in the cluster, its volumes, and its OIDC issuer",
  azurerm_cognitive_account: "the account with its deployments, quota and endpoint",
  azurerm_container_registry: "every image in the registry",
};

/** `action_reason` of the JSON format, where it says more than the action does. */
const REASONS: Readonly<Record<string, string>> = {
  replace_because_tainted: "tainted: its creation did not end well",
  replace_by_request: "asked for by -replace",
  replace_by_triggers: "replace_triggered_by: what it follows changes",
  delete_because_no_resource_config: "no longer in the stack",
  delete_because_wrong_repetition: "no longer in the stack",
  delete_because_count_index: "no longer in the stack",
  delete_because_each_key: "no longer in the stack",
  delete_because_no_module: "no longer in the stack",
  delete_because_no_move_target: "moved to where nothing is in the stack",
};

/** @returns Undefined when nothing is done with the resource. */
export function resourceChange(
  planned: PlannedResourceChange,
  secrets: Secrets,
  of: "plan" | "drift",
): ResourceChange | undefined {
  const action = planned.mode === "managed" ? actionOf(planned) : undefined;
  if (action === undefined) return undefined;
  const { address, type, change, previous_address: from } = planned;
  const compared = action === "change" || action === "replace" || action === "import";
  return {
    address: planned.deposed === undefined ? address : `${address} (deposed ${planned.deposed})`,
    type,
    name: nameIn(change.after) ?? nameIn(change.before),
    action,
    reason: action === "move" ? `from ${from ?? ""}` : reasonOf(planned, action),
    attributes: compared
      ? attributeChanges(change, secrets, of).filter(
          (attribute) => action !== "replace" || saysSomething(attribute),
        )
      : [],
    loses: action === "destroy" || action === "replace" ? STATEFUL[type] : undefined,
  };
}

const ZERO = new Set(["false", "0", '""', "[]", "{}"]);

/** A replacement makes all that is computed new, and forgets the zero values of what is unset. */
function saysSomething({ before, after, forcesReplacement }: AttributeChange): boolean {
  if (forcesReplacement) return true;
  return after !== UNKNOWN && !(after === NONE && (ZERO.has(before) || before === SENSITIVE));
}

function nameIn(values: unknown): string | undefined {
  const metadata = at(at(values, "metadata"), 0);
  const name = at(values, "name") ?? at(metadata, "name");
  return typeof name === "string" ? name : undefined;
}

function actionOf({ change, previous_address: from }: PlannedResourceChange): Action | undefined {
  const actions = new Set(change.actions);
  if (actions.has("create") && (actions.has("delete") || actions.has("forget"))) return "replace";
  if (actions.has("delete")) return "destroy";
  if (actions.has("update")) return "change";
  if (actions.has("create")) return "create";
  if (actions.has("forget")) return "forget";
  if (change.importing) return "import";
  return from === undefined ? undefined : "move";
}

function reasonOf(
  { change, action_reason: reason = "" }: PlannedResourceChange,
  action: Action,
): string | undefined {
  if (action !== "replace" && action !== "destroy") return undefined;
  const forcing = (change.replace_paths ?? []).map((path) => renderPath(path));
  if (forcing.length > 0) return `forced by ${forcing.map((path) => `\`${path}\``).join(", ")}`;
  return REASONS[reason];
}
