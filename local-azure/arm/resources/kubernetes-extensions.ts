import { z } from "zod";
import type { ArmResource } from "../../core/planes";
import { apiVersions } from "../api-versions";
import { parseBody } from "../body";
import type { ArmContext, ResourceType } from "../resource-type";

const EXTENSIONS = "Microsoft.KubernetesConfiguration/extensions";

const body = z.looseObject({
  properties: z.looseObject({ extensionType: z.string().min(1) }),
});

/**
 * Extensions of a cluster. Only Service Connector's does something here; others are kept, not installed.
 *
 * Source: azure-rest-api-specs, Microsoft.KubernetesConfiguration/extensions/stable/2023-05-01/extensions.json.
 */
export const kubernetesExtensions: ResourceType = {
  type: EXTENSIONS,
  apiVersions: apiVersions(EXTENSIONS),
  placement: "extension",
  systemData: true,
  longRunning: { put: 200, delete: 100, poll: "operation" },
  patch: { status: 202 },

  put({ id, name, body: sent }) {
    const { properties } = parseBody(body, sent);
    return { id, name, type: EXTENSIONS, properties: { ...properties } };
  },
};

/**
 * The extension that Service Connector installs, once for all its connections.
 *
 * Source: https://learn.microsoft.com/azure/service-connector/how-to-use-service-connector-in-aks
 */
export function installServiceConnector(cluster: ArmResource, { inventory }: ArmContext): void {
  const name = "sc-extension";
  const id = `${cluster.id}/providers/${EXTENSIONS}/${name}`;
  if (inventory.has(id)) return;
  inventory.set({
    id,
    name,
    type: EXTENSIONS,
    properties: {
      extensionType: "microsoft.serviceconnector.operator",
      autoUpgradeMinorVersion: true,
      releaseTrain: "stable",
      scope: { cluster: { releaseNamespace: "sc-system" } },
      provisioningState: "Succeeded",
      statuses: [],
      isSystemExtension: false,
    },
  });
}
