import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { ErrorLog } from "../../commands/error-log";
import { StackEngine } from "../../commands/stack-engine";
import { takeUnfinished } from "../../commands/unfinished";
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

/** An engine whose state has the group, and that writes down what it is to import. */
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
  const binary = program(
    join(folder, "engine"),
    `case "$1" in state) cat state;; import) shift 3; echo "$*" >> imported;; esac`,
  );
  const imported = join(folder, "imported");
  return {
    engine: new StackEngine(folder, { ...process.env, TERRAFORM_BINARY_NAME: binary }),
    imported: () => (existsSync(imported) ? readFileSync(imported, "utf8").trim().split("\n") : []),
  };
}

test("what exists in the environment's own group is taken into the state, and named", async () => {
  // Azure does not tell cases apart.
  const { engine, imported } = engineWithGroup(GROUP.toUpperCase());
  const model = `${GROUP}/providers/Microsoft.CognitiveServices/accounts/a/deployments/chat`;
  const errors = linkExists(LINKER) + exists("azurerm_cognitive_deployment.m", model);

  const taken = await takeUnfinished(engine, errors);

  expect(taken.map(({ address }) => address)).toEqual([
    "azapi_resource.link",
    "azurerm_cognitive_deployment.m",
  ]);
  expect(imported()).toEqual([
    `azapi_resource.link ${LINKER}?api-version=2024-04-01`,
    `azurerm_cognitive_deployment.m ${model}`,
  ]);
  expect(said.mock.calls.flat().join()).toContain(LINKER);
});

test.each([
  ["another group", GROUP, LINKER.replace("-dev", "-dev2")],
  ["a group that the state does not have", undefined, LINKER],
])("nothing is taken of %s", async (_, group, id) => {
  const { engine, imported } = engineWithGroup(group);
  expect(await takeUnfinished(engine, linkExists(id))).toEqual([]);
  expect(imported()).toEqual([]);
});

test("the group itself is never taken", async () => {
  const { engine, imported } = engineWithGroup(undefined);
  expect(await takeUnfinished(engine, exists("azurerm_resource_group.g", GROUP))).toEqual([]);
  expect(imported()).toEqual([]);
});

test("other errors are left to the engine", async () => {
  const { engine, imported } = engineWithGroup(GROUP);
  const errors = `[ERROR] vertex "azapi_resource.link" error: creating ${LINKER}: context canceled\n`;
  expect(await takeUnfinished(engine, errors)).toEqual([]);
  expect(imported()).toEqual([]);
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
