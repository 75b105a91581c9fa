import type { Check } from "../../verify/chain";
import type { Facts } from "../../verify/facts";
import { report } from "../../verify/report";

const facts = { pod: { name: "sc-demo", phase: "Failed", labels: {}, log: "no role\n" } };

test("names each link, the pod's log and the way out of each broken link", () => {
  const checks: Check[] = [
    { link: "cluster", holds: true, found: "fine" },
    { link: "role assignment", holds: false, found: "none", wayOut: "Assign it." },
  ];
  expect(report(facts as unknown as Facts, checks)).toBe(
    [
      "ok      cluster          fine",
      "BROKEN  role assignment  none",
      "",
      "Log of pod sc-demo (Failed):",
      "  no role",
      "",
      "The connection does not work: 1 of 2 links are broken.",
      "- role assignment: Assign it.",
    ].join("\n"),
  );
});

test("says so when everything works", () => {
  const checks: Check[] = [{ link: "cluster", holds: true, found: "fine" }];
  expect(report(facts as unknown as Facts, checks)).toMatch(/The connection works\.$/);
});
