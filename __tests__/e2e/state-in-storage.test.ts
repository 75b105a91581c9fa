import { spawnSync } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { decodeJwt } from "jose";
import { AzureClient } from "./azure-client";
import { BlobHostProxy } from "./blob-host-proxy";
import { Checkout, type Ended } from "./checkout";

// An environment whose state lies in a storage account without keys, as the README sets it up.

const ACCOUNT = "ststate";
const BLOB = "tfstate/dev.tfstate";
const BLOB_DATA_CONTRIBUTOR = "ba92f5b4-2d11-453d-a403-e96b0029c9fe";
const LEASE = "00000000-0000-4000-8000-00000000000e";

/** The account that the environment's state is to be kept in, made by azurerm with a state of its own. */
const STATE_ACCOUNT = {
  terraform: { required_providers: { azurerm: { source: "hashicorp/azurerm" } } },
  provider: {
    azurerm: {
      features: {},
      resource_providers_to_register: ["Microsoft.Storage"],
      storage_use_azuread: true,
    },
  },
  resource: {
    azurerm_resource_group: { state: { name: "rg-state", location: "eastus" } },
    azurerm_storage_account: {
      state: {
        name: ACCOUNT,
        resource_group_name: "${azurerm_resource_group.state.name}",
        location: "${azurerm_resource_group.state.location}",
        account_tier: "Standard",
        account_replication_type: "LRS",
        shared_access_key_enabled: false,
      },
    },
    azurerm_storage_container: {
      state: { name: "tfstate", storage_account_id: "${azurerm_storage_account.state.id}" },
      others: { name: "others", storage_account_id: "${azurerm_storage_account.state.id}" },
    },
  },
};

/**
 * Terraform's backend takes its cloud from the metadata endpoint since 1.11. OpenTofu's has no such setting for who
 * issues tokens: it asks login.microsoftonline.com whether `localhost` is one of Microsoft's (azidentity's instance
 * discovery), and fails.
 */
function hasEngine(): boolean {
  const engine = process.env.TERRAFORM_BINARY_NAME ?? "terraform";
  const { output } = spawnSync(engine, ["version"], { encoding: "utf8" });
  const [, minor] = /Terraform v1\.(\d+)/.exec(String(output)) ?? [];
  return Number(minor) >= 11;
}

