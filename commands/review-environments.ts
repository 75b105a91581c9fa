import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { EngineError, prepareEngine } from "../engine";
import { type EnvironmentReview, reviewPlan } from "../review/environment-review";
import { parsePlan, type Plan } from "../review/plan";
import { Planner } from "../review/planner";
import { describePlan, planFileIn, type ReviewedPlan, saveRecord } from "../review/reviewed-plan";
import { compareStacks, type Environments, type StackDifference } from "../review/synthesized";
import { withSynthesisOf } from "./base-synthesis";
import { findLostCluster } from "./lost-cluster";
import { StackEngine } from "./stack-engine";
import { withStackWithout } from "./stack-without";

/** What to review, and how. */
export interface ReviewOptions {
  /** Show what was changed outside Terraform instead of what the stack changes. */
  readonly drift: boolean;
  /** Make no plan. */
  readonly synthOnly: boolean;
  /** A commit: only environments whose stack differs from its are planned. */
  readonly base?: string;
  /** Where the plan files and their records are kept. @default nowhere */
  readonly savePlans?: string;
}

/** The reviews, and the record of each plan that changes something. */
export interface Reviewed {
  readonly reviews: readonly EnvironmentReview[];
  readonly records: readonly ReviewedPlan[];
}

/** Plans the chosen environments; one that fails does not keep the others from being reviewed. */
export async function reviewEnvironments(
  environments: Environments,
  chosen: readonly string[],
  options: ReviewOptions,
): Promise<Reviewed> {
  const differences = await differencesFrom(options.base, environments);
  const reviews: EnvironmentReview[] = [];
  const records: ReviewedPlan[] = [];
  const skip = (environment: string, detail: string): void => {
    reviews.push({ environment, outcome: "skipped", detail });
  };
  for (const environment of differences?.keys() ?? []) {
    if (environments.has(environment)) continue;
    skip(
      environment,
      "no longer in the configuration; what it deployed stays until it is destroyed",
    );
  }
  const planners = options.synthOnly ? undefined : await preparePlanners(environments);
  // One after another: together they would ask for more memory and requests than there may be.
  for (const environment of chosen) {
    const difference = differences?.get(environment);
    if (differences && difference === undefined) skip(environment, "not touched by this change");
    else if (planners === undefined) skip(environment, describeSynthesis(difference));
    else {
      const { review, record } = await reviewOne(environment, planners(environment), options);
      reviews.push(review);
      if (record) records.push(record);
    }
  }
  return { reviews, records };
}

/** Prepares the engine once, for any of the environments. */
export async function preparePlanners(
  environments: Environments,
): Promise<(environment: string) => Planner> {
  const prepared = await prepareEngine();
  console.error(prepared.description);
  return (environment) =>
    new Planner(prepared.engine.command, environments.get(environment) ?? "", {
      ...process.env,
      ...prepared.environment,
    });
}

async function reviewOne(
  environment: string,
  planner: Planner,
  options: ReviewOptions,
): Promise<{ review: EnvironmentReview; record?: ReviewedPlan }> {
  const temporary = mkdtempSync(join(tmpdir(), "review-"));
  const folder = options.savePlans ?? temporary;
  try {
    const file = await planFileIn(folder, environment);
    const { plan, note } = await makePlan(planner, file, options);
    const review = reviewPlan(environment, plan, options.drift ? "drift" : "plan");
    if (review.outcome === "failed") throw new Error(review.detail);
    if (options.drift || review.outcome !== "changed") return { review };
    const record = await describePlan(environment, planner.directory, plan);
    await saveRecord(folder, record);
    return { review: { ...review, note }, record };
  } catch (error) {
    if (error instanceof EngineError && error.interrupted) throw error;
    const detail = error instanceof Error ? error.message : String(error);
    const record = await describePlan(environment, planner.directory, undefined);
    await saveRecord(folder, record);
    return { review: { environment, outcome: "failed", detail }, record };
  } finally {
    rmSync(temporary, { recursive: true });
  }
}

/** Comes through a lost cluster as `npm run diff` does (see decisions/lost-cluster.md). */
async function makePlan(
  planner: Planner,
  file: string,
  { drift }: ReviewOptions,
): Promise<{ plan: Plan; note?: string }> {
  const make = async (by: Planner): Promise<Plan> => {
    await by.plan(file, { refreshOnly: drift });
    return parsePlan(await by.show(file), file);
  };
  await planner.init();
  try {
    return { plan: await make(planner) };
  } catch (error) {
    if (error instanceof EngineError && error.interrupted) throw error;
    const engine = new StackEngine(planner.directory, planner.environment);
    const found = await findLostCluster(engine).catch(() => undefined);
    if (found === undefined) throw error;
    const { address, fate, lost } = found;
    const plan = await withStackWithout(engine, lost, planner.environment, (copy) =>
      make(new Planner(planner.binary, copy.directory, planner.environment)),
    );
    // It belongs to the copy of the state; the record is what --apply compares with.
    rmSync(file);
    const names = lost.map((one) => `\`${one}\``).join(", ");
    const what = fate === "gone" ? "no longer exists" : "is going to be replaced";
    return {
      plan,
      note: `The cluster \`${address}\` ${what}, and with it goes what runs in it: ${names}.`,
    };
  }
}

const REMOVED: StackDifference = { added: [], changed: [], removed: [], other: true };

/** @returns What differs, by environment; undefined when there is nothing to compare with. */
async function differencesFrom(
  base: string | undefined,
  environments: Environments,
): Promise<ReadonlyMap<string, StackDifference> | undefined> {
  if (base === undefined) return undefined;
  return withSynthesisOf(base, async (before) => {
    const differences = new Map<string, StackDifference>();
    for (const [name, directory] of environments) {
      const difference = await compareStacks(before.get(name), directory);
      if (difference) differences.set(name, difference);
    }
    for (const name of before.keys()) {
      if (!environments.has(name)) differences.set(name, REMOVED);
    }
    return differences;
  });
}

function describeSynthesis(difference: StackDifference | undefined): string {
  const note = "synthesized, and not planned";
  if (difference === undefined) return note;
  const list = (verb: string, addresses: readonly string[]) =>
    addresses.length === 0 ? [] : [`${verb} ${addresses.map((one) => `\`${one}\``).join(", ")}`];
  const parts = [
    ...list("adds", difference.added),
    ...list("changes", difference.changed),
    ...list("removes", difference.removed),
  ];
  return `${note}. The stack ${parts.length > 0 ? parts.join("; ") : "has other providers or outputs"}`;
}
