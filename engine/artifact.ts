import { VERSIONS } from "./versions";

/** One program that `toolchain/` builds. */
export interface Artifact {
  readonly name: "opentofu" | "azurerm" | "azapi" | "kubernetes";
  readonly version: string;
  /** File name of the program. */
  readonly binary: string;
  /** The Go module's folder, relative to `toolchain/`. */
  readonly module: string;
  /** The Go package to build. */
  readonly package: string;
  /** What decides the program, relative to `toolchain/`: a change means another build. */
  readonly sources: readonly string[];
  /** Linker settings, on top of leaving out debug information. */
  readonly linkerFlags?: string;
  /** What to say about the time of a first build, measured on two cores. */
  readonly duration: string;
}

const ownSources = ["go.mod", "go.sum", "schemas", "stand-ins"];

export const OPENTOFU: Artifact = {
  name: "opentofu",
  version: VERSIONS.opentofu,
  binary: "tofu",
  module: "opentofu",
  package: "github.com/opentofu/opentofu/cmd/tofu",
  sources: ["opentofu"],
  // Without it the version is reported as a development build.
  linkerFlags: "-X github.com/opentofu/opentofu/version.dev=no",
  duration: "about 3 minutes",
};

/** A provider, with its address and whether it is the real one. */
export interface ProviderArtifact extends Artifact {
  /** `<namespace>/<type>`, as in `required_providers`. */
  readonly source: string;
  readonly standIn: boolean;
}

const provider = (
  source: string,
  artifact: Omit<ProviderArtifact, "binary" | "source">,
): ProviderArtifact => ({
  ...artifact,
  source,
  binary: `terraform-provider-${artifact.name}_v${artifact.version}`,
});

export const PROVIDERS: readonly ProviderArtifact[] = [
  provider("hashicorp/azurerm", {
    name: "azurerm",
    version: VERSIONS.azurerm,
    module: "azurerm",
    package: "github.com/hashicorp/terraform-provider-azurerm",
    sources: ["azurerm"],
    linkerFlags: `-X github.com/hashicorp/terraform-provider-azurerm/version.ProviderVersion=${VERSIONS.azurerm}`,
    duration: "about 9 minutes",
    standIn: false,
  }),
  provider("azure/azapi", {
    name: "azapi",
    version: VERSIONS.azapi,
    module: ".",
    package: "./stand-ins/terraform-provider-azapi",
    sources: ownSources,
    duration: "about 20 seconds",
    standIn: true,
  }),
  provider("hashicorp/kubernetes", {
    name: "kubernetes",
    version: VERSIONS.kubernetes,
    module: ".",
    package: "./stand-ins/terraform-provider-kubernetes",
    sources: ownSources,
    duration: "about 20 seconds",
    standIn: true,
  }),
];
