import { gitHubFrom, PullRequestComment, pullRequestOf } from "../../review/pull-request-comment";
import { FakeGitHub } from "./fake-git-hub";

const server = new FakeGitHub();
let api = "";
const waits: number[] = [];
const comment = (author?: string) =>
  new PullRequestComment(
    {
      api,
      author,
      repository: "owner/name",
      token: "t0ken",
      sleep: (ms) => {
        waits.push(ms);
        return Promise.resolve();
      },
    },
    7,
  );

beforeAll(async () => {
  api = await server.listen();
});
afterAll(() => server.close());
beforeEach(() => {
  server.comments = [];
  server.requests = [];
  server.failures = [];
  waits.length = 0;
});

const reviewed = { version: 1 as const, environment: "dev", stack: "aa", changes: "bb" };

describe("one comment", () => {
  test("is written once and then kept up to date", async () => {
    server.add("a remark of someone");
    await expect(comment().put("first")).resolves.toBe("created");
    await expect(comment().put("second")).resolves.toBe("updated");
    expect(server.comments.map(({ body }) => body.split("\n").at(-1))).toEqual([
      "a remark of someone",
      "second",
    ]);
  });

  test("is found beyond the first page", async () => {
    for (let i = 0; i < 130; i++) server.add(`remark ${i}`);
    await comment().put("first");
    await comment().put("second");
    expect(server.comments).toHaveLength(131);
    expect(server.requests).toContain(
      "GET /repos/owner/name/issues/7/comments?per_page=100&page=2",
    );
  });

  test("is not mistaken for an answer that quotes it", async () => {
    await comment().put("first");
    const [original] = server.comments;
    server.comments = [];
    server.add(`> ${original?.body.replaceAll("\n", "\n> ") ?? ""}`);
    await expect(comment().put("second")).resolves.toBe("created");
  });

  test("is the workflow's own, whoever wrote one that looks like it", async () => {
    await comment().put("first");
    const [original] = server.comments;
    server.comments = [];
    server.add(original?.body ?? "", "someone");
    await expect(comment("github-actions[bot]").put("second", [reviewed])).resolves.toBe("created");
    await expect(comment("github-actions[bot]").put("third", [reviewed])).resolves.toBe("updated");
    expect(server.comments.map(({ user }) => user.login)).toEqual([
      "someone",
      "github-actions[bot]",
    ]);
    await expect(comment().reviewed()).resolves.toEqual([reviewed]);
  });

  test("is made anew when somebody deletes it meanwhile", async () => {
    await comment().put("first");
    server.failures = [{ status: 404, message: "Not Found", only: /^PATCH/ }];
    await expect(comment().put("second")).resolves.toBe("created");
  });
});

describe("what GitHub refuses", () => {
  test.each([
    [404, "Not Found", /404 \(Not Found\).*pull request does not exist/],
    [410, "Gone", /pull request does not exist/],
    [401, "Bad credentials", /GITHUB_TOKEN is not valid/],
    [403, "Resource not accessible by integration", /needs `pull-requests: write`/],
  ])("%d is one error with the way out", async (status, message, expected) => {
    server.failures = [{ status, message }];
    await expect(comment().put("text")).rejects.toThrow(expected);
    expect(server.comments).toEqual([]);
  });

  test("no error has the token in it", async () => {
    server.failures = [{ status: 401, message: "Bad credentials" }];
    await expect(comment().put("text")).rejects.not.toThrow(/t0ken/);
  });

  test("a failure of GitHub's own is tried again, after the time it asks for", async () => {
    server.failures = [
      { status: 502, message: "Server Error" },
      { status: 429, message: "rate limit", retryAfter: "9" },
    ];
    await expect(comment().put("text")).resolves.toBe("created");
    expect(waits).toEqual([1_000, 9_000]);
  });

  // https://docs.github.com/rest/using-the-rest-api/rate-limits-for-the-rest-api
  test("a secondary rate limit, too, although it is a 403", async () => {
    server.failures = [{ status: 403, message: "secondary rate limit", retryAfter: "60" }];
    await expect(comment().put("text")).resolves.toBe("created");
    expect(waits).toEqual([60_000]);
  });

  test("a GitHub that cannot be reached is named", async () => {
    const slept: number[] = [];
    const nowhere = new PullRequestComment(
      {
        api: "http://127.0.0.1:1",
        repository: "owner/name",
        token: "t0ken",
        sleep: (ms) => Promise.resolve(void slept.push(ms)),
      },
      7,
    );
    await expect(nowhere.put("text")).rejects.toThrow(
      /^http:\/\/127\.0\.0\.1:1 gave no answer to GET owner\/name\/issues\/7\/comments: (?!fetch failed)/,
    );
    expect(slept).toEqual([1_000, 2_000]);
  });

  test("and given up in the end", async () => {
    server.failures = Array.from({ length: 3 }, () => ({ status: 503, message: "no" }));
    await expect(comment().put("text")).rejects.toThrow(/GitHub answered 503/);
  });
});

describe("the record of what was reviewed", () => {
  test("travels in the comment, within its limit", async () => {
    const records = Array.from({ length: 20 }, (_, i) => ({ ...reviewed, environment: `e${i}` }));
    await comment().put("x".repeat(PullRequestComment.limit(records)), records);
    expect(server.comments[0]?.body).toHaveLength(65_536);
    await expect(comment().reviewed()).resolves.toEqual(records);
  });

  test("counts only in a comment of the workflow's own", async () => {
    server.author = "mallory";
    await comment().put("text", [reviewed]);
    server.author = "github-actions[bot]";
    await expect(comment().reviewed()).rejects.toThrow(
      /Pull request 7 has no review by github-actions\[bot\]/,
    );
  });

  test("of another version is refused", async () => {
    await comment().put("text", [{ ...reviewed, version: 2 as 1 }]);
    await expect(comment().reviewed()).rejects.toThrow(
      /another version of this command \(2, not 1\)/,
    );
  });
});

describe("the pull request of a commit", () => {
  const github = () => ({ api, repository: "owner/name", token: "t" });

  test("is the merged one", async () => {
    server.pulls = [
      { number: 5, merged_at: null },
      { number: 6, merged_at: "2026-01-01T00:00:00Z" },
    ];
    await expect(pullRequestOf(github(), "abc")).resolves.toBe(6);
    expect(server.requests).toEqual(["GET /repos/owner/name/commits/abc/pulls"]);
  });

  test("is missing for a commit that was pushed directly", async () => {
    server.pulls = [{ number: 5, merged_at: null }];
    await expect(pullRequestOf(github(), "abc")).rejects.toThrow(
      /not merged through a pull request/,
    );
  });
});

test("every missing variable is named at once", () => {
  expect(() => gitHubFrom({ GITHUB_REPOSITORY: "noslash" })).toThrow(
    /GITHUB_TOKEN is not set.*\nGITHUB_REPOSITORY is "noslash"/,
  );
});

test("in a workflow the comment is the workflow's own", () => {
  const env = { GITHUB_TOKEN: "t0ken", GITHUB_REPOSITORY: "owner/name" };
  expect(gitHubFrom(env).author).toBeUndefined();
  expect(gitHubFrom({ ...env, GITHUB_ACTIONS: "true" }).author).toBe("github-actions[bot]");
});
