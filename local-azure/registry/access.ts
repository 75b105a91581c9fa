import { createHmac, randomBytes, timingSafeEqual } from "node:crypto";
import { AzureError } from "../core/errors";
import type { ArmResource, LocalAzure } from "../core/planes";

const PULL_ACTION = "Microsoft.ContainerRegistry/registries/pull/read";

/**
 * What the actions of a scope need. Source: the permissions of AcrPull, AcrPush and AcrDelete,
 * https://learn.microsoft.com/azure/container-registry/container-registry-rbac-built-in-roles-overview
 */
const ACTIONS: Readonly<Record<string, string>> = {
  pull: PULL_ACTION,
  metadata_read: PULL_ACTION,
  push: "Microsoft.ContainerRegistry/registries/push/write",
  metadata_write: "Microsoft.ContainerRegistry/registries/push/write",
  delete: "Microsoft.ContainerRegistry/registries/artifacts/delete",
};

/** Who may exchange a token of Entra ID for one of a registry. */
const ENTRA_AUDIENCES = [
  "https://containerregistry.azure.net",
  "https://containerregistry.azure.net/",
  "https://management.azure.com",
  "https://management.azure.com/",
  "https://management.core.windows.net/",
];

/** Source: https://learn.microsoft.com/azure/container-registry/container-registry-authentication */
const REFRESH_TOKEN_SECONDS = 3 * 60 * 60;
const ACCESS_TOKEN_SECONDS = 75 * 60;

/** A scope, as a token carries it. */
interface Granted {
  readonly type: string;
  readonly name: string;
  readonly actions: readonly string[];
}

interface TokenClaims {
  readonly use: "refresh" | "access";
  /** The registry's name, in lower case. */
  readonly registry: string;
  /** The principal; empty for an anonymous one. */
  readonly principal: string;
  readonly access: readonly Granted[];
  readonly exp: number;
}

export const findRegistry = (azure: LocalAzure, name: string): ArmResource | undefined =>
  azure.arm
    .list("Microsoft.ContainerRegistry/registries")
    .find((resource) => resource.name.toLowerCase() === name.toLowerCase());

/** Whether a principal, or with anonymous pull anybody, may pull from a registry. */
export const mayPull = (
  azure: LocalAzure,
  registry: ArmResource,
  principalId: string | undefined,
): boolean =>
  registry.properties.anonymousPullEnabled === true ||
  (principalId !== undefined && azure.arm.permits(principalId, PULL_ACTION, registry.id));

/**
 * The tokens of the registries' data plane.
 *
 * Source: https://github.com/Azure/acr/blob/main/docs/AAD-OAuth.md
 */
export class RegistryAccess {
  readonly #azure: LocalAzure;
  /** Tokens end with the process: clients ask for new ones. */
  readonly #key = randomBytes(32);

  constructor(azure: LocalAzure) {
    this.#azure = azure;
  }

