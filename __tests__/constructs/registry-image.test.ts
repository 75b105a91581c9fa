import { only, synthesize } from "./synthesize";

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
