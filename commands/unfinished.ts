import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { StackEngine, State } from "./stack-engine";

/** What Azure has and the state does not: the deploy that began it was interrupted before Azure's answer came. */
export interface Unfinished {
  /** Its address in the stack. */
  readonly address: string;
  /** Its id in Azure, as the engine's `import` takes it. */
  readonly id: string;
}

/**
 * Takes into the state what exists already, so that the next run goes on with it. azurerm and azapi do so themselves
 * once Azure has answered; who interrupts them before that leaves a resource that nobody knows (hashicorp/
 * terraform-provider-azurerm issue 32230).
 *
 * Only what lies in the environment's own group is taken: another's resource is never.
 *
 * @param errors - The engine's.
 * @returns What was taken.
 */
export async function takeUnfinished(engine: StackEngine, errors: string): Promise<Unfinished[]> {
  const found = existingAlready(engine.directory, errors);
  if (found.length === 0) return [];
  const group = ownGroup(await engine.state());
  const own = found.filter(({ id }) => group !== undefined && id.toLowerCase().startsWith(group));
  for (const { address, id } of own) {
    console.error(
      `\n${id.split("?")[0] ?? ""} exists, and the state does not know it: a deploy was interrupted when it had ` +
        `just asked for it. It is taken into the state as ${address}.`,
    );
    await engine.import(address, id);
  }
  return own;
}

function ownGroup({ resources }: State): string | undefined {
  const group = resources.find(
    ({ mode, type }) => mode === "managed" && type === "azurerm_resource_group",
  );
  const id = group?.instances?.[0]?.attributes.id;
  return id === undefined ? undefined : `${id}/`.toLowerCase();
}

/**
 * What a deploy has found to exist already. The engine's line names the address, and has azurerm's text with the id;
 * azapi's text is in a line of its own.
 *
 * Source of the text: `ImportAsExistsError` of azurerm and azapi; of the lines: the engine's graph walk, and
 * hashicorp/terraform-plugin-go, tfprotov6/internal/diag.
 */
function existingAlready(directory: string, errors: string): Unfinished[] {
  const existing = /ID \\?"(\/[^"\\]+)\\?" already exists/g;
  const ids = [...errors.matchAll(existing)].map(([, id = ""]) => id);
  return [...errors.matchAll(/vertex "([^"]+)" error: (.*already exists.*)/g)].flatMap(
    ([, address = "", text = ""]) => {
      const [own] = [...text.matchAll(existing)].map(([, id]) => id);
      if (own !== undefined) return [{ address, id: own }];
      const { path, apiVersion } = armResource(directory, address);
      const id = ids.find((one) => one.toLowerCase().endsWith(path));
      return id === undefined ? [] : [{ address, id: `${id}?api-version=${apiVersion}` }];
    },
  );
}

/** The end of an azapi resource's id, and the version without which azapi would import it with the newest it knows. */
function armResource(directory: string, address: string): { path: string; apiVersion: string } {
  const { resource } = JSON.parse(readFileSync(join(directory, "cdk.tf.json"), "utf8")) as {
    resource: { azapi_resource?: Record<string, { name: string; type: string } | undefined> };
  };
  const { name = "", type = "" } = resource.azapi_resource?.[address.split(".")[1] ?? ""] ?? {};
  const [armType = "", apiVersion = ""] = type.split("@");
  return { path: `/${armType}/${name}`.toLowerCase(), apiVersion };
}
