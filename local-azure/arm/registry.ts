import type { ResourceType } from "./resource-type";
import { accountDeployments } from "./resources/account-deployments";
import { accountModels } from "./resources/account-models";
import { agentPools, maintenanceConfigurations } from "./resources/agent-pools";
import { blobContainers } from "./resources/blob-containers";
import { cognitiveServicesAccounts } from "./resources/cognitive-services-accounts";
import { containerRegistries, registryReplications } from "./resources/container-registries";
import { deletedAccountList, deletedAccounts } from "./resources/deleted-accounts";
import { federatedIdentityCredentials } from "./resources/federated-identity-credentials";
import { kubernetesExtensions } from "./resources/kubernetes-extensions";
import { linkers } from "./resources/linkers";
import { managedClusters } from "./resources/managed-clusters";
import { registryRuns } from "./resources/registry-runs";
import { registryTasks } from "./resources/registry-tasks";
import { resourceGroups } from "./resources/resource-groups";
import { roleAssignments } from "./resources/role-assignments";
import { roleDefinitions } from "./resources/role-definitions";
import { sshPublicKeys } from "./resources/ssh-public-keys";
import { storageAccounts } from "./resources/storage-accounts";
import { blobServices, fileServices } from "./resources/storage-services";
import { userAssignedIdentities } from "./resources/user-assigned-identities";

/** Every resource type that exists here: one file in `resources/`, one line in this table. */
export const RESOURCE_TYPES: readonly ResourceType[] = [
  resourceGroups,
  roleAssignments,
  roleDefinitions,
  cognitiveServicesAccounts,
  accountDeployments,
  accountModels,
  deletedAccounts,
  deletedAccountList,
  sshPublicKeys,
  containerRegistries,
  registryReplications,
  registryTasks,
  registryRuns,
  managedClusters,
  agentPools,
  maintenanceConfigurations,
  kubernetesExtensions,
  userAssignedIdentities,
  federatedIdentityCredentials,
  linkers,
  storageAccounts,
  blobServices,
  fileServices,
  blobContainers,
];

/** The type by its name, compared without case. */
export function findResourceType(name: string): ResourceType | undefined {
  const wanted = name.toLowerCase();
  return RESOURCE_TYPES.find(({ type }) => type.toLowerCase() === wanted);
}
