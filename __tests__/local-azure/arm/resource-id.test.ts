import {
  containerOf,
  isWithin,
  parseResourcePath,
  resourceTypeOf,
  sameId,
} from "../../../local-azure/arm/resource-id";

const parse = (path: string) => {
  const parsed = parseResourcePath(path);
  if (!parsed) throw new Error(`${path} was not understood`);
  return parsed;
};

it.each([
  ["/subscriptions", { trailing: "subscriptions" }],
  ["/subscriptions/S", { subscriptionId: "S", scope: "" }],
  ["/subscriptions/S/resourcegroups", { subscriptionId: "S", trailing: "resourcegroups" }],
  ["/subscriptions/S/resourceGroups/G", { subscriptionId: "S", resourceGroup: "G" }],
  ["/SUBSCRIPTIONS/S/RESOURCEGROUPS/G/resources", { resourceGroup: "G", trailing: "resources" }],
  ["/subscriptions/S/providers", { subscriptionId: "S", trailing: "providers" }],
  ["/subscriptions/S/providers/N/register", { namespace: "N", types: [], trailing: "register" }],
  [
    "/subscriptions/S/resourceGroups/G/providers/N/parents/P/children/C",
    {
      scope: "/subscriptions/S/resourceGroups/G",
      namespace: "N",
      types: ["parents", "children"],
      names: ["P", "C"],
    },
  ],
  [
    "/subscriptions/S/resourceGroups/G/providers/N/parents/P/providers/M/extensions/E",
    {
      resourceGroup: "G",
      scope: "/subscriptions/S/resourceGroups/G/providers/N/parents/P",
      namespace: "M",
      types: ["extensions"],
      names: ["E"],
    },
  ],
  [
    "/subscriptions/S/resourceGroups/G/providers/N/parents/P/act",
    { types: ["parents"], names: ["P"], trailing: "act" },
  ],
  ["/providers/N/things/T", { scope: "", namespace: "N", types: ["things"], names: ["T"] }],
  ["/subscriptions/S/resourceGroups/a%20b", { resourceGroup: "a b" }],
])("takes %p apart", (path, expected) => {
  expect(parse(path)).toMatchObject(expected);
});

it.each(["/tenants/T", "/subscriptions/%E0%A4%A", "/other"])("does not understand %p", (path) => {
  expect(parseResourcePath(path)).toBeUndefined();
});

it("names a type, and that of a collection", () => {
  const path = parse("/subscriptions/S/providers/N/parents/P/children");
  expect([resourceTypeOf(path), resourceTypeOf(path, true)]).toEqual([
    "N/parents",
    "N/parents/children",
  ]);
});

it("compares without case, and whole segments", () => {
  expect(sameId("/subscriptions/S/resourceGroups/G", "/subscriptions/s/RESOURCEGROUPS/g")).toBe(
    true,
  );
  expect(isWithin("/subscriptions/s/resourcegroups/g/providers/N", "/subscriptions/S")).toBe(true);
  expect(
    isWithin("/subscriptions/S/resourceGroups/group2", "/subscriptions/S/resourceGroups/group"),
  ).toBe(false);
  expect(isWithin("/subscriptions/S", "/")).toBe(true);
  expect(isWithin("/subscriptions/S", "/subscriptions/S/resourceGroups/G")).toBe(false);
});

it("finds the group, or the subscription, that holds an id", () => {
  expect(containerOf("/subscriptions/S/resourceGroups/G/providers/N/t/n")).toBe(
    "/subscriptions/S/resourceGroups/G",
  );
  expect(containerOf("/subscriptions/S/providers/N/t/n")).toBe("/subscriptions/S");
});
