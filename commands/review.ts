import { readFile, writeFile } from "node:fs/promises";
import { resolve } from "node:path";

import { Command, Option } from "commander";

import { comment } from "../review/comment";
import { type EnvironmentReview, reviewPlan } from "../review/environment-review";
import { parsePlan } from "../review/plan";
import { gitHubFrom, PullRequestComment } from "../review/pull-request-comment";
import { pullRequestNumber } from "../review/pull-request-number";
import { choose, type Environments, keepsStateHere, readEnvironments } from "../review/synthesized";
import { applyAll } from "./apply-reviewed";
import { synthesize } from "./base-synthesis";
import { type Reviewed, reviewEnvironments, type ReviewOptions } from "./review-environments";

interface Options extends ReviewOptions {
  readonly apply?: string | true;
  readonly cdktfOut: string;
  readonly comment: boolean;
  readonly commit?: string;
  readonly list: boolean;
  readonly output?: string;
  readonly planJson?: string[];
  readonly pullRequest?: string;
  readonly remoteState: boolean;
}

const EXIT = { unchanged: 0, failed: 1, changed: 2 } as const;

async function main(names: string[], options: Options): Promise<number> {
  if (options.planJson) {
    if (names.length > 0) {
      throw new Error(
        `${names.join(", ")}: with --plan-json the environment stands before its file.`,
      );
    }
    const reviews = options.planJson.map((given) => reviewFile(given, options));
    return publish({ reviews: await Promise.all(reviews), records: [] }, options);
  }
  const output = resolve(options.cdktfOut);
  await synthesize(output);
  const environments = await readEnvironments(output);
  const { chosen, kept } = await chooseFrom(environments, names, options);
  if (options.list) {
    console.log(JSON.stringify(chosen));
    return 0;
  }
  if (options.apply !== undefined) {
    const source = options.apply === true ? options : { folder: options.apply };
    await applyAll(environments, chosen, source);
    return 0;
  }
  const { reviews, records } = await reviewEnvironments(environments, chosen, options);
  return publish({ reviews: [...reviews, ...kept], records }, options);
}

/**
 * @returns Also a review of each environment that was left out.
 * @throws Error for an environment that is named and unknown, or named and left out.
 */
async function chooseFrom(
  environments: Environments,
  names: string[],
  { remoteState }: Options,
): Promise<{ chosen: string[]; kept: EnvironmentReview[] }> {
  const chosen = choose(environments, names);
  if (!remoteState) return { chosen, kept: [] };
  const detail =
    "it keeps its state in a file of whoever deploys it, so only they can plan it; " +
    "give it another `backend` in config/environments.ts";
  const here = await Promise.all(
    chosen.map((name) => keepsStateHere(environments.get(name) ?? "")),
  );
  const local = chosen.filter((_, i) => here[i]);
  if (names.length > 0 && local.length > 0) throw new Error(`${local.join(", ")}: ${detail}.`);
  return {
    chosen: chosen.filter((_, i) => !here[i]),
    kept: local.map((environment) => ({ environment, outcome: "skipped", detail })),
  };
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

/** Where the pull request's comment goes; called early, since a plan takes long. */
function commentTarget({ comment, pullRequest }: Options): PullRequestComment | undefined {
  if (!comment) return undefined;
  const number = pullRequestNumber(pullRequest, process.env);
  return new PullRequestComment(gitHubFrom(process.env), number);
}

/** @returns The exit code. */
async function publish({ reviews, records }: Reviewed, options: Options): Promise<number> {
  const text = comment(reviews, {
    of: options.drift ? "drift" : "plan",
    commit: options.commit,
    limit: PullRequestComment.limit(records),
  });
  if (options.output === undefined) process.stdout.write(text);
  else await writeFile(options.output, text);
  const done = await commentTarget(options)?.put(text, records);
  if (done) console.error(`The pull request's comment was ${done}.`);
  if (reviews.some(({ outcome }) => outcome === "failed")) return EXIT.failed;
  return reviews.some(({ outcome }) => outcome === "changed") ? EXIT.changed : EXIT.unchanged;
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
  .option("--remote-state", "leave out environments that keep their state in a local file", false)
  .addOption(
    new Option(
      "--plan-json <environment=file...>",
      "read what `show -json` printed; runs no engine",
    ).conflicts(["apply", "base", "list", "remoteState", "savePlans", "synthOnly"]),
  )
  .option("--output <file>", "write the text there instead of printing it")
  .option("--comment", "keep one comment of the pull request up to date (GITHUB_TOKEN)", false)
  .option("--pull-request <number>", "the pull request; taken from GITHUB_REF otherwise")
  .option("--commit <id>", "the commit to show; with --apply, the merged one")
  .option("--save-plans <folder>", "keep the plan files, which hold secrets, and their records")
  .addOption(
    new Option(
      "--apply [folder]",
      "apply what was reviewed, or refuse: from --save-plans, or from the merged pull request's comment",
    ).conflicts(["base", "comment", "drift", "list", "output", "savePlans", "synthOnly"]),
  )
  .option("--list", "print the environments' names as a JSON array", false)
  .option("--cdktf-out <folder>", "cdktf's output folder", "cdktf.out")
  .action(async (names: string[], options: Options) => {
    commentTarget(options);
    process.exitCode = await main(names, options);
  })
  .parseAsync()
  .catch((error: unknown) => {
    console.error(`review: ${error instanceof Error ? error.message : String(error)}`);
    process.exitCode = EXIT.failed;
  });
