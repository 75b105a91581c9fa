import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";

import { parse } from "yaml";
import { z } from "zod";

const root = join(__dirname, "../..");
const folder = join(root, ".github/workflows");

const step = z.object({
  uses: z.string().optional(),
  run: z.string().optional(),
  env: z.record(z.string(), z.string()).optional(),
  with: z.record(z.string(), z.unknown()).optional(),
});
const permissions = z.record(z.string(), z.enum(["read", "write"]));
const concurrency = z.object({ group: z.string(), "cancel-in-progress": z.boolean() });
const job = z.object({
  if: z.string().optional(),
  permissions: permissions.optional(),
  environment: z.string().optional(),
  env: z.record(z.string(), z.string()).optional(),
  concurrency: concurrency.optional(),
  "timeout-minutes": z.number(),
  steps: z.array(step),
});
const workflow = z.object({
  on: z.record(z.string(), z.unknown()),
  permissions,
  concurrency: concurrency.optional(),
  jobs: z.record(z.string(), job),
});
const action = z.object({ runs: z.object({ steps: z.array(step) }) });

const load = (path: string): unknown => parse(readFileSync(join(root, path), "utf8"));
const files = readdirSync(folder);
const read = (file: string) => workflow.parse(load(`.github/workflows/${file}`));
const workflows = files.map((file) => [file, read(file)] as const);
const jobs = workflows.flatMap(([file, { jobs }]) =>
  Object.entries(jobs).map(([name, job]) => [`${file}: ${name}`, job] as const),
);
const setUp = action.parse(load(".github/actions/set-up/action.yml")).runs.steps;
const allSteps = [...jobs.flatMap(([, { steps }]) => steps), ...setUp];

test("the workflows are there", () => {
  expect(files.sort()).toEqual(
    ["deploy.yml", "destroy.yml", "drift.yml", "review.yml", "test.yml"].sort(),
  );
});

test("they run package.json's scripts, and nothing else of the project", () => {
  const { scripts } = JSON.parse(readFileSync(join(root, "package.json"), "utf8")) as {
    scripts: Record<string, string>;
  };
  for (const { run = "npm ci" } of allSteps) {
    const called = [...run.matchAll(/npm (?:run (?:--silent )?([\w:-]+)|(test|ci))/g)];
    expect(called).toHaveLength(1);
    const [, script, verb] = called[0] ?? [];
    if (verb !== "ci") expect(Object.keys(scripts)).toContain(script ?? verb);
    expect(run).not.toMatch(/\b(npx|node|terraform|tofu|az|cdktf) /);
  }
});

test("other people's actions are pinned by commit, with the version beside it", () => {
  const used = files
    .map((file) => readFileSync(join(folder, file), "utf8"))
    .concat(readFileSync(join(root, ".github/actions/set-up/action.yml"), "utf8"))
    .flatMap((text) => text.match(/uses: .*/g) ?? []);
  for (const line of used) {
    expect(line).toMatch(
      /^uses: (\.\/\.github\/actions\/set-up|[\w.-]+\/[\w.-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+)$/,
    );
  }
});

// Script injection: "Security hardening for GitHub Actions".
test("no expression is pasted into a script", () => {
  for (const { run = "" } of allSteps) expect(run).not.toContain("${{");
});

// Azure is reached by federation. Terraform Cloud's API takes no federated token, and what may not reach Azure
// gets none of its own either.
test.each(jobs)(
  "%s has a time limit, no secret of Azure, and no token in the checkout",
  (_, job) => {
    expect(job["timeout-minutes"]).toBeLessThanOrEqual(120);
    const secrets = JSON.stringify(job).match(/secrets\.\w+/g) ?? [];
    expect(secrets).toEqual(
      job.permissions?.["id-token"] === "write" ? ["secrets.TF_API_TOKEN"] : [],
    );
    const checkouts = job.steps.filter(({ uses }) => uses?.startsWith("actions/checkout@"));
    expect(checkouts.map((one) => one.with?.["persist-credentials"])).toEqual([false]);
  },
);

test("permissions are the least that each job needs", () => {
  expect(
    Object.fromEntries(
      workflows.flatMap(([file, { jobs, permissions: all }]) =>
        Object.entries(jobs).map(([name, { permissions: own = all }]) => [`${file}: ${name}`, own]),
      ),
    ),
  ).toEqual({
    "deploy.yml: environments": { contents: "read" },
    "deploy.yml: deploy": { contents: "read", "id-token": "write", "pull-requests": "read" },
    "destroy.yml: destroy": { contents: "read", "id-token": "write" },
    "drift.yml: drift": { contents: "read", "id-token": "write" },
    "review.yml: plan": { contents: "read", "id-token": "write", "pull-requests": "write" },
    "review.yml: synth": { contents: "read" },
    "test.yml: test": { contents: "read" },
  });
});

describe("review", () => {
  const { on, jobs } = read("review.yml");

  // pull_request_target would run a fork's code with the repository's own token.
  test("runs on pull_request only", () => {
    expect(Object.keys(on)).toEqual(["pull_request"]);
  });

  test("plans only what comes from the repository itself, and synthesizes the rest", () => {
    expect(jobs.plan?.if).toContain(
      "github.event.pull_request.head.repo.full_name == github.repository",
    );
    expect(jobs.synth?.if).toContain(
      "github.event.pull_request.head.repo.full_name != github.repository",
    );
    const commands = jobs.synth?.steps.map(({ run = "" }) => run).join("\n");
    expect(commands).toContain("--synth-only");
    expect(JSON.stringify(jobs.synth)).not.toMatch(/ARM_|GITHUB_TOKEN|--comment/);
  });
});

test.each(["deploy", "destroy"])(
  "%s is never cancelled by a later run, and gets signals itself",
  (name) => {
    const job = read(`${name}.yml`).jobs[name];
    expect(job?.concurrency?.["cancel-in-progress"]).toBe(false);
    expect(job?.concurrency?.group).toMatch(/^state-\$\{\{/);
    expect(job?.environment).toBeDefined();
    // __tests__/e2e/cancelled-deploy.test.ts shows that both are needed.
    expect(job?.steps.at(-1)?.run).toMatch(/^exec npm run /);
    expect(job?.steps.at(-1)?.env?.NPM_CONFIG_SCRIPT_SHELL).toBe("bash");
  },
);

test("destroy asks for the environment's name", () => {
  expect(read("destroy.yml").on).toMatchObject({
    workflow_dispatch: { inputs: { environment: { required: true, type: "string" } } },
  });
});

// Typed as `--list`, it would pass a check that takes it for a flag, and cdktf would take the only stack there is.
test("destroy checks what was typed as a name, whatever it looks like", () => {
  const [check] = read("destroy.yml").jobs.destroy?.steps.slice(-2) ?? [];
  expect(check?.run).toBe('npm run review -- --remote-state --list -- "$ENVIRONMENT"');
});
