import type { StackEngine, State } from "./stack-engine";

/** What the state holds inside a cluster that the kubernetes provider cannot reach any more. */
export interface LostCluster {
  /** The cluster's address in the state. */
  readonly address: string;
  /** Whether the cluster no longer exists, or exists and the next apply replaces it. */
  readonly fate: "gone" | "replaced";
  /** The addresses of what runs in it. */
  readonly lost: readonly string[];
}

/**
 * Finds out whether a command failed because the cluster is gone, or is about to be replaced, while the state
 * still holds what runs in it. The kubernetes provider is configured from the cluster's attributes; both
 * cases make them unknown while planning, and the provider then asks `localhost` (hashicorp/
 * terraform-provider-kubernetes issues 1307, 2017, 2127).
 *
 * A plan limited to the cluster tells: it does not start the kubernetes provider, and changes nothing.
 *
 * @returns Undefined when the cluster stays as it is, or nothing in the state runs in one.
 */
export async function findLostCluster(engine: StackEngine): Promise<LostCluster | undefined> {
  const state = await engine.state();
  const lost = addresses(state, ({ provider }) => provider.includes('/kubernetes"]'));
  const [address] = addresses(state, ({ type }) => type === "azurerm_kubernetes_cluster");
  if (lost.length === 0) return undefined;
  // Without the cluster in the state, an earlier run has removed it and was stopped before it got further.
  if (address === undefined) return { address: "azurerm_kubernetes_cluster", fate: "gone", lost };
  const actions = await engine.plannedActions(address);
  if (actions.includes("create")) return { address, fate: "gone", lost };
  return actions.includes("replace") ? { address, fate: "replaced", lost } : undefined;
}

function addresses(
  state: State,
  wanted: (resource: State["resources"][number]) => boolean,
): string[] {
  return state.resources
    .filter((resource) => resource.mode === "managed" && wanted(resource))
    .map(({ type, name }) => `${type}.${name}`);
}
