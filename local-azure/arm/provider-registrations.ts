import type { Clock } from "../core/clock";
import { AzureError } from "../core/errors";
import type { Collection, Store } from "../core/store";
import { invalidResourceNamespace } from "./errors";
import { LOCATIONS } from "./locations";
import type { ResourceType } from "./resource-type";

type RegistrationState = "Registered" | "Registering" | "NotRegistered" | "Unregistering";

/** Milliseconds that a registration takes here. */
const REGISTRATION = 100;

/**
 * Registered in every subscription without asking.
 *
 * Source: https://learn.microsoft.com/azure/azure-resource-manager/management/resource-providers-and-types
 */
const ALWAYS_REGISTERED = ["Microsoft.Authorization", "Microsoft.Resources", "Microsoft.Features"];

/** Providers that stacks register although nothing of theirs is served here. */
const WITHOUT_TYPES = [
  "Microsoft.Insights",
  "Microsoft.Network",
  "Microsoft.OperationalInsights",
  "Microsoft.OperationsManagement",
];

/** Which resource providers the subscription uses. */
export class ProviderRegistrations {
  readonly #states: Collection<RegistrationState>;
  readonly #clock: Clock;
  readonly #types: readonly ResourceType[];
  readonly #timers = new Set<() => void>();

  constructor(store: Store, clock: Clock, types: readonly ResourceType[]) {
    this.#states = store.collection("arm.registrations");
    this.#clock = clock;
    this.#types = types;
    for (const [namespace, state] of this.#states.entries()) {
      if (state.endsWith("ing")) this.#settle(namespace);
    }
  }

  get namespaces(): string[] {
    const named = this.#types.map(({ type }) => type.slice(0, type.indexOf("/")));
    return [...new Set([...ALWAYS_REGISTERED, ...named, ...WITHOUT_TYPES])];
  }

  isRegistered(namespace: string): boolean {
    return this.#state(namespace) === "Registered";
  }

  register(namespace: string): void {
    if (this.isRegistered(this.known(namespace))) return;
    this.#states.set(namespace, "Registering");
    this.#settle(namespace);
  }

  /** @throws AzureError 409 for a provider that cannot be unregistered or still has resources. */
  unregister(namespace: string, inUse: boolean): void {
    const known = this.known(namespace);
    if (ALWAYS_REGISTERED.includes(known)) {
      throw new AzureError(
        409,
        "CannotUnregisterRPWithFreeRegistration",
        `The resource namespace '${known}' cannot be unregistered.`,
      );
    }
    if (inUse) {
      throw new AzureError(
        409,
        "SubscriptionCannotBeUnregistered",
        `Subscription cannot be unregistered as it still has resources of the namespace '${known}'.`,
      );
    }
    if (this.#state(known) === "NotRegistered") return;
    this.#states.set(namespace, "Unregistering");
    this.#settle(namespace);
  }

  /** The provider as `GET /subscriptions/S/providers/<namespace>` returns it. */
  view(namespace: string, subscriptionId: string) {
    const known = this.known(namespace);
    const prefix = `${known}/`;
    return {
      id: `/subscriptions/${subscriptionId}/providers/${known}`,
      namespace: known,
      registrationPolicy: ALWAYS_REGISTERED.includes(known)
        ? "RegistrationFree"
        : "RegistrationRequired",
      registrationState: this.#state(known),
      resourceTypes: this.#types
        .filter(({ type }) => type.startsWith(prefix))
        .map(({ type, apiVersions, tracked, locations }) => ({
          resourceType: type.slice(prefix.length),
          locations: tracked
            ? (locations ?? Object.keys(LOCATIONS)).map((name) => LOCATIONS[name])
            : [],
          apiVersions: apiVersions.toReversed(),
          defaultApiVersion: apiVersions.at(-1),
          capabilities: tracked ? "SupportsTags, SupportsLocation" : "None",
        })),
    };
  }

  /** Leaves what is under way to the next process. */
  close(): void {
    for (const cancel of this.#timers) cancel();
    this.#timers.clear();
  }

  #settle(namespace: string): void {
    const cancel = this.#clock.after(REGISTRATION, () => {
      this.#timers.delete(cancel);
      const state = this.#states.get(namespace);
      if (state === "Registering") this.#states.set(namespace, "Registered");
      if (state === "Unregistering") this.#states.set(namespace, "NotRegistered");
    });
    this.#timers.add(cancel);
  }

  #state(namespace: string): RegistrationState {
    const always = ALWAYS_REGISTERED.some((name) => name.toLowerCase() === namespace.toLowerCase());
    return always ? "Registered" : (this.#states.get(namespace) ?? "NotRegistered");
  }

  /** A namespace in Azure's casing. @throws AzureError 404 for one that does not exist. */
  known(namespace: string): string {
    const known = this.namespaces.find((name) => name.toLowerCase() === namespace.toLowerCase());
    if (known === undefined) throw invalidResourceNamespace(namespace);
    return known;
  }
}
