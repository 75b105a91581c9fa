import { parsePlan } from "../../review/plan";
import { recorded } from "./plans/recorded";

test("a recorded plan is read", () => {
  const plan = recorded("change");
  expect(plan.format_version).toBe("1.2");
  expect(plan.resource_changes.map(({ address }) => address)).toContain("terraform_data.cluster");
});

test.each([
  [
    "a plan file",
    "PK\u0003\u0004",
    /tfplan is a plan file; give what `terraform show -json tfplan`/,
  ],
  ["something else", "Error: no", /tfplan is not JSON/],
  ["JSON of another kind", "[1]", /no format_version/],
  // `terraform show -json` without a file prints the state.
  [
    "a state",
    '{"format_version":"1.0","values":{}}',
    /tfplan is no plan: it has no planned_values/,
  ],
  // "Reject any input which reports an unsupported major version" (JSON Output Format)
  [
    "a later format",
    '{"format_version":"2.0","planned_values":{},"resource_changes":[]}',
    /format version 2\.0; versions 1\.x are read/,
  ],
  // Terraform before 1.1
  ["an earlier format", '{"format_version":"0.2","planned_values":{}}', /format version 0\.2/],
  [
    "a plan of another shape",
    '{"format_version":"1.2","planned_values":{},"resource_changes":[{"address":1}]}',
    /resource_changes\[0\]\.address/,
  ],
])("%s is refused with the way out", (_, text, message) => {
  expect(() => parsePlan(text, "tfplan")).toThrow(message);
});

test("what a later minor version adds is ignored", () => {
  const text = '{"format_version":"1.9","planned_values":{},"resource_changes":[],"new":1}';
  expect(parsePlan(text, "x").resource_changes).toEqual([]);
});
