/**
 * `npm run get`: writes the azapi bindings in `.gen` anew.
 *
 * `@cdktf/provider-azapi` does not exist on npm, so cdktf.json names the provider and its bindings
 * are generated. Where the Terraform registry answers, `cdktf get` does it; elsewhere the recorded
 * schema in `toolchain/schemas` is handed to the same generator. Both give the same classes; the
 * registry's schema also carries the attributes' descriptions, which become comments.
 */
import { spawnSync } from "node:child_process";
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { Language } from "@cdktf/commons";
import { ConstructsMaker, TerraformProviderConstraint } from "@cdktf/provider-generator";
import { Command, Option } from "commander";
import { prepareEngine, registryAnswers } from "../engine";

const root = resolve(__dirname, "..");
const bindings = join(root, ".gen");

const REGISTRY = "registry.terraform.io";

/** The release whose schema `toolchain/schemas/azapi.json` records. */
const recordedVersion = "2.12.0";

interface CdktfJson {
  readonly terraformProviders: { name: string; source: string; version: string }[];
}

interface RecordedSchema {
  readonly format_version: string;
  readonly provider_schemas: Record<string, unknown>;
}

/**
 * Generates the bindings of cdktf.json's providers from the recorded schema.
 *
 * @param output - folder to write; what it held before is replaced, and only once all is generated.
 */
export async function generateFromRecordedSchema(output: string): Promise<void> {
  await replaceFolder(output, async (staging) => {
    const constraints = constraintsOfCdktfJson();
    const schemas = join(staging, "schemas");
    mkdirSync(schemas);
    for (const constraint of constraints) {
      writeFileSync(join(schemas, cacheFile(constraint)), readRecordedSchema(constraint));
    }
    const generated = join(staging, "gen");
    const maker = new ConstructsMaker(
      { codeMakerOutput: generated, targetLanguage: Language.TYPESCRIPT },
      schemas,
    );
    await maker.generate(constraints);
    return generated;
  });
}

/** Replaces a folder by what `generate` leaves in the folder that it names, if it comes that far. */
async function replaceFolder(
  folder: string,
  generate: (staging: string) => Promise<string>,
): Promise<void> {
  const staging = mkdtempSync(join(tmpdir(), "cdktf-get-"));
  try {
    const generated = await generate(staging);
    rmSync(folder, { recursive: true, force: true });
    cpSync(generated, folder, { recursive: true });
  } finally {
    rmSync(staging, { recursive: true, force: true });
  }
}

function constraintsOfCdktfJson(): TerraformProviderConstraint[] {
  const config = JSON.parse(readFileSync(join(root, "cdktf.json"), "utf8")) as CdktfJson;
  return config.terraformProviders.map((provider) => new TerraformProviderConstraint(provider));
}

/** The generator's schema cache is the way to give it a schema that no engine printed just now. */
function cacheFile(constraint: TerraformProviderConstraint): string {
  return `${encodeURIComponent(constraint.fqn)}@${encodeURIComponent(constraint.version ?? "")}.json`;
}

function readRecordedSchema(constraint: TerraformProviderConstraint): string {
  const file = join(root, "toolchain", "schemas", `${constraint.name}.json`);
  const schema = JSON.parse(readFileSync(file, "utf8")) as RecordedSchema;
  const versions = Object.keys(schema.provider_schemas).map((name) => [name, recordedVersion]);
  return JSON.stringify({ ...schema, provider_versions: Object.fromEntries(versions) as object });
}

/** `cdktf get` empties its output before it knows whether it can fill it. */
async function generateFromRegistry(output: string): Promise<void> {
  const engine = await prepareEngine();
  await replaceFolder(output, (staging) => {
    const generated = join(staging, "gen");
    const cdktf = join(root, "node_modules", ".bin", "cdktf");
    const { status, error } = spawnSync(cdktf, ["get", "--force", "--output", generated], {
      cwd: root,
      env: { ...process.env, ...engine.environment },
      stdio: "inherit",
    });
    if (error) throw error;
    if (status !== 0) throw new Error(`cdktf get ended with exit code ${status ?? "(none)"}`);
    return Promise.resolve(generated);
  });
}

async function get(from: "registry" | "recorded" | undefined): Promise<void> {
  const answers = from !== "recorded" && (await registryAnswers(REGISTRY));
  if (answers) {
    await generateFromRegistry(bindings);
    return;
  }
  if (from === "registry") {
    throw new Error(`${REGISTRY} does not answer. \`--from recorded\` needs no network.`);
  }
  await generateFromRecordedSchema(bindings);
  console.log(`.gen: azapi ${recordedVersion}, from the recorded schema in toolchain/schemas`);
}

if (require.main === module) {
  new Command("npm run get --")
    .description("Write the azapi bindings in .gen anew.")
    .addOption(
      new Option("--from <source>", "where the schema comes from")
        .choices(["registry", "recorded"])
        .default(undefined, "registry when it answers, else recorded"),
    )
    .action(async ({ from }: { from?: "registry" | "recorded" }) => {
      await get(from);
    })
    .parseAsync()
    .catch((error: unknown) => {
      console.error(error instanceof Error ? error.message : error);
      process.exitCode = 1;
    });
}
