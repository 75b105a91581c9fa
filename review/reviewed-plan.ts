import { createHash } from "node:crypto";
import { existsSync } from "node:fs";
import { mkdir, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { join, resolve } from "node:path";

import { z } from "zod";

import { EngineError } from "../engine";
import { type Plan, parsePlan } from "./plan";
import type { Planner } from "./planner";
import { Secrets } from "./secrets";

const VERSION = 1;

const record = z.object({
  version: z.literal(VERSION),
  environment: z.string(),
  /** Digest of the synthesized stack. */
  stack: z.string(),
  /** Digest of what the plan does, without sensitive values; null when it could not be made. */
  changes: z.string().nullable(),
});

/**
 * What was reviewed, small and free of secrets: it can travel in a comment. The plan file itself holds
 * the state, and with it the cluster's credentials, so it stays on the machine that made it.
 */
export type ReviewedPlan = z.infer<typeof record>;

/** What was reviewed is not what would be applied now. */
export class Refusal extends Error {
  constructor(message: string) {
    super(message);
    this.name = "Refusal";
  }
}

/** @throws Error when it is no record, or one of another version. */
export function parseReviewedPlan(json: unknown, from: string): ReviewedPlan {
  const version = z.object({ version: z.number() }).safeParse(json).data?.version;
  if (version !== undefined && version !== VERSION) {
    throw new Error(
      `${from} was written by another version of this command (${version}, not ${VERSION}): review again.`,
    );
  }
  const parsed = record.safeParse(json);
  if (!parsed.success) {
    throw new Error(`${from} is no record of a reviewed plan: ${z.prettifyError(parsed.error)}`);
  }
  return parsed.data;
}

/**
 * Describes a plan so that another plan can be told to do the same.
 *
 * @param plan - Undefined when it could not be made, so that nothing is applied later.
 */
export async function describePlan(
  environment: string,
  directory: string,
  plan: Plan | undefined,
): Promise<ReviewedPlan> {
  const stack = await readFile(join(directory, "cdk.tf.json"));
  const changes = plan === undefined ? null : digest(changesOf(plan));
  return { version: VERSION, environment, stack: digest(stack), changes };
}

const PLAN_FILE = "plan";
const RECORD_FILE = "reviewed.json";

/** Makes the folder for an environment's plan, for its owner only. */
async function planFolder(folder: string, environment: string): Promise<string> {
  const own = resolve(folder, environment);
  await mkdir(own, { recursive: true, mode: 0o700 });
  return own;
}

/**
 * A place for an environment's plan. What an earlier review left there is removed, since this one may find
 * nothing to apply, or write no plan.
 *
 * @returns The path for the plan file.
 */
export async function planFileIn(folder: string, environment: string): Promise<string> {
  const own = await planFolder(folder, environment);
  await Promise.all([PLAN_FILE, RECORD_FILE].map((name) => rm(join(own, name), { force: true })));
  return join(own, PLAN_FILE);
}

export async function saveRecord(folder: string, reviewed: ReviewedPlan): Promise<void> {
  const file = join(folder, reviewed.environment, RECORD_FILE);
  await writeFile(file, `${JSON.stringify(reviewed, null, 2)}\n`);
}

/** @returns Undefined for what is no JSON: no record either. */
function readJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** @throws Error when the folder holds no reviewed plan. */
export async function readRecords(folder: string): Promise<ReviewedPlan[]> {
  const entries = existsSync(folder) ? await readdir(folder) : [];
  const files = entries.sort().map((name) => join(folder, name, RECORD_FILE));
  const records = await Promise.all(
    files
      .filter((file) => existsSync(file))
      .map(async (file) => parseReviewedPlan(readJson(await readFile(file, "utf8")), file)),
  );
  if (records.length === 0) {
    throw new Error(
      `${folder} holds no reviewed plan; \`npm run review -- --save-plans ${folder}\` makes one.`,
    );
  }
  return records;
}

/**
 * Applies what was reviewed, or refuses: when the stack is another one, or when a plan made now does
 * something else than the reviewed one, because of the state or of what was changed outside.
 *
 * @param folder - Where the reviewed plan file may be; the plan made now is applied otherwise, which
 * does the same.
 * @throws Refusal with nothing applied.
 * @throws EngineError when applying failed.
 */
export async function applyReviewed(
  reviewed: ReviewedPlan,
  planner: Planner,
  folder: string,
  onProgress: (line: string) => void,
): Promise<void> {
  const { environment } = reviewed;
  if (reviewed.changes === null) {
    throw new Refusal(
      `${environment}: its review failed, so nobody has seen a plan. Review it again.`,
    );
  }
  const own = await planFolder(folder, environment);
  const saved = join(own, PLAN_FILE);
  const fresh = join(own, "fresh-plan");
  await planner.init();
  await planner.plan(fresh);
  const plan = parsePlan(await planner.show(fresh), fresh);
  const now = await describePlan(environment, planner.directory, plan);
  if (now.stack !== reviewed.stack) {
    throw new Refusal(
      `${environment}: the stack is not the one that was reviewed. Review the change again as it is now.`,
    );
  }
  if (now.changes !== reviewed.changes) {
    throw new Refusal(
      `${environment}: the world has moved since the review; the same stack would now do something else. ` +
        "Review the change again as it is now.",
    );
  }
  try {
    await planner.apply(existsSync(saved) ? saved : fresh, onProgress);
  } catch (error) {
    if (error instanceof EngineError && error.summaries.some((one) => STALE.test(one))) {
      throw new Refusal(
        `${environment}: the state was changed after the plan was made. Nothing was applied; review the change again.`,
      );
    }
    throw error;
  }
}

/** The summaries with which Terraform and OpenTofu refuse a saved plan (internal/backend/local). */
const STALE = /^Saved plan (is stale|does not match the given state)/;

function changesOf(plan: Plan): string {
  const secrets = new Secrets(plan);
  const resources = plan.resource_changes.filter(
    ({ mode, change, previous_address: from }) =>
      mode === "managed" && (change.actions.join() !== "no-op" || from !== undefined),
  );
  return JSON.stringify([
    resources.map(({ change, ...rest }) => [
      rest,
      change.actions,
      change.replace_paths,
      change.after_unknown,
      secrets.hide(change.before, change.before_sensitive),
      secrets.hide(change.after, change.after_sensitive),
    ]),
    Object.entries(plan.output_changes).map(([name, change]) => [
      name,
      change.actions,
      change.after_unknown,
      secrets.hide(change.before, change.before_sensitive, name),
      secrets.hide(change.after, change.after_sensitive, name),
    ]),
  ]);
}

function digest(content: string | Buffer): string {
  return createHash("sha256").update(content).digest("hex");
}
