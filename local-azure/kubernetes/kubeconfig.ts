import { stringify } from "yaml";
import type { KeyAndCertificate } from "./certificates";

const base64 = (pem: string): string => Buffer.from(pem).toString("base64");

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
            "certificate-authority-data": base64(options.certificateAuthority),
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
            "client-certificate-data": base64(options.client.certificate),
            "client-key-data": base64(options.client.key),
            token: options.token,
          },
        },
      ],
    },
    { lineWidth: 0 },
  );
};
