import {
  AzureAuthorityHosts,
  AzureCliCredential,
  ClientAssertionCredential,
  ClientSecretCredential,
  ManagedIdentityCredential,
  type TokenCredential,
} from "@azure/identity";
import { readFile } from "node:fs/promises";

/**
 * The credential that the environment describes, by the same variables and in the same order as the azurerm
 * provider: client secret, OpenID Connect, managed identity, then the Azure CLI.
 *
 * Source: https://registry.terraform.io/providers/hashicorp/azurerm/latest/docs#argument-reference
 *
 * @throws Error when the variables of one kind are incomplete; the message names the missing one.
 */
export function credentialFrom(environment: NodeJS.ProcessEnv): TokenCredential {
  const options = {
    authorityHost:
      environment.ARM_ACTIVE_DIRECTORY_AUTHORITY_HOST ?? AzureAuthorityHosts.AzurePublicCloud,
    disableInstanceDiscovery: isSwitchedOn(environment.ARM_DISABLE_INSTANCE_DISCOVERY),
  };
  const required = (name: string): string => {
    const value = environment[name];
    if (!value) throw new Error(`${name} is not set, and the other ARM_* variables need it.`);
    return value;
  };

  if (environment.ARM_CLIENT_SECRET) {
    return new ClientSecretCredential(
      required("ARM_TENANT_ID"),
      required("ARM_CLIENT_ID"),
      environment.ARM_CLIENT_SECRET,
      options,
    );
  }
  if (isSwitchedOn(environment.ARM_USE_OIDC)) {
    return new ClientAssertionCredential(
      required("ARM_TENANT_ID"),
      required("ARM_CLIENT_ID"),
      () => oidcToken(environment),
      options,
    );
  }
  if (isSwitchedOn(environment.ARM_USE_MSI)) {
    return environment.ARM_CLIENT_ID
      ? new ManagedIdentityCredential({ clientId: environment.ARM_CLIENT_ID })
      : new ManagedIdentityCredential();
  }
  return new AzureCliCredential();
}

/** As azurerm reads a switch: Go's `strconv.ParseBool`. */
export function isSwitchedOn(value: string | undefined): boolean {
  return /^(1|t|T|TRUE|true|True)$/.test(value ?? "");
}

async function oidcToken(environment: NodeJS.ProcessEnv): Promise<string> {
  if (environment.ARM_OIDC_TOKEN) return environment.ARM_OIDC_TOKEN;
  if (environment.ARM_OIDC_TOKEN_FILE_PATH) {
    return (await readFile(environment.ARM_OIDC_TOKEN_FILE_PATH, "utf8")).trim();
  }
  const url = environment.ARM_OIDC_REQUEST_URL ?? environment.ACTIONS_ID_TOKEN_REQUEST_URL;
  const token = environment.ARM_OIDC_REQUEST_TOKEN ?? environment.ACTIONS_ID_TOKEN_REQUEST_TOKEN;
  if (!url || !token) {
    throw new Error(
      "ARM_USE_OIDC is true, but there is no token: set ARM_OIDC_TOKEN, ARM_OIDC_TOKEN_FILE_PATH, or " +
        "ARM_OIDC_REQUEST_URL and ARM_OIDC_REQUEST_TOKEN.",
    );
  }
  const request = new URL(url);
  request.searchParams.set("audience", "api://AzureADTokenExchange");
  const response = await fetch(request, { headers: { Authorization: `Bearer ${token}` } });
  if (!response.ok) {
    throw new Error(`The OpenID Connect token request was answered ${response.status}.`);
  }
  return ((await response.json()) as { value: string }).value;
}
