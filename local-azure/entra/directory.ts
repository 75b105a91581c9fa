import { randomBytes, timingSafeEqual, createHash } from "node:crypto";
import { stableGuid } from "../core/identifiers";
import type { ArmResource, LocalAzure } from "../core/planes";

/** The service principal that whoever drives the local Azure signs in with: Owner of the subscription. */
export interface Operator {
  readonly clientId: string;
  readonly objectId: string;
  /** Made at random with the state; it opens this local Azure only. */
  readonly clientSecret: string;
}

/** An application or a managed identity, as the directory lists it. */
export interface ServicePrincipal {
  readonly objectId: string;
  readonly clientId: string;
  readonly displayName: string;
  readonly type: "Application" | "ManagedIdentity";
}

/** Who can sign in: the operator, and the user-assigned identities that Azure Resource Manager holds. */
export class Directory {
  readonly operator: Operator;
  readonly #azure: Pick<LocalAzure, "arm" | "tenantId">;

  constructor(azure: LocalAzure) {
    this.#azure = azure;
    const principals = azure.store.collection<Operator>("entra.servicePrincipals");
    const saved = principals.get("operator");
    this.operator = saved ?? {
      clientId: stableGuid("operator", "application", azure.tenantId),
      objectId: stableGuid("operator", "service principal", azure.tenantId),
      clientSecret: randomBytes(30).toString("base64url"),
    };
    if (!saved) principals.set("operator", this.operator);
  }

  /** The identity whose `clientId` this is. */
  managedIdentity(clientId: string): ArmResource | undefined {
    return this.#azure.arm
      .list("Microsoft.ManagedIdentity/userAssignedIdentities")
      .find((identity) => identity.properties.clientId === clientId.toLowerCase());
  }

  /** Everybody whom the directory knows: the operator and the user-assigned identities. */
  servicePrincipals(): ServicePrincipal[] {
    const identities = this.#azure.arm.list("Microsoft.ManagedIdentity/userAssignedIdentities");
    return [
      { ...this.operator, displayName: "local-azure-operator", type: "Application" },
      ...identities.map(({ name, properties }): ServicePrincipal => ({
        objectId: properties.principalId as string,
        clientId: properties.clientId as string,
        displayName: name,
        type: "ManagedIdentity",
      })),
    ];
  }

  federatedCredentials(identity: ArmResource): ArmResource[] {
    const prefix = `${identity.id}/federatedIdentityCredentials/`.toLowerCase();
    return this.#azure.arm
      .list("Microsoft.ManagedIdentity/userAssignedIdentities/federatedIdentityCredentials")
      .filter((credential) => credential.id.toLowerCase().startsWith(prefix));
  }

  isOperatorSecret(secret: string): boolean {
    const digest = (text: string) => createHash("sha256").update(text).digest();
    return timingSafeEqual(digest(secret), digest(this.operator.clientSecret));
  }
}
