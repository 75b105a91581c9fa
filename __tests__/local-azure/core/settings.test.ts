import { DEFAULTS, resolveSettings, saveSettings } from "../../../local-azure/core/settings";
import { Store } from "../../../local-azure/core/store";

const OTHER = "33333333-3333-3333-3333-333333333333";

test("without options: the defaults, always the same", () => {
  expect(resolveSettings({}, new Store())).toEqual(DEFAULTS);
});

test.each([
  [{ tenantId: "contoso" }, "--tenant is 'contoso'; it has to be a GUID."],
  [{ subscriptionId: "1" }, "--subscription is '1'; it has to be a GUID."],
  [{ port: Number.NaN }, "--port has to be a whole number from 0 (a free port) to 65535."],
  [{ port: 1.5 }, "--port has to be a whole number"],
  [{ port: -1 }, "--port has to be a whole number"],
  [{ port: 65536 }, "--port has to be a whole number"],
])("%j is refused", (given, message) => {
  expect(() => resolveSettings(given, new Store())).toThrow(message);
});

describe("with a saved state", () => {
  const saved = { port: 4711, tenantId: OTHER, subscriptionId: DEFAULTS.subscriptionId };
  let store: Store;
  beforeEach(() => {
    store = new Store();
    saveSettings(saved, store);
  });

  test("what it was saved with counts, port included: its addresses are in the state", () => {
    expect(resolveSettings({}, store)).toEqual(saved);
    expect(resolveSettings({ port: 4711 }, store)).toEqual(saved);
  });

  test.each([
    [{ port: 4712 }, "--port is '4712', but the saved state belongs to '4711'."],
    [{ tenantId: DEFAULTS.tenantId }, `the saved state belongs to '${OTHER}'`],
    [{ subscriptionId: OTHER }, "--subscription is "],
  ])("%j is another one's", (given, message) => {
    expect(() => resolveSettings(given, store)).toThrow(message);
    expect(() => resolveSettings(given, store)).toThrow(
      "Leave the option out, or use another --state directory.",
    );
  });
});
