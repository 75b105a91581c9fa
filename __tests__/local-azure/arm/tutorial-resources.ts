import { SUBSCRIPTION, type Body } from "./arm-client";

/** A resource that tests make: the smallest body that Azure accepts, and what has to be there before. */
interface Resource {
  readonly body:
    | Readonly<Record<string, unknown>>
    | ((get: (path: string) => Promise<Body>) => Promise<Record<string, unknown>>);
  readonly needs?: readonly string[];
}

const at = (type: string, name: string, scope = GROUP) => `${scope}/providers/${type}/${name}`;

export const GROUP = "resourceGroups/MyResourceGroup";
export const CLUSTER = at("Microsoft.ContainerService/managedClusters", "MyAKSCluster");
export const AGENT_POOL = `${CLUSTER}/agentPools/user1`;
export const EXTENSION = at("Microsoft.KubernetesConfiguration/extensions", "flux", CLUSTER);
export const LINKER = at("Microsoft.ServiceLinker/linkers", "openai_conn", CLUSTER);
export const ACCOUNT = at("Microsoft.CognitiveServices/accounts", "MyOpenAI");
export const DEPLOYMENT = `${ACCOUNT}/deployments/MyModel`;
export const REGISTRY = at("Microsoft.ContainerRegistry/registries", "MyRegistry");
export const TASK = `${REGISTRY}/tasks/build-image`;
export const IDENTITY = at("Microsoft.ManagedIdentity/userAssignedIdentities", "MyIdentity");
export const CREDENTIAL = `${IDENTITY}/federatedIdentityCredentials/MyCredential`;
export const SSH_KEY = at("Microsoft.Compute/sshPublicKeys", "MyKey");
export const STORAGE_ACCOUNT = at("Microsoft.Storage/storageAccounts", "mystorage");
export const BLOB_CONTAINER = `${STORAGE_ACCOUNT}/blobServices/default/containers/tfstate`;
export const ROLE_ASSIGNMENT = at(
  "Microsoft.Authorization/roleAssignments",
  "b0f0a9d2-6a1e-4a9f-9a53-6f0d4ab8f3e1",
  ACCOUNT,
);

export const id = (path: string) => `/subscriptions/${SUBSCRIPTION}/${path}`;

export const OPENAI_USER = "5e0bd9bd-7b93-4f28-af87-19fc36ad61bd";
const encoded = (text: string) => Buffer.from(text).toString("base64");

export const RESOURCES: Readonly<Record<string, Resource>> = {
  [GROUP]: { body: { location: "eastus" } },
  [CLUSTER]: {
    needs: [GROUP],
    body: {
      location: "eastus",
      identity: { type: "SystemAssigned" },
      properties: {
        dnsPrefix: "myakscluster",
        agentPoolProfiles: [{ name: "system", mode: "System", count: 1 }],
      },
    },
  },
  [AGENT_POOL]: { needs: [CLUSTER], body: { properties: { mode: "User", count: 1 } } },
  [EXTENSION]: {
    needs: [CLUSTER],
    body: { properties: { extensionType: "microsoft.flux" } },
  },
  [LINKER]: {
    needs: [CLUSTER, ACCOUNT, IDENTITY],
    body: async (get) => ({
      properties: {
        clientType: "python",
        targetService: { type: "AzureResource", id: id(ACCOUNT) },
        authInfo: {
          authType: "userAssignedIdentity",
          clientId: (await get(IDENTITY)).properties.clientId as string,
          subscriptionId: SUBSCRIPTION,
        },
        scope: "default",
      },
    }),
  },
  [ACCOUNT]: {
    needs: [GROUP],
    body: {
      location: "eastus",
      kind: "OpenAI",
      sku: { name: "S0" },
      properties: { customSubDomainName: "my-openai" },
    },
  },
  [DEPLOYMENT]: {
    needs: [ACCOUNT],
    body: {
      sku: { name: "Standard", capacity: 1 },
      properties: { model: { format: "OpenAI", name: "gpt-4.1-mini", version: "2025-04-14" } },
    },
  },
  [REGISTRY]: { needs: [GROUP], body: { location: "eastus", sku: { name: "Standard" } } },
  [TASK]: {
    needs: [REGISTRY],
    body: {
      location: "eastus",
      properties: {
        platform: { os: "Linux" },
        step: {
          type: "EncodedTask",
          encodedTaskContent: encoded("version: v1.1.0\nsteps:\n  - cmd: bash echo built\n"),
        },
      },
    },
  },
  [IDENTITY]: { needs: [GROUP], body: { location: "eastus" } },
  [CREDENTIAL]: {
    needs: [IDENTITY],
    body: {
      properties: {
        issuer: "https://oidc.example/",
        subject: "system:serviceaccount:default:mine",
        audiences: ["api://AzureADTokenExchange"],
      },
    },
  },
  [STORAGE_ACCOUNT]: {
    needs: [GROUP],
    body: { location: "eastus", kind: "StorageV2", sku: { name: "Standard_LRS" } },
  },
  [BLOB_CONTAINER]: { needs: [STORAGE_ACCOUNT], body: { properties: { publicAccess: "None" } } },
  [SSH_KEY]: { needs: [GROUP], body: { location: "eastus" } },
  [ROLE_ASSIGNMENT]: {
    needs: [ACCOUNT, IDENTITY],
    body: async (get) => ({
      properties: {
        roleDefinitionId: id(`providers/Microsoft.Authorization/roleDefinitions/${OPENAI_USER}`),
        principalId: (await get(IDENTITY)).properties.principalId as string,
        principalType: "ServicePrincipal",
      },
    }),
  },
};
