import { z } from "zod";
import { AzureError } from "../../core/errors";
import type { ArmResource } from "../../core/planes";
import { apiVersions } from "../api-versions";
import { parseBody } from "../body";
import { invalidResourceName } from "../errors";
import type { ArmContext, ResourceType } from "../resource-type";

const TYPE = "Microsoft.ManagedIdentity/userAssignedIdentities/federatedIdentityCredentials";

/** Source: https://learn.microsoft.com/entra/workload-id/workload-identity-federation-considerations */
const MOST_CREDENTIALS = 20;

const body = z.looseObject({
  properties: z.looseObject({
    issuer: z.url(),
    subject: z.string().min(1).max(600),
    audiences: z.array(z.string().min(1)).length(1),
  }),
});

/** Identities whose credentials are being written at this moment. */
const writing = new WeakMap<ArmContext, Set<string>>();

/** Source: azure-rest-api-specs, Microsoft.ManagedIdentity/stable/2024-11-30/identities.json. */
export const federatedIdentityCredentials: ResourceType = {
  type: TYPE,
  apiVersions: apiVersions(
    "Microsoft.ManagedIdentity/userAssignedIdentities",
    "2022-01-31-preview",
  ),
  placement: "child",

  async put({ id, name, scope, body: sent }, arm) {
    if (!/^[a-zA-Z0-9][a-zA-Z0-9_-]{2,119}$/.test(name)) {
      throw invalidResourceName(
        name,
        "3 to 120 letters, digits, '-' and '_', a letter or digit first",
      );
    }
    const { issuer, subject, audiences } = parseBody(body, sent).properties;
    await oneAtATime(scope, arm);
    const credential = {
      id,
      name,
      type: TYPE,
      properties: { issuer, subject, audiences },
    };
    checkFederatedCredential(credential, scope, arm);
    return credential;
  },

  async finishDelete({ id }, arm) {
    await oneAtATime(id.slice(0, id.lastIndexOf("/federatedIdentityCredentials/")), arm);
  },
};

/**
 * @throws AzureError when the identity has such a credential already, or as many as it may have.
 */
export function checkFederatedCredential(
  { id, properties: { issuer, subject } }: ArmResource,
  identityId: string,
  arm: ArmContext,
): void {
  const others = arm.inventory
    .ofTypeWithin(TYPE, identityId)
    .filter((other) => other.id.toLowerCase() !== id.toLowerCase());
  if (
    others.some(({ properties }) => properties.issuer === issuer && properties.subject === subject)
  ) {
    throw new AzureError(
      409,
      "FederatedIdentityCredentialAlreadyExists",
      "Issuer and subject combination already exists for this Managed Identity.",
    );
  }
  if (others.length >= MOST_CREDENTIALS) {
    throw new AzureError(
      400,
      "FederatedIdentityCredentialLimitExceeded",
      `Too many Federated Identity Credentials are configured for the managed identity '${identityId}'. ` +
        `The limit is ${MOST_CREDENTIALS}.`,
    );
  }
}

/**
 * Source: terraform-provider-azurerm issues 19968 and 29242 (the error's text).
 *
 * @throws AzureError 409 when another credential of the identity is being written.
 */
async function oneAtATime(identityId: string, arm: ArmContext): Promise<void> {
  const busy = writing.get(arm) ?? new Set<string>();
  writing.set(arm, busy);
  const key = identityId.toLowerCase();
  if (busy.has(key)) {
    throw new AzureError(
      409,
      "ConcurrentFederatedIdentityCredentialsWritesForSingleManagedIdentity",
      "Too many Federated Identity Credentials are written concurrently for the managed identity " +
        `'${identityId}'. Concurrent Federated Identity Credentials writes under the same managed ` +
        "identity are not supported.",
    );
  }
  busy.add(key);
  try {
    await arm.operations.pause(WRITE);
  } finally {
    busy.delete(key);
  }
}

/** Milliseconds that a write takes. */
const WRITE = 50;