  /**
   * An access token of Entra ID for a refresh token of the registry.
   *
   * @throws AzureError 401.
   */
  async exchange(registry: ArmResource, accessToken: string): Promise<string> {
    const { oid } = await this.#azure.entra.verifyBearerToken(
      `Bearer ${accessToken}`,
      ENTRA_AUDIENCES,
    );
    return this.#sign("refresh", registry, oid, [], REFRESH_TOKEN_SECONDS);
  }

  /**
   * An access token of the registry for what its principal may do of what is asked.
   *
   * @throws AzureError 401 when the refresh token is not valid.
   */
  accessToken(registry: ArmResource, scopes: readonly string[], refreshToken: string): string {
    const claims = this.#verify(refreshToken, "refresh", registry);
    if (!claims) {
      throw new AzureError(
        401,
        "UNAUTHORIZED",
        "authentication required, the refresh token is not valid",
      );
    }
    const granted = this.#grant(registry, scopes, claims.principal);
    return this.#sign("access", registry, claims.principal, granted, ACCESS_TOKEN_SECONDS);
  }

  /**
   * The same for what anybody may do.
   *
   * @throws AzureError 401 when that is nothing.
   */
  anonymousToken(registry: ArmResource, scopes: readonly string[]): string {
    const granted = this.#grant(registry, scopes, undefined);
    if (granted.length === 0) {
      throw new AzureError(
        401,
        "UNAUTHORIZED",
        "authentication required, visit https://aka.ms/acr/authorization for more information.",
      );
    }
    return this.#sign("access", registry, "", granted, ACCESS_TOKEN_SECONDS);
  }

  /** Whether the bearer token of an `Authorization` header grants a scope, or without one is good at all. */
  grants(
    registry: ArmResource,
    authorization: string | undefined,
    scope: string | undefined,
  ): boolean {
    const token = /^bearer\s+(\S+)$/i.exec(authorization ?? "")?.[1];
    const claims = token === undefined ? undefined : this.#verify(token, "access", registry);
    if (!claims || scope === undefined) return claims !== undefined;
    const { type, name, actions } = parseScope(scope);
    return claims.access.some(
      (granted) =>
        granted.type === type &&
        granted.name === name &&
        actions.every((action) => granted.actions.includes(action)),
    );
  }

  #grant(
    registry: ArmResource,
    scopes: readonly string[],
    principal: string | undefined,
  ): Granted[] {
    const permits = (action: string) =>
      principal !== undefined && this.#azure.arm.permits(principal, action, registry.id);
    return scopes
      .map((scope) => {
        const { type, name, actions } = parseScope(scope);
        // Anonymous pull opens the repositories, not their list.
        if (type === "registry")
          return { type, name, actions: permits(PULL_ACTION) ? actions : [] };
        const asked = actions.includes("*") ? Object.keys(ACTIONS) : actions;
        return {
          type,
          name,
          actions: asked.filter((action) => {
            const needed = ACTIONS[action];
            if (needed === PULL_ACTION) return mayPull(this.#azure, registry, principal);
            return needed !== undefined && permits(needed);
          }),
        };
      })
      .filter(({ actions }) => actions.length > 0);
  }

  #sign(
    use: TokenClaims["use"],
    registry: ArmResource,
    principal: string,
    access: readonly Granted[],
    seconds: number,
  ): string {
    const claims: TokenClaims = {
      use,
      registry: registry.name.toLowerCase(),
      principal,
      access,
      exp: Math.floor(this.#azure.clock.now().getTime() / 1000) + seconds,
    };
    // In the form of a JWT: clients read `exp` from it.
    const encode = (value: unknown) => Buffer.from(JSON.stringify(value)).toString("base64url");
    const content = `${encode({ alg: "HS256", typ: "JWT" })}.${encode(claims)}`;
    return `${content}.${this.#signature(content).toString("base64url")}`;
  }

  #verify(token: string, use: TokenClaims["use"], registry: ArmResource): TokenClaims | undefined {
    const [header = "", payload = "", signature = ""] = token.split(".");
    const given = Buffer.from(signature, "base64url");
    const expected = this.#signature(`${header}.${payload}`);
    if (given.length !== expected.length || !timingSafeEqual(given, expected)) return undefined;
    const claims = JSON.parse(Buffer.from(payload, "base64url").toString()) as TokenClaims;
    const valid =
      claims.use === use &&
      claims.registry === registry.name.toLowerCase() &&
      claims.exp * 1000 > this.#azure.clock.now().getTime();
    return valid ? claims : undefined;
  }

  #signature(content: string): Buffer {
    return createHmac("sha256", this.#key).update(content).digest();
  }
}

/** `repository:<name>:<actions>`, or `registry:catalog:*`. */
const parseScope = (scope: string): Granted => {
  const [type = "", name = "", actions = ""] = scope.split(":");
  return { type, name, actions: actions.split(",").filter((action) => action !== "") };
};
