import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

/** A folder that goes away after the test. */
export function temporaryFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), "engine-"));
  folders.push(folder);
  return folder;
}

const folders: string[] = [];

afterEach(() => {
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true, force: true });
});

/** A program of a few shell lines. */
export function program(path: string, ...lines: string[]): string {
  writeFileSync(path, ["#!/bin/sh", ...lines, ""].join("\n"));
  chmodSync(path, 0o755);
  return path;
}

/** Answers `version` and `version -json` as Terraform and OpenTofu do. */
export function fakeEngine(
  path: string,
  product: "Terraform" | "OpenTofu",
  version: string,
): string {
  return program(
    path,
    `if [ "$2" = -json ]; then echo '{"terraform_version": "${version}", "platform": "linux_amd64"}'`,
    `else echo '${product} v${version}'; fi`,
  );
}

/** A toolchain with the files that decide what is built, and nothing that builds. */
export function fakeToolchain(): string {
  const toolchain = temporaryFolder();
  for (const folder of ["opentofu", "azurerm", "schemas", "stand-ins"]) {
    mkdirSync(join(toolchain, folder));
    writeFileSync(join(toolchain, folder, "content"), folder);
  }
  for (const file of ["go.mod", "go.sum"]) writeFileSync(join(toolchain, file), file);
  return toolchain;
}

/** Collects what would be shown. */
export function terminal(isTTY = false): {
  isTTY: boolean;
  text: string;
  write(text: string): void;
} {
  return {
    isTTY,
    text: "",
    write(text) {
      this.text += text;
    },
  };
}
