import { AzureError } from "../../core/errors";
import type { ArmResource } from "../../core/planes";

/**
 * A subdomain belongs to one account in all of Azure, soft-deleted ones included.
 *
 * Source: https://learn.microsoft.com/azure/ai-services/cognitive-services-custom-subdomains
 *
 * @param accounts - All that may have taken it.
 */
export function checkCustomSubdomain(
  id: string,
  subdomain: string | undefined,
  existing: ArmResource | undefined,
  accounts: readonly ArmResource[],
): void {
  if (subdomain === undefined) return;
  if (!/^[a-zA-Z0-9](?:[a-zA-Z0-9-]{0,62}[a-zA-Z0-9])$/.test(subdomain)) {
    throw new AzureError(
      400,
      "CustomDomainNameInvalid",
      `The subdomain name '${subdomain}' is invalid. It can have 2 to 64 letters, digits and '-', and starts and ends with a letter or digit.`,
    );
  }
  const current = existing?.properties.customSubDomainName;
  if (typeof current === "string" && current.toLowerCase() !== subdomain.toLowerCase()) {
    throw new AzureError(
      400,
      "CustomDomainNameCannotBeChanged",
      `The subdomain name '${current}' cannot be changed once it is set.`,
    );
  }
  const taken = accounts.some(
    (other) =>
      other.id.toLowerCase() !== id.toLowerCase() &&
      (other.properties.customSubDomainName as string | undefined)?.toLowerCase() ===
        subdomain.toLowerCase(),
  );
  if (taken) {
    throw new AzureError(
      409,
      "CustomDomainInUse",
      `Please pick a different name. The subdomain name '${subdomain}' is not available as it's already used by a resource.`,
    );
  }
}
