import { checkModel } from "../../config/model-check";
import {
  deployableModels,
  findModel,
  isRetired,
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

  it("knows the default, which outlives the warning's 90 days", () => {
    const { name, version } = defaultSettings("dev").model;
    expect(retiresSoon(model(name, version), today)).toBe(false);
    expect(isRetired(model(name, version), today)).toBe(false);
  });
});

describe("retirement", () => {
  // gpt-5-mini retires on 2027-02-06 (Microsoft's schedule).
  it.each([
    ["2026-11-07", false, false],
    ["2026-11-08", true, false],
    ["2027-02-05", true, false],
    ["2027-02-06", false, true],
  ])("on %s: soon %s, retired %s", (day, soon, retired) => {
    const mini = model("gpt-5-mini", "2025-08-07");
    expect(retiresSoon(mini, new Date(day))).toBe(soon);
    expect(isRetired(mini, new Date(day))).toBe(retired);
  });

  it("follows suggestions to a model that can be deployed", () => {
    // gpt-4 names gpt-4o, which was retired too and names gpt-5.1.
    expect(suggestReplacement(model("gpt-4", "0613"), today)?.name).toBe("gpt-5.1");
    expect(suggestReplacement(model("gpt-4", "0613"), new Date("2025-07-01"))?.name).toBe("gpt-4o");
  });

  it("suggests the model that lives longest where Microsoft suggests none", () => {
    expect(suggestReplacement(model("gpt-4.1", "2025-04-14"), today)).toBe(
      deployableModels(today)[0],
    );
    expect(suggestReplacement(model("gpt-4.1", "2025-04-14"), new Date("2100-01-01"))).toBe(
      undefined,
    );
  });

  it("is warned about, and not refused, in the 90 days before", () => {
    const given = { name: "gpt-5-mini", version: "2025-08-07", skuName: "GlobalStandard" };
    expect(checkModel("dev", given, today)).toEqual({
      problems: [],
      warnings: [
        expect.stringMatching(/^dev\.model: gpt-5-mini .* retires on 2027-02-06; use gpt/),
      ],
    });
  });
});
