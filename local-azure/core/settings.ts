import { isGuid } from "./identifiers";
import type { Store } from "./store";

/** What a local Azure is started with, and what its saved state belongs to. */
export interface Settings {
  /** `0` takes a free port. */
  readonly port: number;
  readonly tenantId: string;
  readonly subscriptionId: string;
}

export const DEFAULTS: Settings = {
  port: 4430,
  tenantId: "10ca1a27-0000-4000-8000-000000000001",
  subscriptionId: "10ca1a27-0000-4000-8000-000000000002",
};

/**
 * Completes what was given with what the state was saved with, then with the defaults. The port counts as
 * well: clusters, accounts and federated credentials in the state carry it in their addresses.
 *
 * @throws Error when a value is not valid, or the state belongs to another tenant, subscription or port.
 */
export function resolveSettings(given: Partial<Settings>, store: Store): Settings {
  const saved = savedSettings(store).get("settings");
  const settings = { ...DEFAULTS, ...saved, ...given };
  for (const [option, value] of [
    ["--tenant", settings.tenantId],
    ["--subscription", settings.subscriptionId],
  ] as const) {
    if (!isGuid(value)) throw new Error(`${option} is '${value}'; it has to be a GUID.`);
  }
  if (!Number.isInteger(settings.port) || settings.port < 0 || settings.port > 65535) {
    throw new Error("--port has to be a whole number from 0 (a free port) to 65535.");
  }
  for (const [option, name] of [
    ["--port", "port"],
    ["--tenant", "tenantId"],
    ["--subscription", "subscriptionId"],
  ] as const) {
    if (saved && saved[name] !== settings[name]) {
      throw new Error(
        `${option} is '${settings[name]}', but the saved state belongs to '${saved[name]}'. Leave the option ` +
          "out, or use another --state directory.",
      );
    }
  }
  return settings;
}

/** Notes what the state belongs to, once the port is known. */
export function saveSettings(settings: Settings, store: Store): void {
  savedSettings(store).set("settings", settings);
}

function savedSettings(store: Store) {
  return store.collection<Settings>("core.settings");
}
