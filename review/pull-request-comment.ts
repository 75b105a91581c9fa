import { z } from "zod";

import { GITHUB_LIMIT } from "./comment";
import { parseReviewedPlan, type ReviewedPlan } from "./reviewed-plan";

/** Begins the one comment that is kept up to date; GitHub does not show it. */
const MARKER = "<!-- review of the environments: one comment, kept up to date -->";
const RECORDS = /<!-- reviewed plans: ([A-Za-z0-9+/=]*) -->/;
/** Who comments with a workflow's own GITHUB_TOKEN. */
const ACTIONS_BOT = "github-actions[bot]";
const TRIES = 3;

const comments = z.array(
  z.object({
    id: z.number(),
    body: z.string().nullish(),
    user: z.object({ login: z.string() }).nullish(),
  }),
);
const pulls = z.array(z.object({ number: z.number(), merged_at: z.string().nullish() }));

/** GitHub, as a workflow sees it. */
export interface GitHub {
  /** `GITHUB_API_URL`. @default "https://api.github.com" */
  readonly api?: string;
  /** `GITHUB_REPOSITORY`: owner and name. */
  readonly repository: string;
  /** `GITHUB_TOKEN`, with `pull-requests: write`. */
  readonly token: string;
  /** Whose comment is kept up to date. @default anyone's that looks like it */
  readonly author?: string;
  /** Waits between tries, replaced in tests. */
  readonly sleep?: (ms: number) => Promise<void>;
}

/**
 * Reads what a workflow's environment says about GitHub.
 *
 * @throws Error that names each variable that is missing or malformed.
 */
export function gitHubFrom(env: NodeJS.ProcessEnv): GitHub {
  const { GITHUB_TOKEN: token = "", GITHUB_REPOSITORY: repository = "" } = env;
  const problems: string[] = [];
  if (token === "") problems.push("GITHUB_TOKEN is not set; the workflow has it as github.token.");
  if (!/^[\w.-]+\/[\w.-]+$/.test(repository)) {
    problems.push(`GITHUB_REPOSITORY is "${repository}"; owner/name is needed.`);
  }
  if (problems.length > 0) throw new Error(problems.join("\n"));
  // Anyone may comment on a pull request, and change their comment afterwards.
  const author = env.GITHUB_ACTIONS === "true" ? ACTIONS_BOT : undefined;
  return { token, repository, api: env.GITHUB_API_URL, author };
}

/** The one comment about a review in a pull request. */
export class PullRequestComment {
  constructor(
    private readonly github: GitHub,
    private readonly pullRequest: number,
  ) {}

  /** How much of the limit is left for the review itself. */
  static limit(records: readonly ReviewedPlan[]): number {
    return GITHUB_LIMIT - head(records).length;
  }

  /**
   * Writes the comment, or brings it up to date. When it is deleted meanwhile, it is made anew.
   *
   * @throws Error when the pull request is gone, or the token may not comment.
   */
  async put(text: string, records: readonly ReviewedPlan[] = []): Promise<"created" | "updated"> {
    const body = head(records) + text;
    const existing = await this.#find(this.github.author);
    if (existing !== undefined) {
      const path = `/issues/comments/${existing.id}`;
      const updated = await request(this.github, "PATCH", path, { body }, [404, 410]);
      if (updated.ok) return "updated";
    }
    await request(this.github, "POST", `/issues/${this.pullRequest}/comments`, { body });
    return "created";
  }

  /**
   * The plans that the comment's review was about.
   *
   * @param author - Whose comment counts: anyone may write one that looks like it.
   * @throws Error when there is no such comment.
   */
  async reviewed(author = ACTIONS_BOT): Promise<ReviewedPlan[]> {
    const found = await this.#find(author);
    const encoded = RECORDS.exec(found?.body ?? "")?.[1];
    const where = `the review of pull request ${this.pullRequest}`;
    if (encoded === undefined) {
      throw new Error(
        `Pull request ${this.pullRequest} has no review by ${author}: review it first.`,
      );
    }
    const json: unknown = JSON.parse(Buffer.from(encoded, "base64").toString());
    return z
      .array(z.unknown())
      .parse(json)
      .map((one) => parseReviewedPlan(one, where));
  }

