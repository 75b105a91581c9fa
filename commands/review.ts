import { readFile, writeFile } from "node:fs/promises";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";

import { Command } from "commander";

import { prepareEngine } from "../engine";
import { comment } from "../review/comment";
import { type EnvironmentReview, reviewPlan } from "../review/environment-review";
import { parsePlan } from "../review/plan";
import { Planner } from "../review/planner";
import { gitHubFrom, PullRequestComment, pullRequestOf } from "../review/pull-request-comment";
import { pullRequestNumber } from "../review/pull-request-number";
import {
  applyReviewed,
  describePlan,
  planFileIn,
  readRecords,
  type ReviewedPlan,
  saveRecord,
} from "../review/reviewed-plan";
import {
  choose,
  compareStacks,
  type Environments,
  readEnvironments,
  type StackDifference,
} from "../review/synthesized";
import { synthesize, withSynthesisOf } from "./base-synthesis";

interface Options {
  readonly cdktfOut: string;
  readonly drift: boolean;
  readonly planJson?: string[];
  readonly base?: string;
  readonly synthOnly: boolean;
  readonly savePlans?: string;
  readonly apply?: string | true;
  readonly output?: string;
  readonly comment: boolean;
  readonly pullRequest?: string;
  readonly commit?: string;
}

const EXIT = { unchanged: 0, failed: 1, changed: 2 } as const;

async function main(names: string[], options: Options): Promise<number> {
  if (options.apply !== undefined) return apply(names, options, options.apply);
  // Found out before a plan is made, which takes long: where the comment goes.
  const target = options.comment
    ? new PullRequestComment(
        gitHubFrom(process.env),
        pullRequestNumber(options.pullRequest, process.env),
      )
    : undefined;
  const records: ReviewedPlan[] = [];
  const reviews = options.planJson
    ? await Promise.all(options.planJson.map((given) => reviewFile(given, options)))
    : await reviewEnvironments(names, options, records);
  const text = comment(reviews, {
    of: options.drift ? "drift" : "plan",
    commit: options.commit,
    limit: PullRequestComment.limit(records),
  });
  if (options.output !== undefined) await writeFile(options.output, text);
  else process.stdout.write(text);
  if (target) console.error(`The pull request's comment was ${await target.put(text, records)}.`);
  if (reviews.some(({ outcome }) => outcome === "failed")) return EXIT.failed;
  return reviews.some(({ outcome }) => outcome === "changed") ? EXIT.changed : EXIT.unchanged;
}

/** @param given - `environment=file`. */
async function reviewFile(given: string, { drift }: Options): Promise<EnvironmentReview> {
  const [, environment, file] = /^([\w-]+)=(.+)$/.exec(given) ?? [];
  if (environment === undefined || file === undefined) {
    throw new Error(`--plan-json is "${given}"; <environment>=<file> is needed.`);
  }
  const plan = parsePlan(await readFile(file, "utf8"), file);
  return reviewPlan(environment, plan, drift ? "drift" : "plan");
}

async function reviewEnvironments(
  names: string[],
  options: Options,
  records: ReviewedPlan[],
): Promise<EnvironmentReview[]> {
  const output = resolve(options.cdktfOut);
  await synthesize(output);
  const environments = await readEnvironments(output);
  const chosen = choose(environments, names);
  const differences = await differencesFrom(options.base, environments);
  const removed = [...(differences?.keys() ?? [])].filter((name) => !environments.has(name));
  const reviews: EnvironmentReview[] = removed.map((environment) => ({
    environment,
    outcome: "skipped",
    detail: "no longer in the configuration; what it deployed stays until it is destroyed",
  }));
  const planners = options.synthOnly ? undefined : await preparePlanners(environments);
  // One after another: the environments share provider processes' memory and Azure's rate limits.
  for (const environment of chosen) {
    const difference = differences?.get(environment);
    if (differences && difference === undefined) {
      reviews.push({ environment, outcome: "skipped", detail: "not touched by this change" });
    } else if (planners === undefined) {
      reviews.push({ environment, outcome: "skipped", detail: describeSynthesis(difference) });
    } else {
      reviews.push(await reviewOne(environment, planners(environment), options, records));
    }
  }
  return reviews;
}

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
      if (!environments.has(name)) {
        differences.set(name, { added: [], changed: [], removed: [], other: true });
      }
    }
    return differences;
  });
}

