import {
  ACCOUNT,
  AGENT_POOL,
  BLOB_CONTAINER,
  CLUSTER,
  CREDENTIAL,
  DEPLOYMENT,
  EXTENSION,
  GROUP,
  IDENTITY,
  LINKER,
  REGISTRY,
  ROLE_ASSIGNMENT,
  SSH_KEY,
  STORAGE_ACCOUNT,
  TASK,
} from "../tutorial-resources";

/** What Azure's API definition says of a resource type. */
export interface ContractRow {
  readonly type: string;
  /** A resource of the type; none for a type that has a list only. */
  readonly path?: string;
  /** Where all of them are listed, if anywhere. */
  readonly list?: string;
  /** The resources that have to be there, where there is no `PUT` for which they are known already. */
  readonly needs?: readonly string[];
  /** Without it there is no `PUT`. */
  readonly put?: {
    /** How clients learn of the end. */
    readonly poll: "operation" | "provisioningState" | "none";
    /** @default 201 */
    readonly created?: 200;
  };
  readonly patch?: {
    readonly body: object;
    /** What it changes. */
    readonly expected: object;
    readonly status: 200 | 202;
  };
  /** Without it there is no `DELETE`. */
  readonly delete?: {
    readonly status: 200 | 202;
    /** Of a `DELETE` of what does not exist. */
    readonly missing: 204 | 404;
  };
  /** Has a location. */
  readonly tracked?: boolean;
  /** The namespaces that have to be registered for a `PUT`. @default the type's own */
  readonly registration?: "free";
}

const OPERATION = { put: { poll: "operation" }, delete: { status: 202, missing: 204 } } as const;
const IN_BODY = {
  put: { poll: "provisioningState" },
  delete: { status: 202, missing: 204 },
} as const;
const AT_ONCE = { put: { poll: "none" }, delete: { status: 200, missing: 204 } } as const;

const tags = { body: { tags: { made: "here" } }, expected: { tags: { made: "here" } } };

/**
 * Source: the operations of Azure/azure-rest-api-specs in the versions that azurerm 5.2 uses; their methods and
 * expected status codes stand in hashicorp/go-azure-sdk, resource-manager/<service>/<version>/<resource>/method_*.go.
 */
