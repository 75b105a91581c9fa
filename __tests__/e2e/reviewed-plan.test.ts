import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { EngineError, prepareEngine } from "../../engine";
import { reviewPlan } from "../../review/environment-review";
import { parsePlan } from "../../review/plan";
import { Planner } from "../../review/planner";
import {
  applyReviewed,
  describePlan,
  planFileIn,
  readRecords,
  Refusal,
  type ReviewedPlan,
  saveRecord,
} from "../../review/reviewed-plan";

// The first run of all may build an engine.
jest.setTimeout(30 * 60_000);

let folder: string;
let plans: string;
let planner: Planner;

/** A stack that needs no provider but the engine's own. */
function writeStack(input: Record<string, string>): void {
  writeFileSync(
    join(folder, "cdk.tf.json"),
    JSON.stringify({
      terraform: { backend: { local: { path: join(folder, "terraform.tfstate") } } },
      resource: {
        terraform_data: Object.fromEntries(
          Object.entries(input).map(([name, value]) => [name, { input: value }]),
        ),
      },
    }),
  );
}

async function review(): Promise<ReviewedPlan> {
  const file = await planFileIn(plans, "dev");
  await planner.plan(file);
  const plan = parsePlan(await planner.show(file), file);
  expect(reviewPlan("dev", plan).outcome).toBe("changed");
  const record = await describePlan("dev", folder, plan);
  await saveRecord(plans, record);
  return record;
}

const apply = (record: ReviewedPlan, from = plans) =>
  applyReviewed(record, planner, from, () => undefined);

async function outcome(): Promise<string> {
  const file = join(folder, "after");
  await planner.plan(file);
  return reviewPlan("dev", parsePlan(await planner.show(file), file)).outcome;
}

/** Another run, by someone else, applies another stack in between. */
async function meanwhile(input: Record<string, string>): Promise<void> {
  writeStack(input);
  await planner.plan(join(folder, "other"));
  await planner.apply(join(folder, "other"), () => undefined);
}

beforeEach(async () => {
  const { engine, environment } = await prepareEngine();
  folder = mkdtempSync(join(tmpdir(), "stack-"));
  plans = join(folder, "plans");
  planner = new Planner(engine.command, folder, { ...process.env, ...environment });
  writeStack({ one: "1" });
  await planner.init();
});
afterEach(() => {
  rmSync(folder, { recursive: true });
});

test("what was reviewed is applied", async () => {
  const record = await review();
  await expect(readRecords(plans)).resolves.toEqual([record]);
  await apply(record);
  await expect(outcome()).resolves.toBe("unchanged");
});

test("the record alone is enough, where the plan file did not travel", async () => {
  await apply(await review(), join(folder, "elsewhere"));
  await expect(outcome()).resolves.toBe("unchanged");
});

test("another stack than the reviewed one is refused", async () => {
  const record = await review();
  writeStack({ one: "1", two: "2" });
  await expect(apply(record)).rejects.toThrow(/^dev: the stack is not the one that was reviewed/);
  await expect(outcome()).resolves.toBe("changed");
});

test("the same stack is refused where it would do something else now", async () => {
  const record = await review();
  await meanwhile({ one: "0" });
  writeStack({ one: "1" });
  await expect(apply(record)).rejects.toThrow(/^dev: the world has moved since the review/);
  await expect(outcome()).resolves.toBe("changed");
});

test("an environment whose review failed is refused", async () => {
  const failed = await describePlan("dev", folder, undefined);
  await expect(apply(failed)).rejects.toThrow(/^dev: its review failed/);
});

test("a state that changes between the check and the apply is the engine's refusal", async () => {
  const record = await review();
  const show = planner.show.bind(planner);
  jest.spyOn(planner, "show").mockImplementation(async (file) => {
    const text = await show(file);
    await meanwhile({ other: "x" });
    writeStack({ one: "1" });
    return text;
  });
  await expect(apply(record)).rejects.toThrow(Refusal);
});

test("a stack that cannot be planned fails with the engine's words", async () => {
  writeStack({ one: "${nothing.here}" });
  await expect(planner.plan(join(folder, "plan"))).rejects.toThrow(EngineError);
  await expect(planner.plan(join(folder, "plan"))).rejects.toThrow(/undeclared resource/);
});