function describeSynthesis(difference: StackDifference | undefined): string {
  const note = "synthesized, not planned: this change comes from a fork";
  if (difference === undefined) return note;
  const list = (verb: string, addresses: readonly string[]) =>
    addresses.length === 0 ? [] : [`${verb} ${addresses.map((one) => `\`${one}\``).join(", ")}`];
  const parts = [
    ...list("adds", difference.added),
    ...list("changes", difference.changed),
    ...list("removes", difference.removed),
  ];
  return `${note}. In the stack it ${parts.length > 0 ? parts.join("; ") : "changes providers or outputs"}`;
}

async function preparePlanners(
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
  { drift, savePlans }: Options,
  records: ReviewedPlan[],
): Promise<EnvironmentReview> {
  const temporary = savePlans === undefined ? mkdtempSync(join(tmpdir(), "review-")) : undefined;
  try {
    const file = await planFileIn(savePlans ?? temporary ?? "", environment);
    await planner.init();
    await planner.plan(file, { refreshOnly: drift });
    const plan = parsePlan(await planner.show(file), file);
    const review = reviewPlan(environment, plan, drift ? "drift" : "plan");
    if (!drift && review.outcome === "changed") {
      const record = await describePlan(environment, planner.directory, plan);
      records.push(record);
      if (savePlans !== undefined) await saveRecord(savePlans, record);
    }
    return review;
  } catch (error) {
    return {
      environment,
      outcome: "failed",
      detail: error instanceof Error ? error.message : String(error),
    };
  } finally {
    if (temporary !== undefined) rmSync(temporary, { recursive: true });
  }
}

/** @param from - The folder of `--save-plans`; true for the review of the merged pull request. */
async function apply(names: string[], options: Options, from: string | true): Promise<number> {
  const temporary = from === true ? mkdtempSync(join(tmpdir(), "reviewed-")) : undefined;
  try {
    const records = from === true ? await recordsOfMerge(options) : await readRecords(from);
    const output = resolve(options.cdktfOut);
    await synthesize(output);
    const environments = await readEnvironments(output);
    const chosen = choose(environments, names);
    const wanted = records.filter(({ environment }) => chosen.includes(environment));
    if (wanted.length === 0) console.error("Nothing to apply: the review found no changes.");
    const planners = await preparePlanners(environments);
    for (const reviewed of wanted) {
      console.error(`${reviewed.environment}: applying what was reviewed`);
      const planner = planners(reviewed.environment);
      await applyReviewed(reviewed, planner, temporary ?? String(from), (line) => {
        console.log(line);
      });
    }
    return 0;
  } finally {
    if (temporary !== undefined) rmSync(temporary, { recursive: true });
  }
}

async function recordsOfMerge({ commit, pullRequest }: Options): Promise<ReviewedPlan[]> {
  const github = gitHubFrom(process.env);
  const merged = commit ?? process.env.GITHUB_SHA;
  if (pullRequest === undefined && merged === undefined) {
    throw new Error("GITHUB_SHA is not set: give --commit, --pull-request, or a folder.");
  }
  const number =
    pullRequest === undefined
      ? await pullRequestOf(github, merged ?? "")
      : pullRequestNumber(pullRequest, process.env);
  return new PullRequestComment(github, number).reviewed();
}

new Command("review")
  .description(
    "Shows as one Markdown text what a change does to each environment, from the engine's own plan.\n" +
      "Exit code: 0 when nothing changes, 2 when something does, 1 when a review failed or --apply refused.",
  )
  .argument("[environments...]", "the environments; all when none is named")
  .option("--base <commit>", "only plan environments whose stack differs from this commit's")
  .option("--drift", "show what was changed outside Terraform instead", false)
  .option("--synth-only", "make no plan, for changes that must not see credentials", false)
  .option("--plan-json <environment=file...>", "read what `show -json` printed; runs no engine")
  .option("--output <file>", "write the text there instead of printing it")
  .option("--comment", "keep one comment of the pull request up to date (GITHUB_TOKEN)", false)
  .option("--pull-request <number>", "the pull request; taken from GITHUB_REF otherwise")
  .option("--commit <id>", "the commit to show; with --apply, the merged one")
  .option("--save-plans <folder>", "keep the plan files, which hold secrets, and their records")
  .option(
    "--apply [folder]",
    "apply what was reviewed, or refuse: from --save-plans, or from the review of the merged pull request",
  )
  .option("--cdktf-out <folder>", "cdktf's output folder", "cdktf.out")
  .action(async (names: string[], options: Options) => {
    process.exitCode = await main(names, options);
  })
  .parseAsync()
  .catch((error: unknown) => {
    console.error(`review: ${error instanceof Error ? error.message : String(error)}`);
    process.exitCode = EXIT.failed;
  });
