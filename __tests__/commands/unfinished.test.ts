import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { ErrorLog } from "../../commands/error-log";
import { StackEngine } from "../../commands/stack-engine";
import { forgetUnfinished, importUnfinished } from "../../commands/unfinished";
import { program, temporaryFolder } from "../engine/fixtures";

const GROUP = "/subscriptions/s/resourceGroups/rg-openai-aks-dev";
const LINKER = `${GROUP}/providers/Microsoft.ContainerService/managedClusters/aks/providers/Microsoft.ServiceLinker/linkers/openai_conn`;

/** As the engine writes it with azurerm 5.2. */
const exists = (address: string, id: string) =>
  `2026-11-25T11:15:48.693Z [ERROR] vertex "${address}" error: a resource with the ID "${id}" already exists - ` +
  `to be managed via Terraform this resource needs to be imported into the State.\n`;

/** As the engine writes it with azapi 2.12. */
const linkExists = (id: string) =>
  `2026-11-25T11:21:20.364Z [ERROR] provider.terraform-provider-azapi_v2.12.0: Response contains error diagnostic: ` +
  String.raw`diagnostic_detail="a resource with the ID \"${id}\" already exists - to be managed via Terraform" ` +
  `diagnostic_severity=ERROR\n` +
  `2026-11-25T11:21:20.370Z [ERROR] vertex "azapi_resource.link" error: Resource already exists\n`;

const said = jest.spyOn(console, "error").mockImplementation();
beforeEach(() => said.mockClear());

/** An engine whose state has the group. */
function engineWithGroup(group: string | undefined) {
  const folder = temporaryFolder();
  const resources = [
    {
      mode: "managed",
      type: "azurerm_resource_group",
      instances: [{ attributes: { id: group } }],
    },
  ];
  const state = { serial: 1, resources: group === undefined ? [] : resources };
  writeFileSync(join(folder, "state"), JSON.stringify(state));
  const stack = {
    resource: {
      azapi_resource: {
        link: { name: "openai_conn", type: "Microsoft.ServiceLinker/linkers@2024-04-01" },
      },
    },
  };
  writeFileSync(join(folder, "cdk.tf.json"), JSON.stringify(stack));
  const binary = program(join(folder, "engine"), "cat state");
  const file = join(folder, "unfinished.tf.json");
  return {
    engine: new StackEngine(folder, { ...process.env, TERRAFORM_BINARY_NAME: binary }),
    imports: () =>
      existsSync(file)
        ? (JSON.parse(readFileSync(file, "utf8")) as { import: unknown }).import
        : [],
  };
}

test("what exists in the environment's own group is imported by the next run, and named", async () => {
  // Azure does not tell cases apart.
  const { engine, imports } = engineWithGroup(GROUP.toUpperCase());
  const model = `${GROUP}/providers/Microsoft.CognitiveServices/accounts/a/deployments/chat`;
  const errors = linkExists(LINKER) + exists("azurerm_cognitive_deployment.m", model);

  const found = await importUnfinished(engine, [], errors);

  expect(found.map(({ address }) => address)).toEqual([
    "azapi_resource.link",
    "azurerm_cognitive_deployment.m",
  ]);
  expect(imports()).toEqual([
    { to: "azapi_resource.link", id: `${LINKER}?api-version=2024-04-01` },
    { to: "azurerm_cognitive_deployment.m", id: model },
  ]);
  expect(said.mock.calls.flat().join()).toContain(LINKER);
  forgetUnfinished(engine.directory);
  expect(imports()).toEqual([]);
});

test.each([
  ["another group", GROUP, LINKER.replace("-dev", "-dev2")],
  ["a group that the state does not have", undefined, LINKER],
])("nothing is imported of %s", async (_, group, id) => {
  const { engine, imports } = engineWithGroup(group);
  expect(await importUnfinished(engine, [], linkExists(id))).toEqual([]);
  expect(imports()).toEqual([]);
});

test("what one run has found stays to be imported when the next finds more, and is not found again", async () => {
  const { engine, imports } = engineWithGroup(GROUP);
  const model = `${GROUP}/providers/Microsoft.CognitiveServices/accounts/a/deployments/chat`;
  const first = await importUnfinished(engine, [], exists("azurerm_cognitive_deployment.m", model));
  const second = await importUnfinished(engine, first, linkExists(LINKER));
  expect(second.map(({ id }) => id)).toEqual([model, `${LINKER}?api-version=2024-04-01`]);
  expect(imports()).toHaveLength(2);
  expect(await importUnfinished(engine, second, linkExists(LINKER))).toEqual(second);
});

test("the group itself is never imported", async () => {
  const { engine, imports } = engineWithGroup(undefined);
  expect(await importUnfinished(engine, [], exists("azurerm_resource_group.g", GROUP))).toEqual([]);
  expect(imports()).toEqual([]);
});

test("other errors are left to the engine", async () => {
  const { engine, imports } = engineWithGroup(GROUP);
  const errors = `[ERROR] vertex "azapi_resource.link" error: creating ${LINKER}: context canceled\n`;
  expect(await importUnfinished(engine, [], errors)).toEqual([]);
  expect(imports()).toEqual([]);
});

test("the engine's errors are read once, and who has a log of their own keeps it", () => {
  const log = new ErrorLog({});
  const { TF_LOG_PATH = "", TF_LOG } = log.engineEnvironment();
  expect(TF_LOG).toBe("ERROR");
  writeFileSync(TF_LOG_PATH, "an error");
  expect([log.take(), log.take()]).toEqual(["an error", ""]);
  log.remove();

  const own = { TF_LOG: "TRACE" };
  const kept = new ErrorLog(own);
  expect(kept.engineEnvironment()).toEqual(own);
  kept.remove();
});
