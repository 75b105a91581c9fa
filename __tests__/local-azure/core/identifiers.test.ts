import { isGuid, stableGuid } from "../../../local-azure/core/identifiers";

test("the same parts have the same GUID, in any casing; others have others", () => {
  const id = stableGuid("operator", "/Subscriptions/A");
  expect(isGuid(id)).toBe(true);
  expect(id).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-8[0-9a-f]{3}-[0-9a-f]{12}$/);
  expect(stableGuid("OPERATOR", "/subscriptions/a")).toBe(id);
  expect(stableGuid("operator/subscriptions/a")).not.toBe(id);
  expect(stableGuid("a", "bc")).not.toBe(stableGuid("ab", "c"));
});

test.each(["", "x", "11111111-1111-1111-1111-11111111111", "g1111111-1111-1111-1111-111111111111"])(
  "%j is no GUID",
  (text) => {
    expect(isGuid(text)).toBe(false);
  },
);
