import { AzureError } from "../../core/errors";
import type { Action } from "../resource-type";
import { clusterUid } from "./cluster-uid";

/** `listClusterUserCredential` and `listClusterAdminCredential`: a kubeconfig. */
export function clusterCredential(admin: boolean): Action["run"] {
  return ({ existing }, arm) => {
    if (!existing) return { body: {} };
    if (admin && existing.properties.disableLocalAccounts === true) {
      throw new AzureError(
        400,
        "BadRequest",
        "Getting static credential is not allowed because this cluster is set to disable local accounts.",
      );
    }
    const resourceGroup = /\/resourceGroups\/([^/]+)/i.exec(existing.id)?.[1] ?? "";
    const kubeconfig = arm.azure.kubernetes.kubeconfig(clusterUid(existing.id, arm), {
      cluster: existing.name,
      resourceGroup,
      admin,
    });
    const value = Buffer.from(kubeconfig).toString("base64");
    return { body: { kubeconfigs: [{ name: admin ? "clusterAdmin" : "clusterUser", value }] } };
  };
}
