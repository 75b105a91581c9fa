import { spawn } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { prepareEngine } from "../../engine";
import { listen, type LocalTerraformCloud } from "../../local-terraform-cloud/listen";
import { setVariable } from "../../local-terraform-cloud/resources/variable";

// The first run of all may build an engine.
jest.setTimeout(30 * 60_000);

/** A configuration of built-in resources only, driven by an engine's own `cloud` block. */
describe("an engine's cloud block", () => {
  let engine: string;
  let server: LocalTerraformCloud;
  let folder: string;

  beforeAll(async () => {
    engine = (await prepareEngine()).engine.command;
    server = await listen({ engine, organization: "example" });
    folder = mkdtempSync(join(tmpdir(), "cloud-block-"));
    const credentials = `credentials "${server.hostname}" {\n  token = "${server.token}"\n}\n`;
    writeFileSync(join(folder, "cli.tfrc"), credentials);
    writeFileSync(join(folder, "authority.pem"), server.certificateAuthority);
    configure("first");
  });
  afterAll(async () => {
    await server.close();
    rmSync(folder, { recursive: true });
  });

  function configure(input: string): void {
    const configuration = {
      terraform: {
        cloud: {
          hostname: server.hostname,
          organization: "example",
          workspaces: { name: "dev" },
        },
      },
      variable: { size: { type: "string", default: "none" } },
      resource: { terraform_data: { one: { input } } },
      output: {
        one: { value: "${terraform_data.one.output}" },
        size: { value: "${var.size}" },
        hidden: { value: "do-not-show", sensitive: true },
      },
    };
    writeFileSync(join(folder, "cdk.tf.json"), JSON.stringify(configuration));
  }

  /** Not `spawnSync`: the server answers from this very process. */
  function run(...args: string[]): Promise<{ code: number | null; output: string }> {
    return new Promise((resolve) => {
      const child = spawn(engine, [...args, "-no-color"], {
        cwd: folder,
        env: {
          ...process.env,
          TF_CLI_CONFIG_FILE: join(folder, "cli.tfrc"),
          SSL_CERT_FILE: join(folder, "authority.pem"),
        },
      });
      let output = "";
      const collect = (chunk: Buffer) => (output += chunk.toString());
      child.stdout.on("data", collect);
      child.stderr.on("data", collect);
      child.on("close", (code) => {
        resolve({ code, output });
      });
    });
  }

  it("plans, applies, finds nothing to do, and destroys, all of it remotely", async () => {
    expect(await run("init", "-input=false")).toMatchObject({ code: 0 });
    const [workspace] = server.cloud.workspaces.values();
    if (!workspace) throw new Error("init made no workspace");
    setVariable(workspace, { key: "TF_VAR_size", value: "of the workspace", category: "env" });

    const plan = await run("plan", "-input=false");
    expect(plan).toMatchObject({ code: 0 });
    expect(plan.output).toContain("Plan: 1 to add, 0 to change, 0 to destroy.");
    expect(plan.output).not.toContain("do-not-show");

    const apply = await run("apply", "-auto-approve");
    expect(apply).toMatchObject({ code: 0 });
    expect(apply.output).toContain("Resources: 1 added, 0 changed, 0 destroyed.");
    expect(JSON.parse((await run("output", "-json")).output)).toMatchObject({
      one: { value: "first" },
      size: { value: "of the workspace" },
      hidden: { value: "do-not-show", sensitive: true },
    });

    expect((await run("plan", "-input=false")).output).toContain("No changes.");
    configure("second");
    expect((await run("plan", "-input=false")).output).toContain("0 to add, 1 to change");

    const destroy = await run("destroy", "-auto-approve");
    expect(destroy.output).toContain("Resources: 0 added, 0 changed, 1 destroyed.");
    expect([...server.cloud.runs.values()].map(({ status }) => status)).toEqual([
      "planned_and_finished",
      "applied",
      "planned_and_finished",
      "planned_and_finished",
      "applied",
    ]);
    expect(workspace.lock).toBeUndefined();
  });

  it("shows a failed plan as the engine's own failure", async () => {
    writeFileSync(
      join(folder, "broken.tf.json"),
      JSON.stringify({ output: { a: { value: "${b.c}" } } }),
    );
    const { code, output } = await run("plan", "-input=false");
    rmSync(join(folder, "broken.tf.json"));
    expect(code).toBe(1);
    expect(output).toContain("Error: Reference to undeclared resource");
  });
});
