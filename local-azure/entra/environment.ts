/**
 * What this cloud says of itself: `GET /metadata/endpoints`. Clients take the sign-in address, the audiences
 * and the suffixes of its services from it.
 *
 * The name is not `AzureCloud`: azurerm takes built-in addresses for the clouds that it knows by name.
 *
 * Source: go-azure-sdk, sdk/internal/metadata (the body of api-version 2022-09-01).
 */
export function cloudEnvironment(origin: string) {
  return {
    portal: origin,
    authentication: {
      loginEndpoint: `${origin}/`,
      audiences: [...RESOURCE_MANAGER_AUDIENCES],
      // Anything else is taken for an Azure Stack (go-azure-sdk, environments/azure_stack.go).
      tenant: "common",
      identityProvider: "AAD",
    },
    media: "https://rest.media.azure.net",
    graphAudience: "https://graph.windows.net/",
    graph: "https://graph.windows.net/",
    name: "LocalAzure",
    suffixes: {
      acrLoginServer: new URL(origin).host,
      attestationEndpoint: "attest.azure.net",
      azureDataLakeAnalyticsCatalogAndJob: "azuredatalakeanalytics.net",
      azureDataLakeStoreFileSystem: "azuredatalakestore.net",
      azureFrontDoorEndpointSuffix: "azurefd.net",
      keyVaultDns: "vault.azure.net",
      mariadbServerEndpoint: "mariadb.database.azure.com",
      mhsmDns: "managedhsm.azure.net",
      mysqlServerEndpoint: "mysql.database.azure.com",
      postgresqlServerEndpoint: "postgres.database.azure.com",
      sqlServerHostname: "database.windows.net",
      storage: new URL(origin).host,
      storageSyncEndpointSuffix: "afs.azure.net",
      synapseAnalytics: "dev.azuresynapse.net",
    },
    batch: "https://batch.core.windows.net/",
    resourceManager: `${origin}/`,
    vmImageAliasDoc:
      "https://raw.githubusercontent.com/Azure/azure-rest-api-specs/master/arm-compute/quickstart-templates/aliases.json",
    activeDirectoryDataLake: "https://datalake.azure.net/",
    sqlManagement: "https://management.core.windows.net:8443/",
    microsoftGraphResourceId: `${origin}/`,
    appInsightsResourceId: "https://api.applicationinsights.io",
    appInsightsTelemetryChannelResourceId: "https://dc.applicationinsights.azure.com/v2/track",
    attestationResourceId: "https://attest.azure.net",
    synapseAnalyticsResourceId: "https://dev.azuresynapse.net",
    logAnalyticsResourceId: "https://api.loganalytics.io",
    ossrDbmsResourceId: "https://ossrdbms-aad.database.windows.net",
  };
}

/**
 * The same to a client that asks with the first api-version, as `az cloud register` does.
 *
 * Source: Azure/azure-cli, azure/cli/command_modules/cloud/custom.py (`metadata/endpoints?api-version=2015-01-01`).
 */
export function firstCloudEnvironment(origin: string) {
  const { portal, graph, authentication } = cloudEnvironment(origin);
  const { loginEndpoint, audiences } = authentication;
  return {
    galleryEndpoint: `${origin}/`,
    graphEndpoint: graph,
    portalEndpoint: portal,
    authentication: { loginEndpoint, audiences },
  };
}

/** The audiences of a token for Azure Resource Manager. */
export const RESOURCE_MANAGER_AUDIENCES = [
  "https://management.core.windows.net/",
  "https://management.azure.com/",
] as const;

/** The services that a token can be asked for, by application id URI, without a slash at the end. */
export const RESOURCES: ReadonlySet<string> = new Set([
  "https://management.core.windows.net",
  "https://management.azure.com",
  "https://cognitiveservices.azure.com",
  "https://ai.azure.com",
  "https://containerregistry.azure.net",
  "https://graph.microsoft.com",
  "https://storage.azure.com",
  // The server application of Entra-integrated AKS clusters, which kubelogin asks for.
  "6dae42f8-4368-4678-94ff-3960e28e3630",
]);
