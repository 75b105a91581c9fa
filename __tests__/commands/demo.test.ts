import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { temporaryFolder } from "../engine/fixtures";
import { startCommand } from "./command-process";

/** What the demo says before it deploys; the engine knows no state. */
async function demo(
  environments: Readonly<Record<string, unknown>>,
  flags: readonly string[],
  environment: NodeJS.ProcessEnv = {},
) {
  const file = join(temporaryFolder(), "environments.json");
  writeFileSync(file, JSON.stringify(environments));
  const command = startCommand([], ["demo", ...flags], {
    ENVIRONMENTS_FILE: file,
    ...environment,
  });
  const code = await command.ended;
  return {
    code,
    output: command.output(),
    verbs: command.calls().map((call) => call.split(" ")[0]),
  };
}

const credentials = { ARM_SUBSCRIPTION_ID: "00000000-0000-0000-0000-000000000001" };

test("several environments: it says how one is chosen", async () => {
  const { code, output, verbs } = await demo({ dev: {}, prod: {} }, ["--local"]);
  expect(output).toContain("several environments (dev, prod)");
  expect(output).toContain("`ENVIRONMENTS=dev npm run demo`");
  expect(code).toBe(1);
  expect(verbs).toEqual([]);
});

test("on the local Azure it keeps away from a state that is elsewhere", async () => {
  const backend = { type: "cloud", organization: "acme", workspace: "prod" };
  const { code, output, verbs } = await demo({ prod: { backend } }, ["--local"]);
  expect(output).toContain("The environment prod keeps its state elsewhere");
  expect(code).toBe(1);
  expect(verbs).toEqual([]);
});

test("on Azure it does nothing where nobody can be asked", async () => {
  const { code, output, verbs } = await demo({ dev: {} }, [], {
    ...credentials,
    ARM_USE_CLI: "true",
  });
  expect(output).toContain("Target: Azure, subscription");
  expect(output).toContain("npm run demo -- --yes");
  expect(code).toBe(1);
  expect(verbs).toEqual(["init", "state"]);
});

test("a way to sign in that is switched off is none", async () => {
  const { output } = await demo({ dev: {}, prod: {} }, [], {
    ...credentials,
    ARM_USE_CLI: "false",
  });
  expect(output).toContain("Target: the local Azure");
});
