import { only, synthesize } from "./synthesize";

describe("the cluster", () => {
  it("takes the user's own key, and then makes none", () => {
    const key = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIJ user";
    const stack = synthesize({ cluster: { sshPublicKey: key } });
    expect(only(stack, "azurerm_kubernetes_cluster")).toMatchObject({
      linux_profile: { ssh_key: { key_data: key } },
    });
    expect(stack.resource.azapi_resource_action).toBeUndefined();
  });

  it("never exports a private key", () => {
    const text = JSON.stringify(synthesize());
    expect(text).not.toMatch(/private[_-]?key/i);
  });

  it.each([
    ["MyAKSCluster", "MyAKSCluster"],
    ["a_b", "a-b"],
    ["a".repeat(53) + "_" + "b", "a".repeat(53)],
  ])("has a DNS prefix that Azure takes: %s", (name, prefix) => {
    // A short group's name: the two and the region make the name of the nodes' group.
    const stack = synthesize({ resourceGroupName: "rg", cluster: { name } });
    expect(only(stack, "azurerm_kubernetes_cluster").dns_prefix).toBe(prefix);
  });
});
