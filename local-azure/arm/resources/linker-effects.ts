import { stableGuid } from "../../core/identifiers";
import type { ArmResource } from "../../core/planes";
import { ROLE_ASSIGNMENTS } from "../authorization";
import { sameId } from "../resource-id";
import type { ArmContext } from "../resource-type";
import { clusterUid } from "./cluster-uid";
import { enableWorkloadIdentity } from "./cluster-workload-identity";
import { checkFederatedCredential } from "./federated-identity-credentials";
import { installServiceConnector } from "./kubernetes-extensions";
import type { Connection } from "./linker-connection";

import { roleAssignment } from "./role-assignments";

/** What a connection has made, by id, so that it can be taken back. */
export interface Made {
  readonly federatedCredential?: string;
  readonly roleAssignments?: readonly string[];
}

const CREDENTIALS = "Microsoft.ManagedIdentity/userAssignedIdentities/federatedIdentityCredentials";

/** The audience of a token that Entra exchanges. */
const AUDIENCE = "api://AzureADTokenExchange";

/** Brings about what Service Connector does on the cluster, the identity, the target and the namespace. */
export function applyConnection(connection: Connection, arm: ArmContext): Made {
  const { cluster, properties } = connection;
  enableWorkloadIdentity(cluster, arm);
  installServiceConnector(cluster, arm);
  const optedOut = properties.authInfo.authMode === "optOutAllAuth";
  const made: Made = optedOut
    ? {}
    : {
        ...makeFederatedCredential(connection, arm),
        roleAssignments: connection.roles.flatMap((role) => assignRole(connection, role, arm)),
      };
  if (properties.publicNetworkSolution?.action !== "optOut") openFirewall(connection, arm);
  makeServiceAccount(connection, arm);
  if (properties.configurationInfo?.action !== "optOut") makeSecret(connection, arm);
  return made;
}

/** After an update, with `ForcedCleanup`: takes back what the connection had made and does not need any more. */
export async function undoWhatIsGone(
  before: Made,
  now: Made,
  { linker, properties }: Connection,
  arm: ArmContext,
): Promise<void> {
  if (properties.authInfo.deleteOrUpdateBehavior !== "ForcedCleanup") return;
  const kept = new Set([now.federatedCredential, ...(now.roleAssignments ?? [])]);
  const gone: Made = {
    ...(before.federatedCredential !== undefined &&
      !kept.has(before.federatedCredential) && { federatedCredential: before.federatedCredential }),
    roleAssignments: (before.roleAssignments ?? []).filter((id) => !kept.has(id)),
  };
  await undoConnection(linker.id, gone, arm);
}

/**
 * Takes back federated credential and role assignments, unless another connection counts on them. Service
 * account and secret stay behind in the cluster, as does the extension.
 */
export async function undoConnection(id: string, made: Made, arm: ArmContext): Promise<void> {
  const others = arm.inventory
    .ofType("Microsoft.ServiceLinker/linkers")
    .filter((other) => !sameId(other.id, id))
    .map((other): Made => arm.inventory.internal(other.id));
  const used = new Set(
    others.flatMap((other) => [other.federatedCredential, ...(other.roleAssignments ?? [])]),
  );
  for (const resource of [made.federatedCredential, ...(made.roleAssignments ?? [])]) {
    if (resource !== undefined && !used.has(resource)) await arm.remove(resource);
  }
}

/** What somebody else has made already is used, and stays when the connection goes. */
function makeFederatedCredential(
  connection: Connection,
  arm: ArmContext,
): Pick<Made, "federatedCredential"> {
  const { cluster, identity, namespace, serviceAccount } = connection;
  const issuer = arm.azure.kubernetes.issuerUrl(clusterUid(cluster.id, arm));
  const subject = `system:serviceaccount:${namespace}:${serviceAccount}`;
  const name = `sc_${stableGuid(issuer, subject).replaceAll("-", "").slice(0, 20)}`;
  const existing = arm.inventory
    .ofTypeWithin(CREDENTIALS, identity.id)
    .find(({ properties }) => properties.issuer === issuer && properties.subject === subject);
  if (existing) return existing.name === name ? { federatedCredential: existing.id } : {};
  const credential: ArmResource = {
    id: `${identity.id}/federatedIdentityCredentials/${name}`,
    name,
    type: CREDENTIALS,
    properties: { issuer, subject, audiences: [AUDIENCE] },
  };
  checkFederatedCredential(credential, identity.id, arm);
  arm.inventory.set(credential);
  return { federatedCredential: credential.id };
}

function assignRole(connection: Connection, role: string, arm: ArmContext): string[] {
  const { target, identity } = connection;
  const principalId = identity.properties.principalId as string;
  const existing = arm.authorization
    .assignments(principalId, target.id)
    .find(
      ({ properties }) =>
        sameId(properties.scope as string, target.id) &&
        (properties.roleDefinitionId as string).toLowerCase().endsWith(`/${role.toLowerCase()}`),
    );
  const id = `${target.id}/providers/${ROLE_ASSIGNMENTS}/${stableGuid(target.id, principalId, role)}`;
  if (existing) return sameId(existing.id, id) ? [id] : [];
  const given = { roleDefinitionId: role, principalId, principalType: "ServicePrincipal" as const };
  arm.inventory.set(
    roleAssignment(id, target.id, given, arm.azure.clock.now(), "Service Connector"),
  );
  return [id];
}

/** Where the target lets in listed addresses only, the cluster's is added. All pods here come from loopback. */
function openFirewall({ target }: Connection, { inventory }: ArmContext): void {
  const acls = target.properties.networkAcls as
    { defaultAction?: string; ipRules?: { value: string }[] } | undefined;
  if (acls?.defaultAction !== "Deny") return;
  const address = "127.0.0.1";
  const rules = acls.ipRules ?? [];
  if (rules.some(({ value }) => value === address)) return;
  inventory.update(target.id, {
    networkAcls: { ...acls, ipRules: [...rules, { value: address }] },
  });
}

function makeServiceAccount(connection: Connection, arm: ArmContext): void {
  const { cluster, namespace, serviceAccount, properties } = connection;
  const uid = clusterUid(cluster.id, arm);
  const { kubernetes } = arm.azure;
  if (!kubernetes.get(uid, { kind: "Namespace", name: namespace })) {
    kubernetes.apply(uid, {
      apiVersion: "v1",
      kind: "Namespace",
      metadata: { name: namespace },
    });
  }
  kubernetes.apply(uid, {
    apiVersion: "v1",
    kind: "ServiceAccount",
    metadata: {
      name: serviceAccount,
      namespace,
      annotations: { "azure.workload.identity/client-id": properties.authInfo.clientId },
      labels: { "azure.workload.identity/use": "true" },
    },
  });
}

function makeSecret({ cluster, namespace, secret, settings }: Connection, arm: ArmContext): void {
  const data = settings.map(({ name, value }) => [name, Buffer.from(value).toString("base64")]);
  arm.azure.kubernetes.apply(clusterUid(cluster.id, arm), {
    apiVersion: "v1",
    kind: "Secret",
    type: "Opaque",
    metadata: { name: secret, namespace },
    data: Object.fromEntries(data) as Record<string, string>,
  });
}
