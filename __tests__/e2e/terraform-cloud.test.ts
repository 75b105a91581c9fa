import { cpSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { prepareEngine, type PreparedEngine } from "../../engine";
import { listen, type LocalTerraformCloud } from "../../local-terraform-cloud/listen";
import { createWorkspace } from "../../local-terraform-cloud/resources/workspace";
import { setVariable } from "../../local-terraform-cloud/resources/variable";
import { Checkout, type Ended } from "./checkout";

let checkout: Checkout;
let engine: PreparedEngine;
let folder: string;

beforeAll(async () => {
  engine = await prepareEngine();
  checkout = await Checkout.create();
  folder = mkdtempSync(join(tmpdir(), "terraform-cloud-"));
});
afterAll(async () => {
  await checkout.close();
  rmSync(folder, { recursive: true, force: true });
});

/** What a machine that runs the engine has besides the run's own variables: providers, and trust. */
function machine(): Record<string, string> {
  const cliConfiguration =
    engine.environment.TF_CLI_CONFIG_FILE ?? process.env.TF_CLI_CONFIG_FILE ?? "";
  return {
    CHECKPOINT_DISABLE: "1",
    SSL_CERT_FILE: checkout.azure.environment.SSL_CERT_FILE ?? "",
    ...(existsSync(cliConfiguration) && { TF_CLI_CONFIG_FILE: cliConfiguration }),
  };
}

/** With these variables and no others. */
function alone(environment: Readonly<Record<string, string>>): string[] {
  return ["-i", ...Object.entries(environment).map(([name, value]) => `${name}=${value}`)];
}

test("a stack's folder alone is enough to plan, apply and destroy", async () => {
  const synthesis = await checkout.npm("synth");
  expect(synthesis).toMatchObject({ code: 0 });
  const copy = join(folder, "dev");
  cpSync(join(checkout.directory, "cdktf.out/stacks/dev"), copy, { recursive: true });
  const environment = alone({
    ...machine(),
    ...checkout.azure.environment,
    PATH: process.env.PATH ?? "",
    HOME: copy,
  });
  const run = (...args: string[]) =>
    checkout.run("env", [...environment, engine.engine.command, ...args, "-no-color"], copy);

  expect(await run("init", "-input=false", "-backend-config=path=terraform.tfstate")).toMatchObject(
    {
      code: 0,
    },
  );
  expect(await run("plan", "-input=false", "-out=plan")).toMatchObject({ code: 0 });
  expect(await run("apply", "-input=false", "plan")).toMatchObject({
    code: 0,
    output: expect.stringContaining("Apply complete!") as string,
  });
  // Exit code 0 of -detailed-exitcode: nothing to change.
  expect(await run("plan", "-input=false", "-detailed-exitcode")).toMatchObject({ code: 0 });
  expect(await run("destroy", "-auto-approve")).toMatchObject({ code: 0 });
});

describe("the cloud backend", () => {
  let server: LocalTerraformCloud;
  let restore: () => void;

  beforeAll(async () => {
    server = await listen({
      engine: engine.engine.command,
      organization: "example",
      environment: machine(),
    });
    const workspace = createWorkspace(server.cloud, {
      attributes: { name: "openai-aks-dev" },
      relationships: {},
    });
    for (const [key, value] of Object.entries(checkout.azure.environment)) {
      if (key in machine()) continue;
      setVariable(workspace, { key, value, category: "env", sensitive: key.endsWith("SECRET") });
    }
    const { TF_CLI_CONFIG_FILE: cliConfiguration } = machine();
    writeFileSync(
      join(folder, "cli.tfrc"),
      (cliConfiguration ? readFileSync(cliConfiguration, "utf8") : "") +
        `\ncredentials "${server.hostname}" {\n  token = "${server.token}"\n}\n`,
    );
    writeFileSync(join(folder, "authority.pem"), server.certificateAuthority);
    const backend = `{ type: "cloud", hostname: "${server.hostname}", organization: "example", workspace: "openai-aks-dev" }`;
    restore = checkout.edit("config/environments.ts", (text) =>
      text.replace("\n  dev: {},", `\n  dev: { backend: ${backend} },`),
    );
  });
  afterAll(async () => {
    restore();
    await server.close();
  });

  /** The operator's machine: it reaches Terraform Cloud, and has no credential for Azure. */
  function operator(...command: string[]): Promise<Ended> {
    const environment = alone({
      PATH: process.env.PATH ?? "",
      HOME: folder,
      CI: "true",
      FORCE_COLOR: "0",
      CHECKPOINT_DISABLE: "1",
      CDKTF_SKIP_PROVIDER_LOCK: "true",
      TERRAFORM_BINARY_NAME: engine.engine.command,
      TF_CLI_CONFIG_FILE: join(folder, "cli.tfrc"),
      SSL_CERT_FILE: join(folder, "authority.pem"),
    });
    return checkout.run("env", [...environment, ...command]);
  }
  const cdktf = (...args: string[]) => operator("npx", "cdktf", ...args);
  const review = (...args: string[]) => operator("npm", "run", "review", "--", ...args);

  it("deploys, finds nothing to change, and destroys, through remote runs", async () => {
    const deploy = await cdktf("deploy", "--auto-approve");
    expect(deploy.output).toContain("Apply complete!");
    expect(deploy.code).toBe(0);

    const diff = await cdktf("diff");
    expect(diff.output).toContain("No changes.");
    expect(diff.code).toBe(0);
    expect(existsSync(join(checkout.directory, "cdktf.out/stacks/dev/plan"))).toBe(false);

    expect(await review()).toMatchObject({
      code: 0,
      output: expect.stringContaining("**dev**: no changes.") as string,
    });

    const destroy = await cdktf("destroy", "--auto-approve");
    expect(destroy.output).toMatch(/Resources: 0 added, 0 changed, \d+ destroyed/);
    expect(destroy.code).toBe(0);
    expect([...server.cloud.runs.values()].map(({ status }) => status)).toEqual([
      "applied",
      "planned_and_finished",
      "planned_and_finished",
      "applied",
    ]);
  });
});
