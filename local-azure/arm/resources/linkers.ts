import { z } from "zod";
import { AzureError } from "../../core/errors";
import type { ArmResource } from "../../core/planes";
import { apiVersions } from "../api-versions";
import { parseBody } from "../body";
import { invalidResourceName } from "../errors";
import type { ArmContext, ResourceRequest, ResourceType } from "../resource-type";
import { applyConnection, undoConnection, undoWhatIsGone } from "./linker-effects";
import { connectionOf, identityOf, linkerProperties, type Connection } from "./linker-connection";
import { ACCOUNTS } from "./cognitive-services-accounts";
import { CLUSTERS } from "./managed-clusters";

const TYPE = "Microsoft.ServiceLinker/linkers";

const body = z.looseObject({ properties: linkerProperties });

/**
 * Connections of Service Connector: from an AKS cluster to Azure OpenAI, with workload identity.
 *
 * Source: azure-rest-api-specs, Microsoft.ServiceLinker/stable/2024-04-01/servicelinker.json, and
 * https://learn.microsoft.com/azure/service-connector/how-to-use-service-connector-in-aks for what it does.
 */
export const linkers: ResourceType = {
  type: TYPE,
  apiVersions: apiVersions(TYPE),
  placement: "extension",
  systemData: true,
  longRunning: { put: 400, delete: 200, poll: "operation" },
  patch: {},

  put(request, arm) {
    const { id, name, scope } = request;
    if (!/^[A-Za-z0-9._]{1,60}$/.test(name)) {
      throw invalidResourceName(name, "1 to 60 letters, digits, '.' and '_'");
    }
    const given = parseBody(body, request.body).properties;
    const cluster = requireCluster(scope, arm);
    checkClusterIsFree(cluster, arm);
    if (!arm.registrations.isRegistered("Microsoft.KubernetesConfiguration")) {
      throw conflict(
        "The subscription is not registered to use namespace 'Microsoft.KubernetesConfiguration'.",
      );
    }
    checkPermissions(request, given, arm);
    // What was sent comes back as it was sent, casing included.
    return { id, name, type: TYPE, properties: { ...given } };
  },

  async finishPut({ id }, arm) {
    const linker = arm.inventory.get(id);
    if (!linker) return;
    const connection = connection_(linker, arm);
    if (arm.operations.on(connection.cluster.id)) throw clusterIsUpdating(connection.cluster);
    const before = arm.inventory.internal(id);
    const made = applyConnection(connection, arm);
    await undoWhatIsGone(before, made, connection, arm);
    arm.inventory.set(linker, { ...made });
  },

  async finishDelete({ id }, arm) {
    await undoConnection(id, arm.inventory.internal(id), arm);
  },

  actions: {
    listconfigurations: {
      run({ existing }, arm) {
        if (!existing) return { body: {} };
        const { settings } = connection_(existing, arm);
        return {
          body: {
            configurations: settings.map(({ name, value, description }) => ({
              name,
              value,
              configType: "Default",
              keyVaultReferenceIdentity: null,
              description,
            })),
          },
        };
      },
    },
    validatelinker: {
      run: () => ({ duration: 100 }),
      finish: (linker, { azure }) => validation(linker, azure.clock.now()),
    },
  },
};

function connection_(linker: ArmResource, arm: ArmContext): Connection {
  const clusterId = linker.id.slice(0, linker.id.toLowerCase().lastIndexOf("/providers/"));
  return connectionOf(linker, requireCluster(clusterId, arm), arm);
}

function requireCluster(scope: string, { inventory }: ArmContext): ArmResource {
  const cluster = inventory.get(scope);
  if (cluster?.type === CLUSTERS) return cluster;
  throw new AzureError(
    400,
    "SourceResourceNotSupported",
    `The local Azure connects AKS clusters only; '${scope}' is not one.`,
  );
}

/** Source: Azure/azure-cli issue 30296; AKS connection troubleshooting in the Service Connector documentation. */
function checkClusterIsFree(cluster: ArmResource, arm: ArmContext): void {
  const { provisioningState } = cluster.properties;
  if (provisioningState !== "Succeeded" || arm.operations.on(cluster.id)) {
    throw clusterIsUpdating(cluster);
  }
}

function clusterIsUpdating({ name, properties }: ArmResource): AzureError {
  return conflict(
    `Operation on the managed cluster '${name}' is not allowed: another operation is in progress on it ` +
      `(provisioning state '${String(properties.provisioningState)}').`,
  );
}

function conflict(message: string): AzureError {
  return new AzureError(409, "Conflict", message);
}

/**
 * Service Connector acts on behalf of the caller, who needs the permission for each part.
 *
 * Source: https://learn.microsoft.com/azure/service-connector/concept-permission
 */
function checkPermissions(
  { principal }: Pick<ResourceRequest, "principal">,
  { targetService, authInfo }: z.infer<typeof linkerProperties>,
  { authorization, inventory }: ArmContext,
): void {
  const may = (action: string, scope: string) => {
    if (authorization.permitsAction(principal.oid, action, scope)) return;
    throw new AzureError(
      403,
      "Forbidden",
      `You do not have permission to perform action '${action}' over scope '${scope}'.`,
    );
  };
  may(`${ACCOUNTS}/read`, targetService.id);
  if (authInfo.authMode === "optOutAllAuth") return;
  may("Microsoft.Authorization/roleAssignments/write", targetService.id);
  const identity = identityOf(authInfo.clientId, inventory);
  if (!identity) return;
  may(`${identity.type}/federatedIdentityCredentials/write`, identity.id);
}

/**
 * For AKS the validation looks at nothing: it always succeeds (Service Connector documentation).
 *
 * Source of the form: azure-rest-api-specs, Microsoft.ServiceLinker, examples/ValidateLinkerSuccess.json, whose
 * `properties` are those of the operation's status.
 */
function validation(linker: ArmResource, now: Date) {
  const { targetService, authInfo } = linker.properties as z.infer<typeof linkerProperties>;
  return {
    linkerName: linker.name,
    isConnectionAvailable: true,
    reportStartTimeUtc: now.toISOString(),
    reportEndTimeUtc: now.toISOString(),
    sourceId: linker.id.slice(0, linker.id.toLowerCase().lastIndexOf("/providers/")),
    targetId: targetService.id,
    authType: authInfo.authType,
    validationDetail: [
      {
        name: "TargetExistence",
        description: "The target existence is validated",
        result: "success",
      },
    ],
  };
}