(hasEngine() ? describe : describe.skip)("with Terraform 1.11", () => {
  let proxy: BlobHostProxy;
  let checkout: Checkout;
  let azure: AzureClient;
  let subscription: string;
  let bootstrap: string;

  beforeAll(async () => {
    proxy = await BlobHostProxy.start();
    checkout = await Checkout.create({ HTTPS_PROXY: proxy.address, NO_PROXY: "" });
    azure = new AzureClient(checkout.azure.environment);
    subscription = `/subscriptions/${checkout.azure.environment.ARM_SUBSCRIPTION_ID ?? ""}`;
    bootstrap = mkdtempSync(join(tmpdir(), "state-account-"));
    writeFileSync(join(bootstrap, "main.tf.json"), JSON.stringify(STATE_ACCOUNT));
    await checkout.engine(bootstrap, "init", "-input=false");
    await checkout.engine(bootstrap, "apply", "-input=false", "-auto-approve");
    await assignDataRole("tfstate");
    checkout.edit("config/environments.ts", (text) =>
      text.replace("dev: {},", `dev: { backend: ${backend("tfstate")} },`),
    );
    await succeed(deploy());
  });

  afterAll(async () => {
    await checkout.close();
    await proxy.close();
    rmSync(bootstrap, { recursive: true });
  });

  const backend = (containerName: string): string =>
    JSON.stringify({
      type: "azurerm",
      resourceGroupName: "rg-state",
      storageAccountName: ACCOUNT,
      containerName,
    });

  async function assignDataRole(container: string): Promise<void> {
    const { oid } = decodeJwt<{ oid: string }>(await azure.token("https://storage.azure.com"));
    const scope = `${subscription}/resourceGroups/rg-state/providers/Microsoft.Storage/storageAccounts/${ACCOUNT}/blobServices/default/containers/${container}`;
    const name = "0d1f8c3e-4a55-4c36-9a53-2f1f5a1e7b10";
    const assignment = `${scope}/providers/Microsoft.Authorization/roleAssignments/${name}`;
    await azure.arm("PUT", assignment, "2022-04-01", {
      properties: {
        roleDefinitionId: `${subscription}/providers/Microsoft.Authorization/roleDefinitions/${BLOB_DATA_CONTRIBUTOR}`,
        principalId: oid,
        principalType: "ServicePrincipal",
      },
    });
  }

  const deploy = (...flags: string[]): Promise<Ended> =>
    checkout.npm("deploy", "--auto-approve", ...flags);

  async function succeed(ended: Promise<Ended>): Promise<string> {
    const { code, output } = await ended;
    if (code !== 0) throw new Error(output);
    return output;
  }

  /** A group in Azure; nothing when there is none. */
  async function deployedGroup(name = "rg-openai-aks-dev"): Promise<string> {
    const group = `${subscription}/resourceGroups/${name}`;
    const { status, text } = await azure.arm("GET", group, "2021-04-01");
    return status === 404 ? "" : text;
  }

  interface State {
    readonly serial: number;
    readonly resources: readonly { readonly mode: string; readonly type: string }[];
  }

  async function stateInBlob(): Promise<State> {
    const answer = await azure.blob(ACCOUNT, "GET", BLOB);
    if (answer.status !== 200) throw new Error(answer.text);
    return answer.json() as State;
  }

  const lease = (action: string, headers: Record<string, string>) =>
    azure.blob(ACCOUNT, "PUT", `${BLOB}?comp=lease`, { "x-ms-lease-action": action, ...headers });

  test("azurerm finds the account and its containers as it made them", async () => {
    expect(await checkout.engine(bootstrap, "plan", "-input=false")).toContain("No changes.");
  });

  test("what is deployed stands in the blob, and in no local file", async () => {
    expect(existsSync(join(checkout.directory, "terraform.dev.tfstate"))).toBe(false);
    const types = (await stateInBlob()).resources.map(({ type }) => type);
    expect(types).toEqual(
      expect.arrayContaining([
        "azurerm_resource_group",
        "azurerm_kubernetes_cluster",
        "azurerm_cognitive_account",
        "azapi_resource",
        "kubernetes_pod_v1",
      ]),
    );
    expect(await deployedGroup()).toContain("rg-openai-aks-dev");
    expect((await azure.blob(ACCOUNT, "HEAD", BLOB)).headers["x-ms-lease-state"]).toBe("available");
    expect(await succeed(checkout.npm("diff"))).toContain("No changes.");
  });

  test("without the data role an Owner is stopped at init, and nothing is deployed", async () => {
    const restore = checkout.edit("config/environments.ts", (text) =>
      text.replace("dev: {", `other: { backend: ${backend("others")} }, dev: {`),
    );
    const { code, output } = await deploy("other", "--output", "other.out");
    restore();
    expect(output).toContain("403");
    expect(output).toContain(
      "This request is not authorized to perform this operation using this permission.",
    );
    expect(code).not.toBe(0);
    expect(await deployedGroup("rg-openai-aks-other")).toBe("");
  });

  test("the synthesized backend names the container, and no secret", () => {
    const file = join(checkout.directory, "cdktf.out/stacks/dev/cdk.tf.json");
    const { terraform } = JSON.parse(readFileSync(file, "utf8")) as {
      terraform: { backend: unknown };
    };
    expect(terraform.backend).toEqual({
      azurerm: {
        resource_group_name: "rg-state",
        storage_account_name: ACCOUNT,
        container_name: "tfstate",
        key: "dev.tfstate",
        use_azuread_auth: true,
      },
    });
  });

  test("who finds the state locked changes nothing", async () => {
    const before = { group: await deployedGroup(), state: await stateInBlob() };
    const restore = checkout.edit("config/environments.ts", (text) =>
      text.replace("dev: {", 'dev: { tags: { changed: "yes" },'),
    );
    const held = await lease("acquire", {
      "x-ms-lease-duration": "-1",
      "x-ms-proposed-lease-id": LEASE,
    });
    expect(held.status).toBe(201);
    const { code, output } = await deploy();
    expect(output).toContain("Error acquiring the state lock");
    expect(output).toContain("state blob is already locked");
    expect(code).not.toBe(0);
    expect({ group: await deployedGroup(), state: await stateInBlob() }).toEqual(before);
    expect((await lease("release", { "x-ms-lease-id": LEASE })).status).toBe(200);
    restore();
  });

  // The last one: the others look at what is deployed.
  test("destroying empties the state", async () => {
    await succeed(checkout.npm("destroy", "--auto-approve"));
    expect(await deployedGroup()).toBe("");
    expect((await stateInBlob()).resources).toEqual([]);
  });
});
