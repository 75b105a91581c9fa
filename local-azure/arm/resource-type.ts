import type { AccessTokenClaims, ArmResource, LocalAzure } from "../core/planes";
import type { Authorization } from "./authorization";
import type { Inventory } from "./inventory";
import type { ListAddress } from "./paging";
import type { Operation, Operations } from "./operations";
import type { ProviderRegistrations } from "./provider-registrations";
import type { AzureError } from "../core/errors";

/** What the resource types work with. */
export interface ArmContext {
  readonly azure: LocalAzure;
  readonly inventory: Inventory;
  readonly operations: Operations;
  readonly registrations: ProviderRegistrations;
  readonly authorization: Authorization;
  /** Starts the deletion of a resource, as a `DELETE` does, and waits for its end. */
  remove(id: string): Promise<void>;
}

/** A request for one resource, after everything that is the same for all types has been checked. */
export interface ResourceRequest {
  /** In the casing in which the resource is stored. */
  readonly id: string;
  readonly name: string;
  readonly type: string;
  /** The resource as it is now. */
  readonly existing?: ArmResource;
  /** The id of the parent, of the extended resource, or of the resource group. */
  readonly scope: string;
  readonly body: Readonly<Record<string, unknown>>;
  readonly query: URLSearchParams;
  readonly principal: AccessTokenClaims;
}

/** A request for all resources of a type below a scope. */
export interface ListRequest extends ListAddress {
  readonly scope: string;
  readonly type: string;
}

/** What an action answers: a body (200), or an operation that answers it later. */
export type ActionResult =
  { readonly body: unknown; readonly status?: number } | { readonly duration: number };

export interface Action {
  /** Answers at once, or starts an operation that {@link Action.finish} ends. */
  run(request: ResourceRequest, arm: ArmContext): ActionResult | Promise<ActionResult>;
  finish?(resource: ArmResource, arm: ArmContext): unknown;
}

/** How long the operations of a type take here, and how clients learn of their end. */
interface LongRunning {
  /** Milliseconds. Without it a `PUT` is done when it is answered. */
  readonly put?: number;
  /** Milliseconds. Without it a `DELETE` is done when it is answered. */
  readonly delete?: number;
  /** Clients poll an operation, or the resource's `provisioningState`. */
  readonly poll: "operation" | "provisioningState";
}

/** A resource type of Azure Resource Manager. Adding one is a file in `resources/` and a line in `registry.ts`. */
export interface ResourceType {
  /** e.g. `Microsoft.ContainerService/managedClusters/agentPools`, in Azure's casing. */
  readonly type: string;
  /** Newest last. Source: the folders of Azure/azure-rest-api-specs. */
  readonly apiVersions: readonly string[];
  /** Where a resource of the type stands: an extension stands on any scope. */
  readonly placement: "resourceGroup" | "subscription" | "child" | "extension";
  /** Has a location and tags, and stands in the lists of all resources. */
  readonly tracked?: boolean;
  /** Of fewer characters than Azure Resource Manager allows. */
  readonly longestTagName?: number;
  /** The regions of the type, if not all. */
  readonly locations?: readonly string[];
  readonly longRunning?: LongRunning;
  /** What a `PUT` that makes a resource is answered with. @default 201 */
  readonly created?: 200;
  /** Has `systemData`: who made and changed it, and when. */
  readonly systemData?: boolean;
  /** Has an `eTag`, and heeds `If-Match` and `If-None-Match`. */
  readonly entityTag?: boolean;
  /** The namespaces that have to be registered; that of the type if not given. */
  readonly namespaces?: readonly string[];

  /**
   * Validates what was sent and returns the resource to store. For a type with operations
   * `provisioningState` is set by the pipeline.
   */
  put?(request: ResourceRequest, arm: ArmContext): ArmResource | Promise<ArmResource>;
  /** Without it there is no `PATCH`. */
  readonly patch?: {
    /** The parts of the body that count; all if not given. */
    readonly parts?: readonly string[];
    /** @default 200 */
    readonly status?: 200 | 202;
  };
  /** May refuse a deletion. */
  checkDelete?(request: ResourceRequest, arm: ArmContext): void;
  /** What else a finished `PUT` brings about. An {@link AzureError} makes the operation fail. */
  finishPut?(resource: ArmResource, arm: ArmContext, operation?: Operation): void | Promise<void>;
  /** Puts right what an operation that fails had begun; the resource says `Failed` itself. */
  failed?(resource: ArmResource, arm: ArmContext): void;
  /** The error for a request while an operation is under way on the resource. */
  conflict?(running: Operation): AzureError;
  /** What a deletion takes along; the resource is still there. */
  finishDelete?(resource: ArmResource, arm: ArmContext): void | Promise<void>;
  /** What is answered, if more or less than what is stored. */
  view?(resource: ArmResource, arm: ArmContext): unknown;
  /** Replaces the list of what is stored. */
  list?(request: ListRequest, arm: ArmContext): unknown[];
  /** Waits for a moment before a `GET` is answered, when what it asks about is under way. */
  settle?(resource: ArmResource, arm: ArmContext): Promise<void>;
  /** Replaces the look-up of what is stored. */
  find?(id: string, arm: ArmContext): ArmResource | undefined;
  /** The error for a resource that does not exist. */
  notFound?(request: Pick<ResourceRequest, "id" | "name">): AzureError;
  /** By name, in lower case. */
  readonly actions?: Readonly<Record<string, Action>>;
}
