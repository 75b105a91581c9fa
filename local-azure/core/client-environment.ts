import type { Settings } from "./settings";

/**
 * The environment that points Terraform's providers and Azure's SDKs at the local Azure. It is all that
 * differs between a deployment to Azure and one to this machine.
 *
 * Source: the provider documentation of azurerm and azapi (`ARM_*`); Go's crypto/x509 (`SSL_CERT_FILE`);
 * Node's command-line documentation (`NODE_EXTRA_CA_CERTS`); go-azure-sdk (`GO_AZURE_SDK_SKIP_POLLING_DELAY`).
 */
export function clientEnvironment({
  origin,
  settings,
  operator,
  sslCertFile,
  nodeExtraCaCerts,
}: {
  readonly origin: string;
  readonly settings: Settings;
  readonly operator: { readonly clientId: string; readonly clientSecret: string };
  readonly sslCertFile: string;
  readonly nodeExtraCaCerts: string;
}): Record<string, string> {
  return {
    ARM_METADATA_HOSTNAME: new URL(origin).host,
    // The same for OpenTofu's state backend, which knows no other name of it.
    ARM_METADATA_HOST: new URL(origin).host,
    ARM_RESOURCE_MANAGER_ENDPOINT: origin,
    ARM_RESOURCE_MANAGER_AUDIENCE: "https://management.azure.com",
    ARM_ACTIVE_DIRECTORY_AUTHORITY_HOST: origin,
    ARM_DISABLE_INSTANCE_DISCOVERY: "true",
    ARM_CLIENT_ID: operator.clientId,
    ARM_CLIENT_SECRET: operator.clientSecret,
    ARM_TENANT_ID: settings.tenantId,
    ARM_SUBSCRIPTION_ID: settings.subscriptionId,
    SSL_CERT_FILE: sslCertFile,
    NODE_EXTRA_CA_CERTS: nodeExtraCaCerts,
    GO_AZURE_SDK_SKIP_POLLING_DELAY: "true",
  };
}

/** Lines to run in a POSIX shell. */
export function shellLines(environment: Readonly<Record<string, string>>): string {
  return Object.entries(environment)
    .map(([name, value]) => `export ${name}='${value.replaceAll("'", String.raw`'\''`)}'\n`)
    .join("");
}
