import type { CoreV1Api, V1Pod } from "@kubernetes/client-node";
import type { TokenCredential } from "@azure/identity";
import { clusterApi, managedClusterApiVersion, unlessNotFound } from "./cluster";
import type { Facts } from "./facts";
import type { Outputs } from "./outputs";
import { listRepositories } from "./repositories";
import { type Resource, ResourceManager } from "./resource-manager";
import type { RolePermission } from "./role";

interface LinkerProperties {
  readonly provisioningState?: string;
  readonly scope?: string;
  readonly targetService?: { readonly id?: string };
  readonly authInfo?: { readonly clientId?: string };
}

interface ClusterProperties {
  readonly provisioningState?: string;
  readonly oidcIssuerProfile?: { readonly enabled?: boolean; readonly issuerURL?: string };
  readonly securityProfile?: { readonly workloadIdentity?: { readonly enabled?: boolean } };
}

/** Reads every fact afresh. A part that does not exist is a fact too, not an error. */
export async function readFacts(
  credential: TokenCredential,
  environment: NodeJS.ProcessEnv,
  outputs: Outputs,
): Promise<Facts> {
  const resourceManager = new ResourceManager(credential, environment);
  const connectionId = outputs.connection_id;
  const clusterId = connectionId.replace(/\/providers\/Microsoft\.ServiceLinker\/.*$/i, "");
  const [linker, cluster, api] = await Promise.all([
    resourceManager.get(connectionId, "2024-04-01"),
    resourceManager.get(clusterId, managedClusterApiVersion),
    clusterApi(resourceManager, clusterId),
  ]);
  const connection = (linker?.properties ?? {}) as LinkerProperties;
  const clusterProperties = (cluster?.properties ?? {}) as ClusterProperties;
  const name = connectionId.slice(connectionId.lastIndexOf("/") + 1);
  const namespace = connection.scope ?? "default";
  const clientId = connection.authInfo?.clientId;
  const accountId = connection.targetService?.id;
  const { oidcIssuerProfile } = clusterProperties;

  return {
    connection: {
      id: connectionId,
      name,
      namespace,
      clientId,
      provisioningState: connection.provisioningState,
    },
    cluster: {
      provisioningState: clusterProperties.provisioningState,
      issuerUrl: oidcIssuerProfile?.enabled ? oidcIssuerProfile.issuerURL : undefined,
      workloadIdentity: clusterProperties.securityProfile?.workloadIdentity?.enabled === true,
    },
    ...(await readIdentity(resourceManager, clientId, accountId)),
    deployment: {
      name: outputs.model_deployment_name,
      provisioningState: await deploymentState(
        resourceManager,
        accountId,
        outputs.model_deployment_name,
      ),
    },
    ...(await readNamespace(api, namespace, name, clientId)),
    image: {
      name: outputs.image,
      repositories: await listRepositories(
        credential,
        outputs.image.slice(0, outputs.image.lastIndexOf("/")),
        environment,
      ),
    },
    pod: await readPod(api, namespace, outputs.pod_name),
  };
}

async function readIdentity(
  resourceManager: ResourceManager,
  clientId: string | undefined,
  accountId: string | undefined,
): Promise<Pick<Facts, "identity" | "federatedCredentials" | "permissions">> {
  const subscription = accountId?.split("/")[2] ?? "";
  const identities = await resourceManager.list(
    `/subscriptions/${subscription}/providers/Microsoft.ManagedIdentity/userAssignedIdentities`,
    "2024-11-30",
  );
  const identity = identities.find(({ properties }) => properties.clientId === clientId);
  if (!identity || accountId === undefined) return { federatedCredentials: [], permissions: [] };
  const principalId = String(identity.properties.principalId);
  const [credentials, permissions] = await Promise.all([
    resourceManager.list(`${identity.id}/federatedIdentityCredentials`, "2024-11-30"),
    readPermissions(resourceManager, accountId, principalId),
  ]);
  return {
    identity: { id: identity.id, principalId },
    federatedCredentials: credentials.map(
      ({ properties }) => properties as unknown as Facts["federatedCredentials"][number],
    ),
    permissions,
  };
}

/** `assignedTo` lists what the principal holds at the scope and above it. */
async function readPermissions(
  resourceManager: ResourceManager,
  scope: string,
  principalId: string,
): Promise<RolePermission[]> {
  const assignments = await resourceManager.list(
    `${scope}/providers/Microsoft.Authorization/roleAssignments`,
    "2022-04-01",
    `assignedTo('${principalId}')`,
  );
  const definitions = await Promise.all(
    assignments.map(({ properties }) =>
      resourceManager.get(String(properties.roleDefinitionId), "2022-04-01"),
    ),
  );
  return definitions
    .filter((definition) => definition !== undefined)
    .flatMap(({ properties }) => properties.permissions as RolePermission[]);
}

async function deploymentState(
  resourceManager: ResourceManager,
  accountId: string | undefined,
  name: string,
): Promise<string | undefined> {
  if (accountId === undefined) return undefined;
  const deployment: Resource | undefined = await resourceManager.get(
    `${accountId}/deployments/${name}`,
    "2024-10-01",
  );
  return deployment?.properties.provisioningState as string | undefined;
}

async function readNamespace(
  api: CoreV1Api | undefined,
  namespace: string,
  connectionName: string,
  clientId: string | undefined,
): Promise<Pick<Facts, "serviceAccountClientId" | "secretKeys">> {
  if (!api) return {};
  const [serviceAccount, secret] = await Promise.all([
    unlessNotFound(
      api.readNamespacedServiceAccount({ namespace, name: `sc-account-${clientId ?? ""}` }),
    ),
    unlessNotFound(
      api.readNamespacedSecret({
        namespace,
        name: `sc-${connectionName.replace(/[^a-z0-9]/gi, "")}-secret`,
      }),
    ),
  ]);
  return {
    serviceAccountClientId:
      serviceAccount?.metadata?.annotations?.["azure.workload.identity/client-id"],
    secretKeys: secret && Object.keys(secret.data ?? {}).sort(),
  };
}

async function readPod(
  api: CoreV1Api | undefined,
  namespace: string,
  name: string,
): Promise<Facts["pod"]> {
  const pod: V1Pod | undefined =
    api && (await unlessNotFound(api.readNamespacedPod({ namespace, name })));
  if (!api || !pod) return { name, labels: {}, log: "" };
  return {
    name,
    phase: pod.status?.phase,
    labels: pod.metadata?.labels ?? {},
    serviceAccountName: pod.spec?.serviceAccountName,
    log: await readLog(api, namespace, name),
  };
}

/** A container that has not started has no log yet: the API answers 400, and the phase tells the rest. */
async function readLog(api: CoreV1Api, namespace: string, name: string): Promise<string> {
  try {
    return await api.readNamespacedPodLog({ namespace, name });
  } catch (error) {
    return error instanceof Error ? `(no log: ${error.message})` : "(no log)";
  }
}
