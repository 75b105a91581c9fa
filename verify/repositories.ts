import { ContainerRegistryClient } from "@azure/container-registry";
import type { TokenCredential } from "@azure/identity";

/**
 * The repositories of a container registry, as `az acr repository list` lists them.
 *
 * @param loginServer - `<registry>.azurecr.io` on Azure.
 */
export async function listRepositories(
  credential: TokenCredential,
  loginServer: string,
  environment: NodeJS.ProcessEnv,
): Promise<string[]> {
  const client = new ContainerRegistryClient(`https://${loginServer}`, credential, {
    audience: environment.ARM_RESOURCE_MANAGER_AUDIENCE ?? "https://management.azure.com",
  });
  const repositories: string[] = [];
  for await (const name of client.listRepositoryNames()) repositories.push(name);
  return repositories;
}
