import { readFileSync, readdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Build } from "../../engine/cache";
import { prepareEngine, type PrepareEngineOptions } from "../../engine";
import { fakeEngine, fakeToolchain, program, temporaryFolder, terminal } from "./fixtures";

/** A machine of its own: nothing on PATH but what a test puts there, and an empty cache. */
function machine(settings: NodeJS.ProcessEnv = {}) {
  const bin = temporaryFolder();
  const cache = temporaryFolder();
  const shown = terminal();
  const built: string[] = [];
  const build: Build = (artifact, output) => {
    built.push(artifact.name);
    writeFileSync(output, `${artifact.name} ${String(built.length)}`);
    return Promise.resolve();
  };
  const options: PrepareEngineOptions = {
    environment: { PATH: `${bin}:/usr/bin:/bin`, XDG_CACHE_HOME: cache, ...settings },
    terminal: shown,
    toolchain: fakeToolchain(),
    build,
    probe: () => Promise.resolve(false),
  };
  return { bin, cache, shown, built, options };
}

describe("the engine", () => {
  test("is the one that TERRAFORM_BINARY_NAME names, whatever is on PATH", async () => {
    const { bin, options } = machine();
    fakeEngine(join(bin, "terraform"), "Terraform", "1.11.4");
    const named = fakeEngine(join(bin, "other"), "OpenTofu", "1.9.0");

    const { engine } = await prepareEngine({
      ...options,
      environment: { ...options.environment, TERRAFORM_BINARY_NAME: named },
    });

    expect(engine).toEqual({ command: named, product: "OpenTofu", version: "1.9.0" });
  });

  test("is terraform before tofu on PATH", async () => {
    const { bin, options, built } = machine();
    fakeEngine(join(bin, "tofu"), "OpenTofu", "1.12.6");
    expect((await prepareEngine(options)).engine.command).toBe("tofu");
    fakeEngine(join(bin, "terraform"), "Terraform", "1.11.4");
    expect((await prepareEngine(options)).engine.command).toBe("terraform");
    expect(built).not.toContain("opentofu");
  });

  test("is built when there is none", async () => {
    const { options, built, shown } = machine();
    const { engine, environment } = await prepareEngine(options);
    expect(shown.text).toContain(
      "with Go: neither terraform nor tofu is on PATH, registry.opentofu.org does not answer.",
    );
    expect(engine.product).toBe("OpenTofu");
    expect(built).toEqual(["opentofu", "azurerm", "azapi", "kubernetes"]);
    expect(readFileSync(environment.TERRAFORM_BINARY_NAME ?? "", "utf8")).toBe("opentofu 1");
  });

  test.each([
    ["no-such-program", undefined, /TERRAFORM_BINARY_NAME is "no-such-program"/],
    ["old", ["1.4.9"], /old is version 1\.4\.9; 1\.5\.7 or newer is needed/],
  ])("is refused with a reason: %s", async (name, version, message) => {
    const { bin, options } = machine({ TERRAFORM_BINARY_NAME: name });
    if (version !== undefined) fakeEngine(join(bin, name), "Terraform", version[0] ?? "");
    await expect(prepareEngine(options)).rejects.toThrow(message);
  });

  test("is refused when its answer is not an engine's", async () => {
    const { bin, options } = machine();
    program(join(bin, "terraform"), "echo hello");
    await expect(prepareEngine(options)).rejects.toThrow(/neither Terraform's nor OpenTofu's/);
  });
});

