import { CognitiveAccount } from "@cdktf/provider-azurerm/lib/cognitive-account";
import { CognitiveDeployment } from "@cdktf/provider-azurerm/lib/cognitive-deployment";
import { ContainerRegistry } from "@cdktf/provider-azurerm/lib/container-registry";
import { KubernetesCluster } from "@cdktf/provider-azurerm/lib/kubernetes-cluster";
import { ResourceGroup } from "@cdktf/provider-azurerm/lib/resource-group";
import { UserAssignedIdentity } from "@cdktf/provider-azurerm/lib/user-assigned-identity";
import { Testing } from "cdktf";
import "cdktf/lib/testing/adapters/jest";
import { loadEnvironments } from "../../config/load";
import { TutorialStack } from "../../constructs/tutorial-stack";
import { only, synthesize, synthesizeText, testingApp, today } from "./synthesize";

Testing.setupJest();

describe("the stack, row by row of the tutorial", () => {
  const settings = {
    preset: "tutorial",
    model: { allowRetired: true },
    image: { source: { type: "folder", folder: "sample-app" } },
  };
  const text = synthesizeText(settings, "tutorial");

  it("has the resource group (row 1)", () => {
    expect(text).toHaveResourceWithProperties(ResourceGroup, {
      name: "MyResourceGroup",
      location: "eastus",
    });
  });

  it("has the cluster: managed identity, one node, generated keys (row 2)", () => {
    expect(text).toHaveResourceWithProperties(KubernetesCluster, {
      name: "MyAKSCluster",
      identity: { type: "SystemAssigned" },
      oidc_issuer_enabled: true,
      workload_identity_enabled: true,
    });
    const action = only(synthesize(settings, "tutorial"), "azapi_resource_action");
    expect(action).toMatchObject({
      action: "generateKeyPair",
      response_export_values: { publicKey: "publicKey" },
    });
  });

  it("tells how to get the cluster's credentials (row 3)", () => {
    const { output } = synthesize(settings, "tutorial");
    expect(output.cluster_credentials_command?.value).toMatch(
      /^az aks get-credentials --resource-group \$\{.*\} --name \$\{.*\}$/,
    );
  });

  it("has the account with a subdomain, its keys off (row 4)", () => {
    expect(text).toHaveResourceWithProperties(CognitiveAccount, {
      name: "MyOpenAIService",
      kind: "OpenAI",
      sku_name: "S0",
      local_auth_enabled: false,
    });
  });

  it("has the model deployment (row 5)", () => {
    expect(text).toHaveResourceWithProperties(CognitiveDeployment, {
      name: "MyModel",
      model: { format: "OpenAI", name: "gpt-4", version: "0613" },
      sku: { name: "Standard", capacity: 1 },
    });
  });

  it("has the registry with anonymous pull (rows 6 and 7)", () => {
    expect(text).toHaveResourceWithProperties(ContainerRegistry, {
      sku: "Standard",
      anonymous_pull_enabled: true,
      admin_enabled: false,
    });
  });

  it("has the identity (row 8)", () => {
    expect(text).toHaveResourceWithProperties(UserAssignedIdentity, { name: "MyIdentity" });
  });
});

