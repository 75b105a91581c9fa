import {
  AzurermBackend,
  CloudBackend,
  LocalBackend,
  NamedCloudWorkspace,
  type TerraformStack,
} from "cdktf";
import { type Backend, stateKey } from "../config/settings";

/**
 * Gives a stack the place where its state is kept. No credential stands in it: they come from the
 * environment (`ARM_*` or `az login` for azurerm, `TF_TOKEN_<host>` or `terraform login` for cloud).
 */
export function addStateBackend(
  stack: TerraformStack,
  environment: string,
  backend: Backend,
): void {
  switch (backend.type) {
    case "local":
      // Relative, or the synthesized stack would name this machine's folders. The engine runs in
      // cdktf.out/stacks/<environment>: three levels up is the project, so that the state outlives
      // cdktf.out. Copied elsewhere, the folder wants `terraform init -backend-config=path=...`.
      new LocalBackend(stack, { path: `../../../terraform.${environment}.tfstate` });
      return;
    case "azurerm":
      new AzurermBackend(stack, {
        resourceGroupName: backend.resourceGroupName,
        storageAccountName: backend.storageAccountName,
        containerName: backend.containerName,
        key: stateKey(environment, backend),
        useAzureadAuth: true,
      });
      return;
    case "cloud":
      new CloudBackend(stack, {
        hostname: backend.hostname,
        organization: backend.organization,
        workspaces: new NamedCloudWorkspace(backend.workspace, backend.project),
      });
  }
}
