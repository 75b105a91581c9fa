import {
  ClientAssertionCredential,
  ClientSecretCredential,
  ManagedIdentityCredential,
} from "@azure/identity";
import { credentialFrom, isSwitchedOn } from "../../verify/credential";

const application = { ARM_TENANT_ID: "tenant", ARM_CLIENT_ID: "client" };

// https://registry.terraform.io/providers/hashicorp/azurerm/latest/docs#argument-reference
test.each([
  ["a client secret", { ...application, ARM_CLIENT_SECRET: "s" }, ClientSecretCredential],
  ["OpenID Connect", { ...application, ARM_USE_OIDC: "true" }, ClientAssertionCredential],
  ["OpenID Connect, by a 1", { ...application, ARM_USE_OIDC: "1" }, ClientAssertionCredential],
  ["a managed identity", { ARM_USE_MSI: "True" }, ManagedIdentityCredential],
])("%s", (_, environment, expected) => {
  expect(credentialFrom(environment)).toBeInstanceOf(expected);
});

test("what is missing is named", () => {
  expect(() => credentialFrom({ ARM_TENANT_ID: "tenant", ARM_CLIENT_SECRET: "s" })).toThrow(
    "ARM_CLIENT_ID is not set",
  );
});

test.each(["", undefined, "0", "false", "yes"])("%p switches nothing on", (value) => {
  expect(isSwitchedOn(value)).toBe(false);
});
