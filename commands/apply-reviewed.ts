import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { EngineError } from "../engine";
import type { Planner } from "../review/planner";
import { gitHubFrom, PullRequestComment, pullRequestOf } from "../review/pull-request-comment";
import { pullRequestNumber } from "../review/pull-request-number";
import { applyReviewed, readRecords, type ReviewedPlan } from "../review/reviewed-plan";
import type { Environments } from "../review/synthesized";
import { findLostCluster } from "./lost-cluster";
import { preparePlanners } from "./review-environments";
import { StackEngine } from "./stack-engine";
import { withoutLost } from "./without-lost";

/** Where the reviewed plans are. */
export type Source =
  | { readonly folder: string }
  /** A commit that was merged through a pull request, or that pull request's number. */
  | { readonly commit?: string; readonly pullRequest?: string };

/**
 * Applies what was reviewed, one environment after the other.
 *
 * @throws Refusal when an environment's plan is no longer the reviewed one; nothing of it is applied.
 */
export async function applyAll(
  environments: Environments,
  chosen: readonly string[],
  source: Source,
): Promise<void> {
  const temporary = mkdtempSync(join(tmpdir(), "reviewed-"));
  try {
    const folder = "folder" in source ? source.folder : temporary;
    const records = "folder" in source ? await readRecords(folder) : await recordsOf(source);
    const wanted = records.filter(({ environment }) => chosen.includes(environment));
    if (wanted.length === 0) {
      console.error(`Nothing to apply: the review found no changes for ${chosen.join(", ")}.`);
      return;
    }
    const planners = await preparePlanners(environments);
    for (const reviewed of wanted) {
      console.error(`${reviewed.environment}: applying what was reviewed`);
      await applyOne(reviewed, planners(reviewed.environment), folder);
    }
  } finally {
    rmSync(temporary, { recursive: true });
  }
}

/** Comes through a lost cluster as `npm run deploy` does (see decisions/lost-cluster.md). */
async function applyOne(reviewed: ReviewedPlan, planner: Planner, folder: string): Promise<void> {
  const apply = () =>
    applyReviewed(reviewed, planner, folder, (line) => {
      console.log(line);
    });
  try {
    await apply();
  } catch (error) {
    if (!(error instanceof EngineError) || error.interrupted) throw error;
    const engine = new StackEngine(planner.directory, planner.environment);
    const found = await findLostCluster(engine).catch(() => undefined);
    if (found === undefined) throw error;
    console.error(
      `What runs in the lost cluster is taken out of the state: ${found.lost.join(", ")}`,
    );
    await withoutLost(engine, found.lost, apply);
  }
}

async function recordsOf({
  commit = process.env.GITHUB_SHA,
  pullRequest,
}: Exclude<Source, { folder: string }>): Promise<ReviewedPlan[]> {
  const github = gitHubFrom(process.env);
  if (pullRequest === undefined && commit === undefined) {
    throw new Error("GITHUB_SHA is not set: give --commit, --pull-request, or --apply <folder>.");
  }
  const number =
    pullRequest === undefined
      ? await pullRequestOf(github, commit ?? "")
      : pullRequestNumber(pullRequest, process.env);
  return new PullRequestComment(github, number).reviewed();
}
