import { createHash } from "node:crypto";
import { copyFile, link, mkdir, rename, rm, stat, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { ProviderArtifact } from "./artifact";
import type { Cache } from "./cache";

/** Terraform resolves `hashicorp/azurerm` against the first host, OpenTofu against the second. */
const hosts = ["registry.terraform.io", "registry.opentofu.org"];

/** Go's names, which the mirror's folders carry. */
const platform = `${process.platform === "win32" ? "windows" : process.platform}_${
  process.arch === "x64" ? "amd64" : process.arch
}`;

/**
 * Lays out built providers as a filesystem mirror
 * (https://developer.hashicorp.com/terraform/cli/config/config-file#filesystem_mirror).
 *
 * @returns The path of a CLI configuration that names the mirror and nothing else.
 */
export async function fillMirror(
  cache: Cache,
  providers: readonly ProviderArtifact[],
): Promise<string> {
  // One per content, so that clones at different commits do not disturb each other.
  const key = createHash("sha256").update(providers.map((provider) => cache.path(provider)).join());
  const root = join(cache.directory, `mirror-${key.digest("hex").slice(0, 16)}`);
  for (const provider of providers) {
    for (const host of hosts) {
      const folder = join(root, host, provider.source, provider.version, platform);
      await mkdir(folder, { recursive: true });
      await place(cache.path(provider), join(folder, provider.binary));
    }
  }
  await writeFile(join(root, "README.md"), readme(providers));
  const configuration = join(root, "mirror.tfrc");
  await writeFile(configuration, cliConfiguration(root));
  return configuration;
}

/** Without `direct`: an engine that asks the registry would wait for it. */
function cliConfiguration(root: string): string {
  return [
    "disable_checkpoint = true",
    "provider_installation {",
    "  filesystem_mirror {",
    `    path = ${JSON.stringify(root)}`,
    "  }",
    "}",
    "",
  ].join("\n");
}

/** A hard link, since a provider has 200 MB; a copy where the file system has none. */
async function place(program: string, target: string): Promise<void> {
  const [wanted, present] = await Promise.all([stat(program), stat(target).catch(() => undefined)]);
  if (
    present?.size === wanted.size &&
    (present.ino === wanted.ino || present.mtimeMs >= wanted.mtimeMs)
  ) {
    return;
  }
  const partial = `${target}.partial`;
  await rm(partial, { force: true });
  await link(program, partial).catch(() => copyFile(program, partial));
  await rename(partial, target);
}

function readme(providers: readonly ProviderArtifact[]): string {
  const lines = providers.map(({ source, version, standIn }) =>
    standIn
      ? `- ${source} ${version}: a stand-in that serves the schema of this version`
      : `- ${source} ${version}: built from the provider's Go module`,
  );
  return `Providers for machines that do not reach the Terraform registry.\n\n${lines.join("\n")}\n`;
}