describe("the providers", () => {
  const withTerraform = (settings: NodeJS.ProcessEnv = {}) => {
    const made = machine(settings);
    fakeEngine(join(made.bin, "terraform"), "Terraform", "1.11.4");
    return made;
  };

  test("come from where the user's TF_CLI_CONFIG_FILE leads", async () => {
    const file = join(temporaryFolder(), "user.tfrc");
    writeFileSync(file, "");
    const { options, built } = withTerraform({ TF_CLI_CONFIG_FILE: file });
    const prepared = await prepareEngine(options);
    expect(prepared.providers).toBe("user");
    expect(prepared.environment).not.toHaveProperty("TF_CLI_CONFIG_FILE");
    expect(built).toEqual([]);
  });

  test("come from the registry when it answers, and a missing TF_CLI_CONFIG_FILE does not count", async () => {
    const asked: string[] = [];
    const { options, built } = withTerraform({ TF_CLI_CONFIG_FILE: "/no/such/file" });
    const prepared = await prepareEngine({
      ...options,
      probe: (host) => Promise.resolve(asked.push(host) > 0),
    });
    expect(prepared.providers).toBe("registry");
    expect(asked).toEqual(["registry.terraform.io"]);
    expect(prepared.environment).not.toHaveProperty("CDKTF_SKIP_PROVIDER_LOCK");
    expect(built).toEqual([]);
  });

  test("of OpenTofu are asked for at OpenTofu's registry", async () => {
    const { bin, options } = machine();
    fakeEngine(join(bin, "tofu"), "OpenTofu", "1.12.6");
    const asked: string[] = [];
    await prepareEngine({ ...options, probe: (host) => Promise.resolve(asked.push(host) > 0) });
    expect(asked).toEqual(["registry.opentofu.org"]);
  });

  test("stand in a mirror for both engines otherwise, with a configuration that asks no registry", async () => {
    const { options } = withTerraform();
    const prepared = await prepareEngine(options);
    expect(prepared.providers).toBe("mirror");
    const configuration = readFileSync(prepared.environment.TF_CLI_CONFIG_FILE ?? "", "utf8");
    expect(configuration).not.toContain("direct");
    const root = /path = "(.*)"/.exec(configuration)?.[1] ?? "";
    for (const host of ["registry.terraform.io", "registry.opentofu.org"]) {
      const [platform] = readdirSync(join(root, host, "azure/azapi/2.12.0"));
      expect(platform).toMatch(/^(linux|darwin|windows)_(amd64|arm64)$/);
      const program = join(root, host, "azure/azapi/2.12.0", platform ?? "");
      expect(readFileSync(join(program, "terraform-provider-azapi_v2.12.0"), "utf8")).toBe(
        "azapi 2",
      );
    }
    expect(readFileSync(join(root, "README.md"), "utf8")).toMatch(
      /azure\/azapi 2.12.0: a stand-in/,
    );
  });

  test("that are stand-ins are named as such, once", async () => {
    const { options } = withTerraform();
    const { description, environment } = await prepareEngine(options);
    expect(description).toContain(
      "azurerm 5.2.0, azapi 2.12.0 (stand-in), kubernetes 2.38.0 (stand-in)",
    );
    expect(environment.STAND_IN_PROVIDERS_TOLD).toBe("1");
  });

  test("of an earlier run's environment are checked again", async () => {
    const { options, built } = withTerraform();
    const first = await prepareEngine(options);
    built.length = 0;
    const again = await prepareEngine({
      ...options,
      environment: { ...options.environment, ...first.environment },
    });
    expect(again).toEqual(first);
    expect(built).toEqual([]);
  });
});

describe("what is built", () => {
  test("is built once", async () => {
    const { options, built, shown } = machine();
    await prepareEngine(options);
    expect(shown.text).toMatch(/Building opentofu, azurerm, azapi, kubernetes with Go/);
    shown.text = "";
    built.length = 0;
    await prepareEngine(options);
    expect(built).toEqual([]);
    expect(shown.text).toBe("");
  });

  test("is built once by two runs at the same time", async () => {
    const { options, built, shown } = machine();
    await Promise.all([prepareEngine(options), prepareEngine(options)]);
    expect(built).toHaveLength(4);
    expect(shown.text).toContain("Another run is building the same; waiting for it.");
  });

  test("is built again when it is damaged, and reaches the mirror", async () => {
    const { options, built, shown, cache } = machine();
    const first = await prepareEngine(options);
    const folder = join(cache, "azure-openai-aks-workload-identity");
    const [name] = readdirSync(folder).filter((entry) => entry.startsWith("azurerm-"));
    const binary = join(folder, name ?? "", "terraform-provider-azurerm_v5.2.0");
    writeFileSync(binary, "damaged");
    built.length = 0;
    const again = await prepareEngine(options);
    expect(built).toEqual(["azurerm"]);
    expect(shown.text).toContain(`${binary} is damaged and is built again.`);
    expect(again).toEqual(first);
    const root = join(first.environment.TF_CLI_CONFIG_FILE ?? "", "..", "registry.terraform.io");
    const versions = join(root, "hashicorp/azurerm/5.2.0");
    const [platform] = readdirSync(versions);
    const mirrored = join(versions, platform ?? "", "terraform-provider-azurerm_v5.2.0");
    expect(readFileSync(mirrored, "utf8")).toBe("azurerm 1");
  });

  test("is not there after a build that failed half-way; the next run builds it", async () => {
    const { options, cache, built } = machine();
    const failing: Build = (artifact, output) => {
      writeFileSync(output, "half of it");
      return artifact.name === "azurerm"
        ? Promise.reject(new Error("no space left"))
        : Promise.resolve();
    };
    await expect(prepareEngine({ ...options, build: failing })).rejects.toThrow("no space left");
    const left = readdirSync(join(cache, "azure-openai-aks-workload-identity"));
    expect(left).toEqual([expect.stringMatching(/^opentofu-1\.12\.6-[0-9a-f]{16}$/)]);
    await prepareEngine(options);
    expect(built).toEqual(["azurerm", "azapi", "kubernetes"]);
  });

  test("is built again when its sources change, and only that", async () => {
    const { options, built } = machine();
    await prepareEngine(options);
    built.length = 0;
    writeFileSync(join(options.toolchain ?? "", "stand-ins", "content"), "changed");
    writeFileSync(join(options.toolchain ?? "", "stand-ins", "content_test.go"), "not built");
    await prepareEngine(options);
    expect(built).toEqual(["azapi", "kubernetes"]);
  });
});