describe("the stack", () => {
  it("asks for the provider versions that it is tested with", () => {
    expect(synthesize().terraform.required_providers).toMatchObject({
      azapi: { version: "~> 2.12" },
      azurerm: { version: "~> 5.2" },
      kubernetes: { version: "~> 2.38" },
    });
  });

  it("registers its namespaces and no others", () => {
    const [azurerm] = synthesize().provider.azurerm ?? [];
    expect(azurerm?.resource_provider_registrations).toBe("none");
    expect(azurerm?.resource_providers_to_register).toEqual(
      expect.arrayContaining(["Microsoft.ServiceLinker", "Microsoft.KubernetesConfiguration"]),
    );
  });

  it("keeps the id of what an interrupted deploy had begun", () => {
    const [azurerm] = synthesize().provider.azurerm ?? [];
    expect(azurerm?.features).toMatchObject([
      { persist_id_on_create_before_polling_for_completion: true },
    ]);
  });

  it("takes no credential and no address into its text", () => {
    const { provider } = synthesize();
    const settings = Object.values(provider).flat().flatMap(Object.keys);
    expect(settings).not.toEqual(
      expect.arrayContaining([
        expect.stringMatching(/subscription_id|tenant|secret|metadata_host/),
      ]),
    );
  });

  it("derives unique names from subscription and group, without case", () => {
    const name = (group: string) =>
      only(synthesize({ resourceGroupName: group }), "azurerm_container_registry").name;
    expect(name("rg-a")).toMatch(/^craks\$\{substr\(sha256\(.*subscription_id.*"rg-a".*0, 12\)\}$/);
    expect(name("RG-A")).toBe(name("rg-a"));
    expect(name("rg-b")).not.toBe(name("rg-a"));
  });

  it("takes unique names as they are given", () => {
    const stack = synthesize({
      registry: { name: "mine1" },
      openai: { customSubdomainName: "my-own" },
    });
    expect(only(stack, "azurerm_container_registry").name).toBe("mine1");
    expect(only(stack, "azurerm_cognitive_account").custom_subdomain_name).toBe("my-own");
  });

  it("has the outputs that a user needs next, none of them sensitive", () => {
    const { output } = synthesize();
    expect(Object.keys(output).sort()).toEqual([
      "cluster_credentials_command",
      "cluster_name",
      "connection_id",
      "connection_name",
      "identity_client_id",
      "identity_name",
      "image",
      "model_deployment_name",
      "openai_account_name",
      "openai_endpoint",
      "pod_name",
      "pod_namespace",
      "registry_login_server",
      "registry_name",
      "resource_group_name",
      "service_account_name",
      "subscription_id",
    ]);
    expect(JSON.stringify(output)).not.toMatch(/key|password|kube_config|sensitive/);
  });

  it("warns through cdktf", () => {
    const [warning] = warningsOf({ model: { name: "gpt-5-mini", version: "2025-08-07" } });
    expect(warning).toMatch(/gpt-5-mini 2025-08-07 retires on 2027-02-09/);
    expect(warningsOf({})).toEqual([]);
  });

  it("takes template signs in texts as text", () => {
    const stack = synthesize({
      application: { question: "What is ${this} and %{that}?" },
      tags: { note: "${x}" },
    });
    expect(only(stack, "kubernetes_config_map_v1").data).toMatchObject({
      AZURE_OPENAI_QUESTION: "What is $${this} and %%{that}?",
    });
    expect(only(stack, "azurerm_resource_group").tags).toMatchObject({ note: "$${x}" });
  });

  it("makes another namespace than default itself, before the connection", () => {
    const stack = synthesize({ connection: { namespace: "apps" } });
    expect(only(stack, "kubernetes_namespace_v1")).toMatchObject({ metadata: { name: "apps" } });
    const [, connection] = Object.values(stack.resource.azapi_resource ?? {});
    expect(connection?.depends_on).toContain("kubernetes_namespace_v1.Namespace");
    expect(synthesize().resource.kubernetes_namespace_v1).toBeUndefined();
  });

  it("looks like this", () => {
    const sources = /"task_content": ".*"/;
    expect(
      synthesizeText({ image: { source: { type: "folder", folder: `${__dirname}/app` } } }).replace(
        sources,
        '"task_content": "(task-content.test.ts)"',
      ),
    ).toMatchSnapshot();
  });
});

function warningsOf(settings: object): unknown[] {
  const environments = { dev: settings };
  const [environment] = loadEnvironments({ environments, today });
  if (!environment) throw new Error("no environment");
  const stack = new TutorialStack(testingApp(), "dev", environment);
  return stack.node.metadata
    .filter(({ type }) => type === "@cdktf/warn")
    .map(({ data }) => data as unknown);
}
