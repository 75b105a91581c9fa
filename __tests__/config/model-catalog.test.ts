import { checkModel } from "../../config/model-check";
import {
  deployableModels,
  findModel,
  isRetired,
  mayBeClosed,
  models,
  retiresSoon,
  suggestReplacement,
} from "../../config/model-catalog";
import { defaultSettings } from "../../config/defaults";

const today = new Date("2026-11-24");

function model(name: string, version: string) {
  const found = findModel(name, version);
  if (!found) throw new Error(`${name} ${version} is not in the catalogue`);
  return found;
}

describe("the model catalogue", () => {
  it("has dates, SKU names and no version twice", () => {
    const keys = models.map(({ name, version }) => `${name} ${version}`);
    expect(new Set(keys).size).toBe(keys.length);
    for (const { retires, skuNames } of models) {
      expect(retires).toMatch(/^\d{4}-\d{2}-\d{2}$/);
      expect(skuNames.length).toBeGreaterThan(0);
    }
  });

  it("suggests replacements that it knows", () => {
    const names = new Set(models.map(({ name }) => name));
    const suggested = models.flatMap(({ replacement }) => replacement ?? []);
    expect(suggested.filter((name) => !names.has(name))).toEqual([]);
  });

  it("has nothing to say about the default", () => {
    const given = defaultSettings("dev").model;
    expect(checkModel("dev", given, today)).toEqual({ problems: [], warnings: [] });
  });
});

describe("retirement", () => {
  // gpt-5-mini retires on 2027-02-09 (Microsoft's schedule).
  it.each([
    ["2026-11-10", false, false],
    ["2026-11-11", true, false],
    ["2027-02-08", true, false],
    ["2027-02-09", false, true],
  ])("on %s: soon %s, retired %s", (day, soon, retired) => {
    const mini = model("gpt-5-mini", "2025-08-07");
    expect(retiresSoon(mini, new Date(day))).toBe(soon);
    expect(isRetired(mini, new Date(day))).toBe(retired);
  });

  it("follows suggestions to a model that any subscription can have", () => {
    // gpt-4 names gpt-4o, which names gpt-5.1, both of them only as long as they are young.
    const gpt4 = model("gpt-4", "0613");
    expect(suggestReplacement(gpt4, new Date("2025-07-01"))?.name).toBe("gpt-4o");
    expect(suggestReplacement(gpt4, new Date("2026-11-12"))?.name).toBe("gpt-5.1");
    expect(suggestReplacement(gpt4, today)?.name).toBe("gpt-5.4-mini");
  });

  it("suggests the model that lives longest where Microsoft suggests none", () => {
    const longest = suggestReplacement(model("gpt-4.1", "2025-04-14"), today);
    expect(longest).toMatchObject({ name: "gpt-5.4-mini", version: "2026-03-17" });
    expect(deployableModels(today)[0]?.quotaOnRequest).toBe(true);
    expect(suggestReplacement(model("gpt-4.1", "2025-04-14"), new Date("2100-01-01"))).toBe(
      undefined,
    );
  });

  it("is warned about, and not refused, in the 90 days before", () => {
    const given = { name: "gpt-5-mini", version: "2025-08-07", skuName: "GlobalStandard" };
    expect(checkModel("dev", given, today)).toEqual({
      problems: [],
      warnings: [
        expect.stringMatching(/^dev\.model: gpt-5-mini .* retires on 2027-02-09; use gpt/),
      ],
    });
  });
});

describe("a model that a subscription may not get", () => {
  // Refused with ServiceModelDeprecating: "is in deprecating state and cannot be used for new deployments".
  it.each([
    ["2026-11-12", false],
    ["2026-11-13", true],
  ])("is one that is a year old: on %s %s", (day, closed) => {
    expect(mayBeClosed(model("gpt-5.1", "2025-11-13"), new Date(day))).toBe(closed);
  });

  it.each([
    ["gpt-5.1", "2025-11-13", /more than a year old.*; use gpt-5\.4-mini 2026-03-17/],
    ["gpt-5.6-sol", "2026-07-09", /no quota for gpt-5\.6-sol until it asks.*; use gpt-5\.4-mini/],
  ])("is warned about: %s", (name, version, warning) => {
    expect(checkModel("dev", { name, version, skuName: "GlobalStandard" }, today)).toEqual({
      problems: [],
      warnings: [expect.stringMatching(warning)],
    });
  });
});
