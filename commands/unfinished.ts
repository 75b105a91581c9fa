import { readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { StackEngine, State } from "./stack-engine";

/** What Azure has and the state does not: the deploy that began it was interrupted before Azure's answer came. */
export interface Unfinished {
  /** Its address in the stack. */
  readonly address: string;
  /** Its id in Azure, as an `import` block takes it. */
  readonly id: string;
}

/** What the next run imports, beside the synthesized stack. */
const importFile = (directory: string): string => join(directory, "unfinished.tf.json");

/**
 * Makes the next run import what exists already. azurerm and azapi put it into the state themselves once Azure has
 * answered; who interrupts them before that leaves a resource that nobody knows (hashicorp/terraform-provider-azurerm
 * issue 32230). The run shows it in its plan; the engine's `import` command would not do, since it wants to know the
 * configuration of every provider, and the cluster may not be there yet.
 *
 * Only what lies in the environment's own group is imported: another's resource is never.
 *
 * @param known - What earlier runs have found.
 * @param errors - The engine's.
 * @returns With `known`, what is to be imported.
 * @see https://developer.hashicorp.com/terraform/language/block/import
 */
export async function importUnfinished(
  engine: StackEngine,
  known: readonly Unfinished[],
  errors: string,
): Promise<readonly Unfinished[]> {
  const existing = existingAlready(engine.directory, errors);
  if (existing.length === 0) return known;
  const group = ownGroup(await engine.state());
  const found = existing
    .filter(({ id }) => group !== undefined && id.toLowerCase().startsWith(group))
    .filter(({ address }) => !known.some((one) => one.address === address));
  for (const { id } of found) {
    console.error(
      `\n${id.split("?")[0] ?? ""} exists, and the state does not know it: a deploy was interrupted when it had ` +
        "just asked for it.",
    );
  }
  const all = [...known, ...found];
  const blocks = all.map(({ address, id }) => ({ to: address, id }));
  if (all.length > 0)
    writeFileSync(importFile(engine.directory), JSON.stringify({ import: blocks }));
  return all;
}

/** Once a run has imported it, or when nothing is known of it any more. */
export function forgetUnfinished(directory: string): void {
  rmSync(importFile(directory), { force: true });
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
