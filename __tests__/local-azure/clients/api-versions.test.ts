import { findResourceType } from "../../../local-azure/arm/registry";

/** The newest API versions that the official clients of November 2026 ask for without being told to. */
test.each([
  ["Microsoft.ContainerService/managedClusters", "2026-04-01", "@azure/arm-containerservice 25.3"],
  ["Microsoft.ContainerService/managedClusters", "2026-06-01", "azure-cli 2.91"],
  ["Microsoft.CognitiveServices/accounts", "2026-05-15-preview", "azure-cli 2.91"],
  [
    "Microsoft.CognitiveServices/accounts/deployments",
    "2025-09-01",
    "@azure/arm-cognitiveservices 8.1",
  ],
  ["Microsoft.ContainerRegistry/registries", "2026-09-01-preview", "azure-cli 2.91"],
  ["Microsoft.ContainerRegistry/registries/runs", "2025-03-01-preview", "azure-cli 2.91"],
  ["Microsoft.Compute/sshPublicKeys", "2026-03-01", "@azure/arm-compute 24.1"],
  [
    "Microsoft.KubernetesConfiguration/extensions",
    "2023-05-01",
    "@azure/arm-kubernetesconfiguration 6.1",
  ],
  ["Microsoft.ManagedIdentity/userAssignedIdentities", "2025-05-31-preview", "azure-cli 2.91"],
  ["Microsoft.Resources/resourceGroups", "2025-04-01", "@azure/arm-resources 7.0"],
  ["Microsoft.ServiceLinker/linkers", "2024-07-01-preview", "azure-cli 2.91"],
])("%s knows %s, which %s asks for", (type, version) => {
  expect(findResourceType(type)?.apiVersions).toContain(version);
});
