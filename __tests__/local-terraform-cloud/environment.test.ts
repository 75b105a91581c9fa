import { runEnvironment } from "../../local-terraform-cloud/agent/environment";
import { terraformTfvars } from "../../local-terraform-cloud/agent/terraform-tfvars";
import { Log } from "../../local-terraform-cloud/core/log";
import type { Job } from "../../local-terraform-cloud/core/worker";

const { signal } = new AbortController();
const job: Job = {
  runId: "run-1",
  organization: "example",
  project: "Default Project",
  workspace: "dev",
  configuration: Buffer.alloc(0),
  workingDirectory: "",
  variables: [
    { key: "ARM_TENANT_ID", value: "tenant", category: "env", hcl: false },
    { key: "text", value: 'a "${b}" %{c}', category: "terraform", hcl: false },
    { key: "list", value: '["x"]', category: "terraform", hcl: true },
  ],
  options: {
    isDestroy: false,
    refresh: true,
    refreshOnly: false,
    targetAddrs: [],
    replaceAddrs: [],
    allowConfigGeneration: false,
  },
  structuredRunOutput: true,
  log: new Log(),
  cancel: signal,
  forceCancel: signal,
};

it("gives a run the workspace's environment, and nothing of the operator's shell", () => {
  process.env.ARM_CLIENT_SECRET = "of the operator";
  try {
    const environment = runEnvironment(job, "home", { SSL_CERT_FILE: "authority.pem" });
    expect(environment).toMatchObject({
      ARM_TENANT_ID: "tenant",
      HOME: "home",
      SSL_CERT_FILE: "authority.pem",
      TFC_RUN_ID: "run-1",
      TFC_WORKSPACE_SLUG: "example/dev",
    });
    expect(environment).not.toHaveProperty("ARM_CLIENT_SECRET");
    expect(environment).not.toHaveProperty("text");
  } finally {
    delete process.env.ARM_CLIENT_SECRET;
  }
});

it("writes input variables as strings that are no templates, or as the expressions they are", () => {
  expect(terraformTfvars(job.variables).split("\n")).toEqual([
    'text = "a \\"$${b}\\" %%{c}"',
    'list = ["x"]',
    "",
  ]);
});
