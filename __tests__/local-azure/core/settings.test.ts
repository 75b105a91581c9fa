import { DEFAULTS, resolveSettings, saveSettings } from "../../../local-azure/core/settings";
import { Store } from "../../../local-azure/core/store";

const GUID = "33333333-3333-3333-3333-333333333333";

it("takes what is given, then what was saved, then the defaults", () => {
  const store = new Store();
  expect(resolveSettings({}, store)).toEqual(DEFAULTS);
  const chosen = resolveSettings({ tenantId: GUID, port: 0 }, store);
  expect(chosen).toEqual({ ...DEFAULTS, tenantId: GUID, port: 0 });
  saveSettings({ ...chosen, port: 50_000 }, store);
  expect(resolveSettings({}, store)).toEqual({ ...DEFAULTS, tenantId: GUID, port: 50_000 });
});

it.each([
  ["--tenant", { tenantId: "mine" }],
  ["--subscription", { subscriptionId: "mine" }],
  ["--port", { port: 65_536 }],
  ["--port", { port: 1.5 }],
])("refuses a wrong %s, and names it", (option, given) => {
  expect(() => resolveSettings(given, new Store())).toThrow(option);
});

it.each([
  ["--tenant", { tenantId: GUID }],
  ["--subscription", { subscriptionId: GUID }],
  ["--port", { port: 1234 }],
])("does not go on with the state of another %s", (option, given) => {
  const store = new Store();
  saveSettings(DEFAULTS, store);
  expect(() => resolveSettings(given, store)).toThrow(`${option} is '`);
  expect(() => resolveSettings(given, store)).toThrow("the saved state belongs to");
});