  async #find(author?: string): Promise<z.infer<typeof comments>[number] | undefined> {
    for (let page = 1; ; page++) {
      const path = `/issues/${this.pullRequest}/comments?per_page=100&page=${page}`;
      const list = comments.parse(await (await request(this.github, "GET", path)).json());
      const found = list.find(
        ({ body, user }) =>
          body?.startsWith(MARKER) && (author === undefined || user?.login === author),
      );
      if (found !== undefined || list.length < 100) return found;
    }
  }
}

/**
 * The pull request that brought a commit to the main branch.
 *
 * @throws Error when the commit came without one.
 */
export async function pullRequestOf(github: GitHub, commit: string): Promise<number> {
  const response = await request(github, "GET", `/commits/${commit}/pulls`);
  const merged = pulls.parse(await response.json()).find(({ merged_at: at }) => at);
  if (merged === undefined) {
    throw new Error(
      `Commit ${commit} was not merged through a pull request, so nobody reviewed its plan. ` +
        "Deploy it by hand (npm run deploy), or through a pull request.",
    );
  }
  return merged.number;
}

function head(records: readonly ReviewedPlan[]): string {
  const encoded = Buffer.from(JSON.stringify(records)).toString("base64");
  return `${MARKER}\n<!-- reviewed plans: ${encoded} -->\n`;
}

/** @param expected - Statuses of failure that the caller handles. */
async function request(
  { api = "https://api.github.com", repository, token, sleep = waitFor }: GitHub,
  method: "GET" | "POST" | "PATCH",
  path: string,
  body?: unknown,
  expected: readonly number[] = [],
): Promise<Response> {
  const call = `${method} ${repository}${path.split("?")[0] ?? ""}`;
  for (let attempt = 1; ; attempt++) {
    const mayRetry = attempt < TRIES;
    const response = await fetch(`${api}/repos/${repository}${path}`, {
      method,
      headers: {
        authorization: `Bearer ${token}`,
        accept: "application/vnd.github+json",
        "x-github-api-version": "2022-11-28",
        ...(body === undefined ? {} : { "content-type": "application/json" }),
      },
      body: body === undefined ? undefined : JSON.stringify(body),
      signal: AbortSignal.timeout(30_000),
    }).catch((error: unknown) => {
      // A comment may have been written although the answer was lost: no second one.
      if (mayRetry && method !== "POST") return undefined;
      throw new Error(`${api} gave no answer to ${call}: ${reasonOf(error)}`, { cause: error });
    });
    if (response === undefined) {
      await sleep(attempt * 1000);
      continue;
    }
    if (response.ok || expected.includes(response.status)) return response;
    const { message } = z
      .object({ message: z.string() })
      .catch({ message: response.statusText })
      .parse(await response.json().catch(() => undefined));
    const after = response.headers.get("retry-after");
    // A secondary rate limit is a 403 that says when to come back ("Rate limits for the REST API").
    const busy = response.status >= 500 || response.status === 429 || after !== null;
    if (mayRetry && busy) {
      await sleep(Number(after ?? attempt) * 1000);
      continue;
    }
    throw new Error(
      `GitHub answered ${response.status} (${message}) to ${call}${busy ? "." : wayOut(response.status)}`,
    );
  }
}

/** `fetch` says what happened in the cause only, whose message may be empty. */
function reasonOf(error: unknown): string {
  const { cause, message } = error as Error & { cause?: { code?: string; message?: string } };
  return [cause?.message, cause?.code, message].find(Boolean) ?? "";
}

function wayOut(status: number): string {
  if (status === 401) return ": GITHUB_TOKEN is not valid, or no longer.";
  if (status === 403) {
    return ": the token needs `pull-requests: write`, and the conversation must not be locked.";
  }
  if (status === 404 || status === 410) {
    return ": the pull request does not exist (any more), or the token may not see it.";
  }
  return ".";
}

async function waitFor(ms: number): Promise<void> {
  await new Promise((resolve) => setTimeout(resolve, Math.min(ms, 60_000)));
}
