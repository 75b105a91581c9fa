import { only, synthesize, type SynthesizedStack } from "./synthesize";

interface Linker {
  readonly body: { readonly properties: Record<string, unknown> };
  readonly [attribute: string]: unknown;
}

function linkerOf(stack: SynthesizedStack): Linker {
  const linker = Object.values(stack.resource.azapi_resource ?? {}).find(
    ({ type }) => type === "Microsoft.ServiceLinker/linkers@2024-04-01",
  );
  if (!linker) throw new Error("no linker");
  return linker as unknown as Linker;
}

describe("the connection", () => {
  it("has the properties of the API definition (Azure/azure-rest-api-specs, servicelinker.json)", () => {
    const { properties } = linkerOf(synthesize()).body;
    expect(properties).toEqual({
      clientType: "nodejs",
      scope: "default",
      targetService: {
        type: "AzureResource",
        id: expect.stringMatching(/^\$\{azurerm_cognitive_account\..*\.id\}$/) as string,
      },
      authInfo: {
        authType: "userAssignedIdentity",
        authMode: "optInAllAuth",
        clientId: "${azurerm_user_assigned_identity.Identity.client_id}",
        subscriptionId: "${data.azurerm_client_config.Client.subscription_id}",
        roles: ["5e0bd9bd-7b93-4f28-af87-19fc36ad61bd"],
        deleteOrUpdateBehavior: "ForcedCleanup",
      },
    });
  });

  it("gives the tutorial's role when asked to", () => {
    const linker = linkerOf(
      synthesize({ connection: { role: "Cognitive Services OpenAI Contributor" } }),
    );
    expect(linker.body.properties.authInfo).toMatchObject({
      roles: ["a001fd3d-188f-4b5d-821b-7da978bf7442"],
    });
  });

  it("sits on the cluster and takes only its state from the answer", () => {
    expect(linkerOf(synthesize())).toMatchObject({
      name: "openai_conn",
      parent_id: expect.stringMatching(/^\$\{azurerm_kubernetes_cluster\..*\.id\}$/) as string,
      response_export_values: { provisioningState: "properties.provisioningState" },
    });
  });

  // Go's regexp has the inline flags that JavaScript's has as a parameter.
  it.each([
    ["409 Conflict: another operation is in progress on the managed cluster", true],
    ["RESPONSE 409: Conflict\nERROR CODE: Conflict\nThe cluster is being updated", true],
    [
      "RESPONSE 409: 409 Conflict\nERROR CODE: MissingSubscriptionRegistration\nThe subscription is not registered to use namespace 'Microsoft.KubernetesConfiguration'",
      false,
    ],
    ["RESPONSE 409: 409 Conflict\nOperation returned an invalid status code: Conflict.", true],
    ["Operation returned an invalid status code 'Conflict'", true],
    ["Conflict: the name is taken", false],
  ])("is tried again on %j: %s", (message, again) => {
    const { retry } = linkerOf(synthesize()) as unknown as {
      retry: { error_message_regex: string[] };
    };
    const patterns = retry.error_message_regex.map(
      (pattern) => new RegExp(pattern.replace("(?is)", ""), "is"),
    );
    expect(patterns.some((pattern) => pattern.test(message))).toBe(again);
  });

  it("is the only maker of what Service Connector makes", () => {
    const types = Object.keys(synthesize().resource);
    for (const type of [
      "azurerm_federated_identity_credential",
      "azurerm_role_assignment",
      "kubernetes_service_account_v1",
      "kubernetes_secret_v1",
    ]) {
      expect(types).not.toContain(type);
    }
  });
});

