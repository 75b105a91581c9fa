import { loadEnvironments } from "../../config/load";
import { optionsFromProcess } from "../../config/process-options";
import { ConfigurationError } from "../../config/problems";

const today = new Date("2026-11-24");

function load(environments: Record<string, unknown>, names?: string[]) {
  return loadEnvironments({ environments, names, today });
}

function problemsOf(environments: Record<string, unknown>, names?: string[]): readonly string[] {
  try {
    load(environments, names);
  } catch (error) {
    if (error instanceof ConfigurationError) return error.problems;
    throw error;
  }
  return [];
}

describe("what is shipped", () => {
  it("is one environment, dev, which has no problem and no warning", () => {
    const [dev, ...others] = loadEnvironments({ today });
    expect(dev).toMatchObject({
      name: "dev",
      warnings: [],
      settings: { backend: { type: "local" } },
    });
    expect(others).toEqual([]);
  });
});

describe("a wrong setting", () => {
  it.each<[string, object, string, RegExp]>([
    ["region", { location: "mars" }, "location", /"mars" was given; allowed: one of .*eastus/],
    ["group", { resourceGroupName: "ends." }, "resourceGroupName", /1 to 90/],
    ["tag name", { tags: { "a<b": "x" } }, "tags.a<b", /without </],
    ["tag value", { tags: { a: "x".repeat(257) } }, "tags.a", /up to 256/],
    ["cluster name", { cluster: { name: "-a" } }, "cluster.name", /1 to 63/],
    ["no nodes", { cluster: { nodeCount: 0 } }, "cluster.nodeCount", /0 was given; .*1 to 1000/],
    ["half a node", { cluster: { nodeCount: 1.5 } }, "cluster.nodeCount", /1\.5 was given/],
    ["nodes as text", { cluster: { nodeCount: "1" } }, "cluster.nodeCount", /"1" was given/],
    ["size", { cluster: { vmSize: "D2" } }, "cluster.vmSize", /Standard_D2s_v5/],
    ["version", { cluster: { kubernetesVersion: "v1" } }, "cluster.kubernetesVersion", /1\.33/],
    ["key", { cluster: { sshPublicKey: "AAAA" } }, "cluster.sshPublicKey", /OpenSSH/],
    ["account", { openai: { accountName: "_a" } }, "openai.accountName", /2 to 64/],
    [
      "subdomain",
      { openai: { customSubdomainName: "UPPER" } },
      "openai.customSubdomainName",
      /lower-case/,
    ],
    ["deployment", { model: { deploymentName: "a" } }, "model.deploymentName", /2 to 64/],
    ["format", { model: { format: "Meta" } }, "model.format", /one of OpenAI/],
    ["model", { model: { name: "gpt-9" } }, "model.name", /"gpt-9" was given; .*gpt-5\.1/],
    [
      "version",
      { model: { version: "1" } },
      "model.version",
      /allowed for gpt-5\.4-mini: .*2026-03-17/,
    ],
    ["sku", { model: { skuName: "Fast" } }, "model.skuName", /"Fast" was given; .*GlobalStandard/],
    [
      "sku of another model",
      { model: { skuName: "ProvisionedManaged" } },
      "model.skuName",
      /allowed for gpt-5\.4-mini 2026-03-17: GlobalStandard/,
    ],
    ["capacity", { model: { capacity: -1 } }, "model.capacity", /-1 was given/],
    ["registry", { registry: { name: "a-b" } }, "registry.name", /5 to 50/],
    ["registry sku", { registry: { sku: "Free" } }, "registry.sku", /one of Basic/],
    ["anonymous Basic", { registry: { sku: "Basic" } }, "registry.anonymousPull", /Standard or/],
    ["identity", { identity: { name: "a" } }, "identity.name", /3 to 128/],
    ["connection", { connection: { name: "open-ai" } }, "connection.name", /1 to 60/],
    ["long connection", { connection: { name: "a".repeat(61) } }, "connection.name", /1 to 60/],
    ["namespace", { connection: { namespace: "My" } }, "connection.namespace", /lower-case/],
    [
      "system namespace",
      { connection: { namespace: "kube-system" } },
      "connection.namespace",
      /not/,
    ],
    ["client", { connection: { clientType: "Python" } }, "connection.clientType", /python/],
    ["role", { connection: { role: "Owner" } }, "connection.role", /OpenAI User/],
    ["repository", { image: { repository: "Upper" } }, "image.repository", /lower-case/],
    ["source", { image: { source: { type: "zip" } } }, "image.source.type", /folder or git/],
    [
      "folder",
      { image: { source: { type: "folder", folder: "nowhere" } } },
      "image.source.folder",
      /a folder with a Dockerfile/,
    ],
    [
      "repository address",
      { image: { source: { type: "git", url: "git@x:y.git", ref: "main", folder: "a" } } },
      "image.source.url",
      /https:/,
    ],
    ["pod", { application: { podName: "a_b" } }, "application.podName", /1 to 53/],
    ["api version", { application: { apiVersion: "v1" } }, "application.apiVersion", /2024-10-21/],
    ["wait", { application: { waitSeconds: 3601 } }, "application.waitSeconds", /0 to 3600/],
    ["backend", { backend: { type: "s3" } }, "backend.type", /local, azurerm or cloud/],
    [
      "storage account",
      { backend: { type: "azurerm", resourceGroupName: "a", containerName: "abc" } },
      "backend.storageAccountName",
      /not given; allowed: 3 to 24/,
    ],
    [
      "workspace",
      { backend: { type: "cloud", organization: "acme" } },
      "backend.workspace",
      /not given/,
    ],
    ["no group", { cluster: 3 }, "cluster", /3 was given; allowed: a group of name, nodeCount/],
    ["unknown setting", { clusters: {} }, "clusters", /no such setting; allowed: one of location/],
    [
      "unknown setting in a group",
      { cluster: { nodes: 2 } },
      "cluster.nodes",
      /no such setting; allowed: one of name, nodeCount/,
    ],
    ["preset", { preset: "lesson" }, "preset", /one of tutorial/],
  ])("is named: %s", (_, settings, setting, message) => {
    const problems = problemsOf({ dev: settings });
    expect(problems).toEqual([expect.stringMatching(message)]);
    expect(problems[0]?.startsWith(`dev.${setting}: `)).toBe(true);
  });

  it("is reported together with all others, of every environment", () => {
    const problems = problemsOf({
      dev: {
        location: "mars",
        cluster: { nodeCount: 0 },
        model: { name: "gpt-4", version: "0613" },
      },
      Prod: {},
      test: [],
    });
    expect(problems.map((problem) => problem.split(":")[0])).toEqual([
      "dev.location",
      "dev.cluster.nodeCount",
      "dev.model",
      "dev.model.skuName",
      'environment "Prod"',
      "test",
    ]);
  });

  it("reports what does not go together although something else is wrong", () => {
    const registry = { sku: "Basic" };
    const source = { type: "folder", folder: "nowhere" };
    expect(problemsOf({ dev: { location: "mars", registry, image: { source } } })).toEqual([
      expect.stringMatching(/^dev\.location: /),
      expect.stringMatching(/^dev\.registry\.anonymousPull: /),
      expect.stringMatching(/^dev\.image\.source\.folder: /),
    ]);
  });

  it("says what was given where it is no number", () => {
    expect(problemsOf({ dev: { cluster: { nodeCount: NaN } } })).toEqual([
      "dev.cluster.nodeCount: NaN was given; allowed: a whole number from 1 to 1000",
    ]);
  });

  it("knows the longest name that AKS gives to the nodes' group", () => {
    const name = "c".repeat(63);
    expect(load({ dev: { resourceGroupName: "group", cluster: { name } } })).toHaveLength(1);
    expect(problemsOf({ dev: { resourceGroupName: "group-1234", cluster: { name } } })).toEqual([
      expect.stringMatching(/^dev\.cluster\.name: .*\(84 characters\); allowed: up to 80 together/),
    ]);
  });

  it("does not put a private key into the message", () => {
    const [problem] = problemsOf({
      dev: { cluster: { sshPublicKey: "-----BEGIN OPENSSH PRIVATE KEY-----\nc2VjcmV0" } },
    });
    expect(problem).toContain("a private key was given");
    expect(problem).not.toContain("c2VjcmV0");
  });
});

