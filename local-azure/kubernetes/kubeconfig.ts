import { stringify } from "yaml";
import type { KeyAndCertificate } from "./certificates";

/**
 * Base64 of a PEM text that does not contain the letters `exec`: azurerm takes a kubeconfig with them,
 * wherever they stand, for one of Entra ID and drops its certificates. Empty lines before a PEM block mean
 * nothing (RFC 7468, section 2) and shift the base64 text.
 */
const base64WithoutExec = (pem: string): string => {
  let text = Buffer.from(pem).toString("base64");
  for (let lines = 1; text.includes("exec"); lines++) {
    text = Buffer.from("\n".repeat(lines) + pem).toString("base64");
  }
  return text;
};

/**
 * A kubeconfig in the form of `listClusterUserCredential` (or `listClusterAdminCredential`) for a cluster
 * without Entra ID.
 */
export const kubeconfigYaml = (options: {
  readonly server: string;
  readonly certificateAuthority: string;
  readonly cluster: string;
  readonly resourceGroup: string;
  readonly admin: boolean;
  readonly client: KeyAndCertificate;
  readonly token: string;
}): string => {
  const { cluster, resourceGroup, admin } = options;
  const user = `cluster${admin ? "Admin" : "User"}_${resourceGroup}_${cluster}`;
  const context = admin ? `${cluster}-admin` : cluster;
  return stringify(
    {
      apiVersion: "v1",
      clusters: [
        {
          cluster: {
            "certificate-authority-data": base64WithoutExec(options.certificateAuthority),
            server: options.server,
          },
          name: cluster,
        },
      ],
      contexts: [{ context: { cluster, user }, name: context }],
      "current-context": context,
      kind: "Config",
      preferences: {},
      users: [
        {
          name: user,
          user: {
            "client-certificate-data": base64WithoutExec(options.client.certificate),
            "client-key-data": base64WithoutExec(options.client.key),
            token: options.token,
          },
        },
      ],
    },
    { lineWidth: 0 },
  );
};