describe("the pod", () => {
  interface Pod {
    readonly spec: { readonly container: readonly Record<string, unknown>[] };
    readonly lifecycle: Record<string, unknown>;
  }
  const podOf = (settings: object = {}): Pod =>
    only(synthesize(settings), "kubernetes_pod_v1") as unknown as Pod;

  // Azure/azure-cli pull request 28887: the names that Service Connector gives.
  it("has the connection's service account and secret", () => {
    const pod = podOf();
    expect(pod.spec).toMatchObject({
      service_account_name: "sc-account-${azurerm_user_assigned_identity.Identity.client_id}",
    });
    expect(pod.spec.container[0]?.env_from).toContainEqual({
      secret_ref: { name: "sc-openaiconn-secret" },
    });
  });

  it("carries the label that the workload identity webhook looks for", () => {
    expect(podOf()).toMatchObject({
      metadata: { labels: { "azure.workload.identity/use": "true" } },
    });
  });

  // Pod Security Standards, profile "restricted".
  it("is restricted", () => {
    const pod = podOf();
    expect(pod.spec).toMatchObject({
      automount_service_account_token: false,
      security_context: { run_as_non_root: true, seccomp_profile: { type: "RuntimeDefault" } },
    });
    expect(pod.spec.container[0]).toMatchObject({
      security_context: {
        allow_privilege_escalation: false,
        capabilities: { drop: ["ALL"] },
        privileged: false,
        read_only_root_filesystem: true,
      },
      resources: {
        requests: { cpu: expect.any(String) as string, memory: expect.any(String) as string },
        limits: { cpu: expect.any(String) as string, memory: expect.any(String) as string },
      },
    });
  });

  it("may end before the provider looks", () => {
    expect(podOf()).toMatchObject({
      target_state: ["Running", "Succeeded"],
      spec: { restart_policy: "OnFailure" },
    });
  });

  it("ignores what the webhook adds, and passes nothing there", () => {
    const pod = podOf({ application: { question: "Why?" } });
    expect(pod.lifecycle.ignore_changes).toEqual([
      "spec[0].container[0].env",
      "spec[0].container[0].volume_mount",
      "spec[0].volume",
    ]);
    expect(Object.keys(pod.spec.container[0] ?? {})).not.toContain("env");
  });

  it("is replaced when the connection changes", () => {
    const [trigger] = podOf().lifecycle.replace_triggered_by as string[];
    expect(trigger).toMatch(/^azapi_resource\.Connection_[0-9A-F]+$/);
  });

  it("refers to settings by their content", () => {
    const name = (settings: object) =>
      (only(synthesize(settings), "kubernetes_config_map_v1") as { metadata: { name: string } })
        .metadata.name;
    const before = name({});
    expect(name({ cluster: { nodeCount: 2 } })).toBe(before);
    expect(name({ application: { question: "Why?" } })).not.toBe(before);
    expect(before).toMatch(/^sc-demo-openai-identity-[0-9a-f]{8}$/);
  });

  it("pulls with the cluster's identity where anybody may not", () => {
    const stack = synthesize({ registry: { anonymousPull: false, sku: "Basic" } });
    expect(only(stack, "azurerm_role_assignment")).toMatchObject({
      role_definition_name: "AcrPull",
      principal_id: expect.stringContaining("kubelet_identity[0].object_id") as string,
    });
    expect(only(stack, "kubernetes_pod_v1").depends_on).toContainEqual(
      expect.stringMatching(/^azurerm_role_assignment\./),
    );
  });
});

describe("the kubernetes provider", () => {
  const [provider] = synthesize().provider.kubernetes ?? [];

  it("is configured from the cluster of the stack and from nothing else", () => {
    // Unset, the provider would take them from KUBE_CONFIG_PATH and KUBE_TOKEN.
    const { config_path, token, ...access } = provider ?? {};
    expect([config_path, token]).toEqual(["", ""]);
    expect(Object.keys(access).sort()).toEqual([
      "client_certificate",
      "client_key",
      "cluster_ca_certificate",
      "host",
    ]);
    for (const value of Object.values(access)) {
      expect(value).toMatch(/azurerm_kubernetes_cluster\.\w+\.kube_config\[0\]/);
    }
    expect(Object.keys(synthesize().data)).toEqual(["azurerm_client_config"]);
  });

  it("waits for the build through a marker whose value never changes", () => {
    const stack = synthesize();
    expect(provider?.host).toMatch(/terraform_data\.\w+\.output\.state/);
    const marker = only(stack, "terraform_data");
    const [run = ""] = Object.keys(
      stack.resource.azurerm_container_registry_task_schedule_run_now ?? {},
    );
    expect(marker.input).toEqual({ state: "ready" });
    expect(marker.depends_on).toEqual([`azurerm_container_registry_task_schedule_run_now.${run}`]);
    expect(marker.triggers_replace).toBeUndefined();
  });

  // The pod must not depend on the run itself: then the old pod would be deleted before the run.
  it("is the pod's only way to wait for the build", () => {
    const pod = JSON.stringify(only(synthesize(), "kubernetes_pod_v1"));
    expect(pod).not.toContain("azurerm_container_registry_task");
  });
});

describe("the image", () => {
  it("is built again exactly when the task's content changes", () => {
    const stack = synthesize();
    const [task = ""] = Object.keys(stack.resource.azurerm_container_registry_task ?? {});
    expect(only(stack, "azurerm_container_registry_task_schedule_run_now").lifecycle).toEqual({
      replace_triggered_by: [`azurerm_container_registry_task.${task}.encoded_step`],
    });
  });

  it("has what Azure answers written down, so that no plan takes it away", () => {
    expect(only(synthesize(), "azurerm_container_registry_task")).toMatchObject({
      agent_setting: { cpu: 2 },
      platform: { os: "Linux", architecture: "amd64" },
    });
  });

  it("has one tag for the task and the pod", () => {
    const stack = synthesize();
    const reference = stack.output.image?.value ?? "";
    const tag = /:([0-9a-f]{12})$/.exec(reference)?.[1] ?? "none";
    const task = JSON.stringify(only(stack, "azurerm_container_registry_task"));
    expect(task).toContain(`{{.Run.Registry}}/sc-demo-openai-identity:${tag}`);
    expect(JSON.stringify(only(stack, "kubernetes_pod_v1"))).toContain(`:${tag}"`);
  });

  it("can come from a repository, with the deployment's name put in", () => {
    const settings = { preset: "tutorial", model: { allowRetired: true } };
    const task = only(synthesize(settings), "azurerm_container_registry_task");
    expect(task.encoded_step).toMatchObject({
      context_path:
        "https://github.com/Azure-Samples/serviceconnector-aks-samples.git#main:azure-openai-workload-identity",
      task_content: expect.stringContaining("s/<MyModel>/MyModel/g") as string,
    });
  });
});

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
    expect(only(synthesize({ cluster: { name } }), "azurerm_kubernetes_cluster").dns_prefix).toBe(
      prefix,
    );
  });
});

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