describe("environments", () => {
  it("merge their changes into the defaults, setting by setting", () => {
    const [prod] = load({ prod: { cluster: { nodeCount: 3 }, tags: { team: "a" } } });
    expect(prod?.settings).toMatchObject({
      resourceGroupName: "rg-openai-aks-prod",
      cluster: { name: "aks-openai-prod", nodeCount: 3 },
      tags: { environment: "prod", team: "a" },
    });
  });

  it("replace a union whole", () => {
    const source = {
      type: "git",
      url: "https://example.com/a.git",
      ref: "v1",
      folder: "app",
    };
    const [dev] = load({ dev: { image: { source } } });
    expect(dev?.settings.image).toEqual({ repository: "sc-demo-openai-identity", source });
  });

  it("have names and state of their own by default", () => {
    const [dev, prod] = load({ dev: {}, prod: {} });
    const names = [dev, prod].map((environment) => environment?.settings.resourceGroupName);
    expect(new Set(names).size).toBe(2);
  });

  it("must not share a group or a state", () => {
    const backend = { type: "cloud", organization: "acme", workspace: "one" };
    expect(
      problemsOf({
        dev: { resourceGroupName: "rg-A", backend },
        prod: { resourceGroupName: "RG-a", backend },
      }),
    ).toEqual([
      expect.stringMatching(/^prod\.resourceGroupName: the same as dev's/),
      expect.stringMatching(/^prod\.backend: the same as dev's/),
    ]);
  });

  it("may share a storage account, which has a state for each", () => {
    const backend = {
      type: "azurerm",
      resourceGroupName: "rg-state",
      storageAccountName: "ststate",
      containerName: "tfstate",
    };
    expect(load({ dev: { backend }, prod: { backend } })).toHaveLength(2);
    expect(
      problemsOf({ dev: { backend }, prod: { backend: { ...backend, key: "dev.tfstate" } } }),
    ).toEqual([expect.stringMatching(/^prod\.backend: the same as dev's/)]);
  });

  it("share a workspace, too, when only one of them names Terraform Cloud's host", () => {
    const backend = { type: "cloud", organization: "acme", workspace: "one" };
    const named = { ...backend, hostname: "app.terraform.io", project: "one" };
    expect(problemsOf({ dev: { backend }, prod: { backend: named } })).toEqual([
      expect.stringMatching(/^prod\.backend: the same as dev's/),
    ]);
  });

  it("must not share names that are unique in all of Azure", () => {
    expect(
      problemsOf({
        dev: { registry: { name: "craks" }, openai: { customSubdomainName: "oai" } },
        prod: { registry: { name: "CRaks" }, openai: { customSubdomainName: "oai" } },
      }),
    ).toEqual([
      expect.stringMatching(/^prod\.registry\.name: the same as dev's/),
      expect.stringMatching(/^prod\.openai\.customSubdomainName: the same as dev's/),
    ]);
  });

  it("are known by their own names only, not by those that every object has", () => {
    expect(problemsOf({ dev: {} }, ["constructor"])).toEqual([
      'environment "constructor" was asked for; known: dev, tutorial',
    ]);
  });

  it("are chosen by name, presets included", () => {
    const tutorial = { preset: "tutorial", model: { allowRetired: true } };
    expect(load({ dev: {}, prod: {} }, ["prod"]).map(({ name }) => name)).toEqual(["prod"]);
    expect(load({ dev: {}, tutorial }, ["tutorial"]).map(({ name }) => name)).toEqual(["tutorial"]);
    expect(problemsOf({ dev: {} }, ["staging"])).toEqual([
      'environment "staging" was asked for; known: dev, tutorial',
    ]);
    expect(problemsOf({}, [])).toHaveLength(1);
  });
});

describe("the preset tutorial", () => {
  it("has the tutorial's values", () => {
    const [tutorial] = load({ tutorial: { preset: "tutorial", model: { allowRetired: true } } });
    expect(tutorial?.settings).toMatchObject({
      location: "eastus",
      resourceGroupName: "MyResourceGroup",
      cluster: { name: "MyAKSCluster", nodeCount: 1 },
      openai: { accountName: "MyOpenAIService" },
      model: { deploymentName: "MyModel", name: "gpt-4", version: "0613", format: "OpenAI" },
      registry: { sku: "Standard", anonymousPull: true },
      identity: { name: "MyIdentity" },
      connection: { name: "openai_conn", namespace: "default", clientType: "python" },
      image: { repository: "sc-demo-openai-identity" },
      application: { podName: "sc-demo-openai-identity" },
    });
    expect(tutorial?.warnings).toEqual([expect.stringContaining("was retired on 2025-06-06")]);
  });

  it("is refused because its model is retired, with the way out", () => {
    expect(problemsOf({ dev: {} }, ["tutorial"])).toEqual([
      expect.stringMatching(
        /^tutorial\.model: gpt-4 0613 was retired on 2025-06-06.*use gpt-5\.4-mini 2026-03-17.*model\.allowRetired/,
      ),
    ]);
  });
});

describe("the process environment", () => {
  it("names environments, divided by commas", () => {
    expect(optionsFromProcess({ ENVIRONMENTS: "dev, prod," }).names).toEqual(["dev", "prod"]);
    expect(optionsFromProcess({})).toEqual({ names: undefined, environments: undefined });
  });

  it.each([
    ["missing.json", /cannot be read/],
    [__filename, /not JSON/],
  ])("refuses the file %s", (file, message) => {
    expect(() => optionsFromProcess({ ENVIRONMENTS_FILE: file })).toThrow(message);
  });
});