export const CONTRACT_ROWS: readonly ContractRow[] = [
  {
    type: "Microsoft.Resources/resourceGroups",
    path: GROUP,
    list: "resourceGroups",
    put: { poll: "none" },
    patch: { ...tags, status: 200 },
    // ARM says ResourceGroupNotFound: ResourceGroups_Delete has no 204.
    delete: { status: 202, missing: 404 },
    registration: "free",
  },
  {
    type: "Microsoft.ContainerService/managedClusters",
    path: CLUSTER,
    list: `${GROUP}/providers/Microsoft.ContainerService/managedClusters`,
    ...OPERATION,
    patch: { ...tags, status: 200 },
    tracked: true,
  },
  {
    type: "Microsoft.ContainerService/managedClusters/agentPools",
    path: AGENT_POOL,
    list: `${CLUSTER}/agentPools`,
    ...OPERATION,
  },
  {
    type: "Microsoft.ContainerService/managedClusters/maintenanceConfigurations",
    path: `${CLUSTER}/maintenanceConfigurations/default`,
    list: `${CLUSTER}/maintenanceConfigurations`,
    needs: [CLUSTER],
  },
  {
    type: "Microsoft.KubernetesConfiguration/extensions",
    path: EXTENSION,
    list: `${CLUSTER}/providers/Microsoft.KubernetesConfiguration/extensions`,
    ...OPERATION,
    patch: {
      body: { properties: { releaseTrain: "preview" } },
      expected: { properties: { releaseTrain: "preview", extensionType: "microsoft.flux" } },
      status: 202,
    },
  },
  {
    type: "Microsoft.ServiceLinker/linkers",
    path: LINKER,
    list: `${CLUSTER}/providers/Microsoft.ServiceLinker/linkers`,
    ...OPERATION,
    patch: {
      body: { properties: { clientType: "nodejs" } },
      expected: { properties: { clientType: "nodejs", scope: "default" } },
      status: 200,
    },
  },
  {
    type: "Microsoft.CognitiveServices/accounts",
    path: ACCOUNT,
    list: `${GROUP}/providers/Microsoft.CognitiveServices/accounts`,
    ...IN_BODY,
    patch: {
      body: { properties: { disableLocalAuth: true } },
      expected: { kind: "OpenAI", properties: { disableLocalAuth: true } },
      status: 200,
    },
    tracked: true,
  },
  {
    type: "Microsoft.CognitiveServices/accounts/deployments",
    path: DEPLOYMENT,
    list: `${ACCOUNT}/deployments`,
    ...IN_BODY,
    // `PatchResourceTagsAndSku`
    patch: {
      body: { sku: { name: "Standard", capacity: 2 } },
      expected: { sku: { name: "Standard", capacity: 2 }, properties: { currentCapacity: 2 } },
      status: 200,
    },
  },
  {
    type: "Microsoft.CognitiveServices/accounts/models",
    list: `${ACCOUNT}/models`,
    needs: [ACCOUNT],
  },
  {
    type: "Microsoft.CognitiveServices/locations/resourceGroups/deletedAccounts",
    path: "providers/Microsoft.CognitiveServices/locations/eastus/resourceGroups/MyResourceGroup/deletedAccounts/none",
    delete: { status: 202, missing: 204 },
  },
  {
    type: "Microsoft.CognitiveServices/deletedAccounts",
    list: "providers/Microsoft.CognitiveServices/deletedAccounts",
  },
  {
    type: "Microsoft.ContainerRegistry/registries",
    path: REGISTRY,
    list: `${GROUP}/providers/Microsoft.ContainerRegistry/registries`,
    ...OPERATION,
    patch: {
      body: { properties: { anonymousPullEnabled: true } },
      expected: { sku: { name: "Standard" }, properties: { anonymousPullEnabled: true } },
      status: 200,
    },
    tracked: true,
  },
  {
    type: "Microsoft.ContainerRegistry/registries/replications",
    list: `${REGISTRY}/replications`,
    needs: [REGISTRY],
  },
  {
    type: "Microsoft.ContainerRegistry/registries/tasks",
    path: TASK,
    list: `${REGISTRY}/tasks`,
    put: { poll: "provisioningState" },
    patch: {
      body: { properties: { status: "Disabled" } },
      expected: { properties: { status: "Disabled", platform: { os: "Linux" } } },
      status: 200,
    },
    // azurerm does not poll the deletion of a task.
    delete: { status: 200, missing: 204 },
    tracked: true,
  },
  {
    type: "Microsoft.ContainerRegistry/registries/runs",
    path: `${REGISTRY}/runs/ca1`,
    list: `${REGISTRY}/runs`,
    needs: [REGISTRY],
  },
  {
    type: "Microsoft.ManagedIdentity/userAssignedIdentities",
    path: IDENTITY,
    list: `${GROUP}/providers/Microsoft.ManagedIdentity/userAssignedIdentities`,
    ...AT_ONCE,
    patch: { ...tags, status: 200 },
    tracked: true,
  },
  {
    type: "Microsoft.ManagedIdentity/userAssignedIdentities/federatedIdentityCredentials",
    path: CREDENTIAL,
    list: `${IDENTITY}/federatedIdentityCredentials`,
    ...AT_ONCE,
  },
  {
    type: "Microsoft.Compute/sshPublicKeys",
    path: SSH_KEY,
    list: `${GROUP}/providers/Microsoft.Compute/sshPublicKeys`,
    ...AT_ONCE,
    patch: { ...tags, status: 200 },
    tracked: true,
  },
  {
    type: "Microsoft.Storage/storageAccounts",
    path: STORAGE_ACCOUNT,
    list: `${GROUP}/providers/Microsoft.Storage/storageAccounts`,
    ...AT_ONCE,
    // `StorageAccounts_Create` has no 201.
    put: { poll: "none", created: 200 },
    patch: {
      body: { properties: { allowSharedKeyAccess: false } },
      expected: { kind: "StorageV2", properties: { allowSharedKeyAccess: false } },
      status: 200,
    },
    tracked: true,
  },
  {
    type: "Microsoft.Storage/storageAccounts/blobServices",
    list: `${STORAGE_ACCOUNT}/blobServices`,
    needs: [STORAGE_ACCOUNT],
  },
  {
    type: "Microsoft.Storage/storageAccounts/fileServices",
    list: `${STORAGE_ACCOUNT}/fileServices`,
    needs: [STORAGE_ACCOUNT],
  },
  {
    type: "Microsoft.Storage/storageAccounts/blobServices/containers",
    path: BLOB_CONTAINER,
    list: `${STORAGE_ACCOUNT}/blobServices/default/containers`,
    ...AT_ONCE,
    patch: {
      body: { properties: { metadata: { made: "here" } } },
      expected: { properties: { publicAccess: "None", metadata: { made: "here" } } },
      status: 200,
    },
  },
  {
    type: "Microsoft.Authorization/roleAssignments",
    path: ROLE_ASSIGNMENT,
    list: `${ACCOUNT}/providers/Microsoft.Authorization/roleAssignments`,
    ...AT_ONCE,
    registration: "free",
  },
  {
    type: "Microsoft.Authorization/roleDefinitions",
    path: "providers/Microsoft.Authorization/roleDefinitions/00000000-0000-4000-8000-000000000000",
    list: "providers/Microsoft.Authorization/roleDefinitions",
  },
];
