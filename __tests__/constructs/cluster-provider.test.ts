import { only, synthesize } from "./synthesize";

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
