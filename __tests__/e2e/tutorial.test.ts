import { mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Checkout } from "./checkout";

let checkout: Checkout;
let temporary: string;

beforeEach(async () => {
  checkout = await Checkout.create();
  temporary = mkdtempSync(join(tmpdir(), "tutorial-"));
});

afterEach(async () => {
  await checkout.close();
  rmSync(temporary, { recursive: true });
});

/** With a folder for temporary files that the test can look into. */
const withTemporary = (...command: string[]): string[] => [`TMPDIR=${temporary}`, ...command];

/** The demo's state, which holds the cluster's credentials, and the local Azure's files. */
const leftBehind = (): string[] =>
  readdirSync(temporary).filter((name) => /^(demo|local-azure)-/.test(name));

// The tutorial from row 1 to row 15; the demo checks each step itself and ends with the first that fails.
test("npm run demo: from nothing to a model's reply and back", async () => {
  const { code, output } = await checkout.run(
    "env",
    withTemporary("npm", "run", "demo", "--", "--local"),
  );
  expect(output).toContain("Connect to Azure OpenAI service succeeded.");
  expect(output).toContain("No changes. Your infrastructure matches the configuration.");
  expect(output).toContain("Nothing is left in Azure.");
  expect(output).not.toMatch(/BEGIN [A-Z ]*PRIVATE KEY/);
  expect(code).toBe(0);
  expect(leftBehind()).toEqual([]);
});

test("a demo that is interrupted takes its local Azure and its state with it", async () => {
  let interrupted = false;
  const { code, output } = await checkout.run(
    "env",
    withTemporary(
      process.execPath,
      "--require",
      "./register-tsx.cjs",
      "commands/demo.ts",
      "--local",
    ),
    checkout.directory,
    (text, stop) => {
      if (interrupted || !/azurerm_kubernetes_cluster\.\S+.*Creating/.test(text)) return;
      interrupted = true;
      stop("SIGINT");
    },
  );
  expect(interrupted).toBe(true);
  expect(output).toContain("demo: Interrupted.");
  expect(code).toBe(130);
  expect(leftBehind()).toEqual([]);
});

test("a demo on Azure does not destroy an environment that is deployed already", async () => {
  const state = JSON.stringify({
    version: 4,
    terraform_version: "1.5.7",
    serial: 7,
    lineage: "10ca1a27-0000-4000-8000-000000000003",
    outputs: {},
    resources: [
      {
        mode: "managed",
        type: "terraform_data",
        name: "used",
        provider: 'provider["terraform.io/builtin/terraform"]',
        instances: [{ schema_version: 0, attributes: { id: "by someone" } }],
      },
    ],
  });
  writeFileSync(join(checkout.directory, "terraform.dev.tfstate"), state);

  const { code, output } = await checkout.npm("demo", "--yes");

  expect(output).toContain("The environment dev is deployed already");
  expect(code).toBe(1);
  expect(checkout.stateFile()).toBe(state);
});
