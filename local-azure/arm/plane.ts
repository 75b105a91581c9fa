import { Hono, type Context } from "hono";
import { AzureError } from "../core/errors";
import type { ArmPlane, LocalAzure } from "../core/planes";
import { Authorization } from "./authorization";
import { Faults } from "../core/faults";
import { Inventory } from "./inventory";
import { Operations } from "./operations";
import { respond } from "./pipeline";
import { ProviderRegistrations } from "./provider-registrations";
import { findResourceType, RESOURCE_TYPES } from "./registry";
import type { ArmContext } from "./resource-type";
import { runLog } from "./resources/registry-runs";
import { runLogBlob } from "./run-log-blob";
import { finishOperation } from "./verbs";

export interface Arm extends ArmPlane {
  readonly faults: Faults;
  /** Goes on with the operations that were under way when the process ended. */
  resume(): void;
}

/**
 * Azure Resource Manager.
 *
 * @param hold - Milliseconds for which the answer to a poll is held back while its operation runs.
 */
export function createArmPlane(azure: LocalAzure, hold = 0): Arm {
  const inventory = new Inventory(azure.store);
  const faults = new Faults();
  const operations = new Operations(azure.store, azure.clock, hold, async (operation) => {
    const type = findResourceType(operation.type);
    const method = { put: "PUT", delete: "DELETE", action: "POST" }[operation.verb];
    const fault = () => {
      faults.raise(operation.type, method, "operation");
    };
    return type && finishOperation(type, operation, arm, fault);
  });
  const arm: ArmContext = {
    azure,
    inventory,
    operations,
    registrations: new ProviderRegistrations(azure.store, azure.clock, RESOURCE_TYPES),
    authorization: new Authorization(inventory, azure.store, azure.subscriptionId),
    async remove(id) {
      const resource = inventory.get(id);
      if (!resource) return;
      await findResourceType(resource.type)?.finishDelete?.(resource, arm);
      // What stands below goes along, without what its own deletion would do.
      for (const child of inventory.below(id)) inventory.delete(child.id);
      inventory.delete(id);
    },
  };

  const routes = new Hono();
  const handle = (c: Context) => respond(c.req.raw, arm, faults);
  for (const root of ["subscriptions", "providers", "tenants"]) {
    routes.all(`/${root}`, handle);
    routes.all(`/${root}/*`, handle);
  }

  // The link that `listLogSasUrl` answers carries its own permission, as a shared access signature does.
  routes.get("/local-azure/subscriptions/*", (c) => {
    const id = new URL(c.req.url).pathname.replace(/^\/local-azure|\/log$/g, "");
    const log = runLog(decodeURIComponent(id), c.req.query("sig") ?? "", arm);
    if (log === undefined)
      throw new AzureError(403, "AuthenticationFailed", "The link is not valid.");
    return runLogBlob(log, c.req.header("x-ms-range") ?? c.req.header("range"));
  });

  return {
    routes,
    faults,
    resume() {
      operations.resume();
    },
    close() {
      operations.close();
      arm.registrations.close();
      return Promise.resolve();
    },
    get: (id) => inventory.get(id),
    list: (type) => inventory.ofType(type),
    permits: (principalId, dataAction, scope) =>
      arm.authorization.permitsDataAction(principalId, dataAction, scope),
  };
}
