import { execFileSync } from "node:child_process";
import { clientEnvironment, shellLines } from "../../../local-azure/core/client-environment";

const ORIGIN = "https://localhost:4430";

/** The provider documentation of azurerm and azapi; go-azure-sdk; Go's crypto/x509; Node's command line. */
test("everything that points a provider or an SDK at the local Azure", () => {
  expect(
    clientEnvironment({
      origin: ORIGIN,
      settings: { port: 4430, tenantId: "t", subscriptionId: "s" },
      operator: { clientId: "c", clientSecret: "secret" },
      sslCertFile: "/a.pem",
      nodeExtraCaCerts: "/b.pem",
    }),
  ).toEqual({
    // A host with a port, without a scheme: azurerm puts `https://` before it.
    ARM_METADATA_HOSTNAME: "localhost:4430",
    // OpenTofu's azurerm backend (internal/backend/remote-state/azure/backend.go, `metadata_host`).
    ARM_METADATA_HOST: "localhost:4430",
    ARM_RESOURCE_MANAGER_ENDPOINT: ORIGIN,
    ARM_RESOURCE_MANAGER_AUDIENCE: "https://management.azure.com",
    ARM_ACTIVE_DIRECTORY_AUTHORITY_HOST: ORIGIN,
    ARM_DISABLE_INSTANCE_DISCOVERY: "true",
    ARM_CLIENT_ID: "c",
    ARM_CLIENT_SECRET: "secret",
    ARM_TENANT_ID: "t",
    ARM_SUBSCRIPTION_ID: "s",
    SSL_CERT_FILE: "/a.pem",
    NODE_EXTRA_CA_CERTS: "/b.pem",
    GO_AZURE_SDK_SKIP_POLLING_DELAY: "true",
  });
});

test.each(["plain", "it's", "a b;$(exit 1)`x`\\", 'say "hi"'])(
  "a shell reads %s as it is",
  (value) => {
    const lines = shellLines({ FIRST: "1", VALUE: value });
    expect(lines.split("\n")[0]).toBe("export FIRST='1'");
    const read = execFileSync("sh", ["-c", `${lines}printf %s "$VALUE"`], { env: {} });
    expect(read.toString()).toBe(value);
  },
);
