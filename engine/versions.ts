/**
 * What is built where the Terraform registry does not answer; the checksums of the sources stand in
 * the `go.sum` files of `toolchain/`.
 */
export const VERSIONS = {
  opentofu: "1.12.6",
  /** The provider's Go module is a commit after 5.2.0: the module proxy serves no 5.x tag. */
  azurerm: "5.2.0",
  /** A stand-in that serves the schema of this version. */
  azapi: "2.12.0",
  /** A stand-in that serves the schema of this version. */
  kubernetes: "2.38.0",
} as const;

/** The oldest Terraform that the stack was deployed with; every OpenTofu is newer. */
export const OLDEST_TERRAFORM = "1.5.7";
