import type { WorkerVariable } from "../core/worker";

/** The text of `terraform.tfvars`, through which HCP Terraform hands input variables to the engine. */
export function terraformTfvars(variables: readonly WorkerVariable[]): string {
  return variables
    .filter(({ category }) => category === "terraform")
    .map(({ key, value, hcl }) => `${key} = ${hcl ? value : quote(value)}\n`)
    .join("");
}

/** An HCL string that is taken as it stands: neither `${` nor `%{` begins a template in it. */
function quote(value: string): string {
  return JSON.stringify(value)
    .replaceAll("${", () => "$${")
    .replaceAll("%{", "%%{");
}
