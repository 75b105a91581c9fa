import { synthesize } from "./synthesize";

describe("the state", () => {
  it.each([
    [{ type: "local" }, { backend: { local: { path: "../../../terraform.dev.tfstate" } } }],
    [
      {
        type: "azurerm",
        resourceGroupName: "rg-state",
        storageAccountName: "state123",
        containerName: "tfstate",
      },
      {
        backend: {
          azurerm: {
            resource_group_name: "rg-state",
            storage_account_name: "state123",
            container_name: "tfstate",
            key: "dev.tfstate",
            use_azuread_auth: true,
          },
        },
      },
    ],
    [
      { type: "cloud", organization: "acme", workspace: "aks-dev", hostname: "localhost:8443" },
      {
        cloud: {
          organization: "acme",
          hostname: "localhost:8443",
          workspaces: { name: "aks-dev" },
        },
      },
    ],
  ])("is kept where %j says", (backend, expected) => {
    expect(synthesize({ backend }).terraform).toMatchObject(expected);
  });
});
