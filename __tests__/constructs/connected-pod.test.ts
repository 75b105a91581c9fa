import { only, synthesize } from "./synthesize";

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
