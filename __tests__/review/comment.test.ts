import { comment, GITHUB_LIMIT } from "../../review/comment";
import { type EnvironmentReview, reviewPlan } from "../../review/environment-review";
import { recorded } from "./plans/recorded";

test("the whole text", () => {
  const reviews: EnvironmentReview[] = [
    reviewPlan("dev", recorded("change")),
    reviewPlan("prod", recorded("unchanged")),
    { environment: "test", outcome: "skipped", detail: "not touched by this change" },
    { environment: "broken", outcome: "failed", detail: "Error: ```no```" },
  ];
  expect(comment(reviews, { commit: "0123456789abcdef" })).toMatchSnapshot();
});

test("the stack itself, replaced", () => {
  expect(comment([reviewPlan("dev", recorded("azure-replace"))])).toMatchSnapshot();
});

test("the stack itself, changed by hand", () => {
  const drift = reviewPlan("dev", recorded("azure-drift"), "drift");
  expect(comment([drift], { of: "drift" })).toMatchSnapshot();
});

test("the stack itself, new: no value of a credential is shown", () => {
  const text = comment([reviewPlan("dev", recorded("azure-create"))]);
  expect(text).toContain("### dev: 14 to create");
  expect(text).not.toContain("> [!CAUTION]");
  for (const name of ["azure-replace", "azure-drift"] as const) {
    const plan = recorded(name);
    expect(JSON.stringify(plan)).toContain("redacted-when-recorded");
    const reviews = [reviewPlan("dev", plan), reviewPlan("dev", plan, "drift")];
    expect(comment(reviews)).not.toContain("redacted-when-recorded");
  }
});

test.each([
  ["azurerm_kubernetes_cluster", /what runs in the cluster/],
  ["azurerm_cognitive_account", /the account with its deployments/],
  ["azurerm_container_registry", /every image/],
  ["azurerm_resource_group", /everything in the group/],
])("replacing or destroying an %s is called out before all else", (type, lost) => {
  const plan = recorded("change");
  for (const one of plan.resource_changes) {
    if (/cluster|first/.test(one.address)) one.type = type;
  }
  const lines = comment([reviewPlan("dev", plan)]).split("\n");
  expect(lines.slice(0, 6)).toEqual([
    "## What this change does",
    "",
    "> [!CAUTION]",
    expect.stringMatching(/> - \*\*dev: `terraform_data\.first\[0\]` is destroyed\*\*/),
    expect.stringMatching(
      /> - \*\*dev: `terraform_data\.cluster` is replaced\*\* \(forced by `triggers_replace`\)/,
    ),
    "",
  ]);
  expect(lines[4]).toMatch(lost);
});

test("unchanged environments take one line each", () => {
  const reviews = ["dev", "prod"].map((name) => reviewPlan(name, recorded("unchanged")));
  expect(comment(reviews)).toBe(
    "## What this change does\n\n**dev**: no changes.\n\n**prod**: no changes.\n",
  );
});

describe("a comment's limit", () => {
  const many = (count: number) => {
    const plan = recorded("change");
    const group = plan.resource_changes.filter(({ change }) => change.actions[0] === "update");
    plan.resource_changes = Array.from({ length: count }, (_, i) =>
      group.map((one) => ({ ...one, address: `${one.address}_${i}` })),
    ).flat();
    return reviewPlan("dev", plan);
  };

  // The number of characters that GitHub takes; what is left out grows with what there is to say.
  test.each([
    [100, "What changes"],
    [150, "Shortened"],
    [400, "Shortened"],
    [4000, "12000 to change"],
  ])("%d times three changed resources fit", (count, expected) => {
    const text = comment([many(count)]);
    expect(text.length).toBeLessThanOrEqual(GITHUB_LIMIT);
    expect(text).toContain(expected);
  });

  test("an error of any length fits", () => {
    const detail = "x".repeat(200_000);
    const text = comment([{ environment: "dev", outcome: "failed", detail }]);
    expect(text.length).toBeLessThanOrEqual(GITHUB_LIMIT);
  });
});
