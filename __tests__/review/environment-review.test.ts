import { comment } from "../../review/comment";
import { reviewPlan } from "../../review/environment-review";
import type { Plan } from "../../review/plan";
import { recorded } from "./plans/recorded";

function changed(plan: Plan, of: "plan" | "drift" = "plan") {
  const review = reviewPlan("dev", plan, of);
  if (review.outcome !== "changed") throw new Error(review.outcome);
  return review;
}

const resource = (address: string, plan = recorded("change")) =>
  changed(plan).resources.find((one) => one.address === address);

test("an empty plan is unchanged", () => {
  expect(reviewPlan("dev", recorded("unchanged"))).toEqual({
    environment: "dev",
    outcome: "unchanged",
  });
});

test("a plan that could not be finished is a failure, whatever it lists", () => {
  expect(reviewPlan("dev", { ...recorded("change"), errored: true }).outcome).toBe("failed");
});

test("the most harmful comes first", () => {
  expect(
    changed(recorded("change")).resources.map(({ action, address }) => [action, address]),
  ).toEqual([
    ["destroy", "terraform_data.first[0]"],
    ["destroy", 'terraform_data.keyed["a"]'],
    ["replace", "terraform_data.bystander"],
    ["replace", "terraform_data.cluster"],
    ["replace", "terraform_data.tainted"],
    ["change", "terraform_data.follower"],
    ["change", "terraform_data.group"],
    ["change", "terraform_data.secret"],
    ["create", 'terraform_data.keyed["c"]'],
  ]);
});

test("a replacement names what forces it", () => {
  expect(resource("terraform_data.cluster")).toMatchObject({
    reason: "forced by `triggers_replace`",
    attributes: [{ path: "triggers_replace.name", before: '"cluster-1"', forcesReplacement: true }],
  });
  expect(resource("terraform_data.tainted")?.reason).toMatch(/^tainted/);
  expect(resource("terraform_data.bystander")?.reason).toMatch(/^replace_triggered_by/);
});

test("a change lists each attribute that differs, and what is not known yet", () => {
  expect(resource("terraform_data.group")?.attributes).toEqual([
    expect.objectContaining({ path: "input.list", before: '["x","y"]', after: '["x"]' }),
    expect.objectContaining({ path: "input.location", before: '"eastus"', after: '"westus"' }),
    expect.objectContaining({ path: "input.tags.extra", before: "(none)" }),
    expect.objectContaining({ path: "input.tags.team", after: '"b|c`d"' }),
    expect.objectContaining({ path: "output", after: "(known after apply)" }),
  ]);
});

describe("secrets", () => {
  // Terraform itself prints the old password here: it is in `output`, which nothing marks.
  test("neither a sensitive value nor an unmarked copy of it is shown", () => {
    const texts = (["create", "change", "destroy"] as const).map((name) =>
      JSON.stringify(reviewPlan("dev", recorded(name))),
    );
    for (const text of texts) {
      expect(text).toContain("(sensitive)");
      expect(text).not.toContain("hunter2");
    }
    expect(JSON.stringify(recorded("change"))).toContain("hunter2-first");
  });

  test("that one changed is shown", () => {
    const { attributes = [] } = resource("terraform_data.secret") ?? {};
    expect(attributes[0]).toEqual({
      path: "input.password",
      before: "(sensitive)",
      after: "(sensitive)",
      forcesReplacement: false,
    });
    expect(changed(recorded("change")).outputs.map(({ path, after }) => [path, after])).toEqual([
      ["image", '"registry/app:2"'],
      ["password", "(sensitive)"],
    ]);
  });

  test.each([
    ["kube_config_raw", "apiVersion: v1"],
    ["client_secret", "abc"],
    ["connection_string", "Endpoint=sb://x"],
    ["primary_access_key", "KEY=="],
  ])("an attribute named %s is hidden even where nothing marks it", (name, value) => {
    const plan = recorded("change");
    for (const { change } of plan.resource_changes) change.after = { [name]: value };
    expect(JSON.stringify(reviewPlan("dev", plan))).not.toContain(value);
  });
});

test("the name of a Kubernetes secret is no secret", () => {
  const plan = recorded("change");
  for (const { change } of plan.resource_changes) change.after = { secret_name: "sc-conn-secret" };
  expect(JSON.stringify(reviewPlan("dev", plan))).toContain("sc-conn-secret");
});

test("drift is what the refresh found, with the same table", () => {
  const { resource_changes: changes } = recorded("change");
  const plan = { ...recorded("unchanged"), resource_drift: changes };
  expect(reviewPlan("dev", plan).outcome).toBe("unchanged");
  const text = comment([changed(plan, "drift")], { of: "drift" });
  expect(text).toContain("## What was changed outside Terraform");
  expect(text).toContain("### dev: 2 deleted outside, 3 replaced outside, 3 changed outside");
});
