import { synthesize } from "../constructs/synthesize";
import { checkStack } from "./check-stack";
import { readSchemas } from "./provider-schemas";

const schemas = readSchemas();

/** Every optional setting at once. */
const everything = {
  cluster: {
    vmSize: "Standard_D2s_v5",
    kubernetesVersion: "1.33",
    sshPublicKey: "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIJ user",
  },
  openai: { customSubdomainName: "my-subdomain" },
  registry: { name: "myregistry", anonymousPull: false },
  connection: { namespace: "apps" },
  application: { apiVersion: "2024-10-21", question: "What is ${this}?", waitSeconds: 30 },
};

/** A copy with one block changed. */
function changed(
  type: string,
  change: (block: Record<string, unknown>) => Record<string, unknown>,
): ReturnType<typeof synthesize> {
  const stack = synthesize();
  const blocks = Object.entries(stack.resource[type] ?? {});
  return {
    ...stack,
    resource: {
      ...stack.resource,
      [type]: Object.fromEntries(blocks.map(([name, block]) => [name, change(block)])),
    },
  };
}

describe("the synthesized stack and the providers' schemas", () => {
  it.each([
    ["the defaults", {}],
    ["every setting", everything],
    ["the tutorial", { preset: "tutorial", model: { allowRetired: true } }],
  ])("agree for %s", (_, settings) => {
    expect(checkStack({ ...synthesize(settings) }, schemas)).toEqual([]);
  });

  it("disagree about a misspelt attribute", () => {
    const stack = changed("azurerm_kubernetes_cluster", ({ dns_prefix, ...rest }) => ({
      ...rest,
      dns_prefx: dns_prefix,
    }));
    expect(checkStack({ ...stack }, schemas)).toEqual([
      expect.stringMatching(/azurerm_kubernetes_cluster\..*dns_prefx: unknown name$/),
    ]);
  });

  it("disagree about a misspelt attribute inside a block", () => {
    const stack = changed("azurerm_cognitive_deployment", (block) => ({
      ...block,
      sku: { name: "Standard", capcity: 1 },
    }));
    expect(checkStack({ ...stack }, schemas)).toEqual([
      expect.stringMatching(/\.sku\.capcity: unknown name$/),
    ]);
  });

  it("disagree about a missing argument and a missing block", () => {
    const stack = changed("azurerm_kubernetes_cluster", (block) => ({
      ...block,
      location: undefined,
      node_provisioning_profile: undefined,
    }));
    const given = JSON.parse(JSON.stringify(stack)) as typeof stack;
    expect(checkStack({ ...given }, schemas)).toEqual([
      expect.stringMatching(/\.location: missing$/),
      expect.stringMatching(/\.node_provisioning_profile: missing$/),
    ]);
  });

  it.each([
    ["text for a number", "azurerm_container_registry_task", { timeout_in_seconds: "long" }],
    ["text for a bool", "azurerm_container_registry", { admin_enabled: "no" }],
    ["text for a list", "kubernetes_pod_v1", { target_state: "Running" }],
    ["a list for a map", "azurerm_resource_group", { tags: ["dev"] }],
    ["a list for text", "azurerm_resource_group", { name: ["a"] }],
  ])("disagree about %s", (_, type, wrong) => {
    const stack = changed(type, (block) => ({ ...block, ...wrong }));
    expect(checkStack({ ...stack }, schemas)).toEqual([expect.stringContaining(" is no ")]);
  });

  it("disagree about a read-only attribute that is set", () => {
    const stack = changed("azurerm_user_assigned_identity", (block) => ({
      ...block,
      client_id: "x",
    }));
    expect(checkStack({ ...stack }, schemas)).toEqual([
      expect.stringMatching(/\.client_id: read-only$/),
    ]);
  });

  it("disagree about more blocks than are allowed", () => {
    const stack = changed("azurerm_cognitive_deployment", (block) => ({
      ...block,
      sku: [{ name: "Standard" }, { name: "GlobalStandard" }],
    }));
    expect(checkStack({ ...stack }, schemas)).toEqual([
      expect.stringMatching(/\.sku: 2 blocks, at most 1$/),
    ]);
  });

  it("disagree about a reference to nothing, and to an attribute that does not exist", () => {
    const stack = changed("azurerm_resource_group", (block) => ({
      ...block,
      name: "${azurerm_user_assigned_identity.Identity.clientid}",
      location: "${azurerm_resource_group.Elsewhere.location}",
    }));
    expect(checkStack({ ...stack }, schemas)).toEqual([
      expect.stringMatching(/refers to nothing in the stack$/),
      expect.stringMatching(/has no clientid$/),
    ]);
  });

  it("disagree about a setting of a provider", () => {
    const stack = synthesize();
    const provider = { ...stack.provider, kubernetes: [{ hosts: "x" }] };
    expect(checkStack({ ...stack, provider }, schemas)).toEqual([
      "provider.kubernetes.hosts: unknown name",
    ]);
  });
});
