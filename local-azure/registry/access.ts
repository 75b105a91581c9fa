import { createHmac, randomBytes, timingSafeEqual } from "node:crypto";
import { AzureError } from "../core/errors";
import type { ArmResource, LocalAzure } from "../core/planes";

const PULL_ACTION = "Microsoft.ContainerRegistry/registries/pull/read";

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

interface TokenClaims {
  readonly use: "refresh" | "access";
  /** The registry's name, in lower case. */
  readonly registry: string;
  /** The principal; empty for an anonymous one. */
  readonly principal: string;
  /** `repository:<name>:<actions>` or `registry:catalog:*`. */
  readonly scopes: readonly string[];
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
   * @param refreshToken - Without it, what anybody may do.
   * @throws AzureError 401 when the refresh token is not valid.
   */
  accessToken(registry: ArmResource, scopes: readonly string[], refreshToken?: string): string {
    const claims =
      refreshToken === undefined ? undefined : this.#verify(refreshToken, "refresh", registry);
    if (refreshToken !== undefined && !claims) {
      throw new AzureError(
        401,
        "UNAUTHORIZED",
        "authentication required, the refresh token is not valid",
      );
    }
    const principal = claims?.principal ?? "";
    const granted = scopes.filter((scope) => {
      // Anonymous pull opens the repositories, not their list.
      if (scope.startsWith("registry:")) {
        return principal !== "" && this.#azure.arm.permits(principal, PULL_ACTION, registry.id);
      }
      return mayPull(this.#azure, registry, principal === "" ? undefined : principal);
    });
    return this.#sign("access", registry, principal, granted, ACCESS_TOKEN_SECONDS);
  }

  /** Whether the bearer token of an `Authorization` header grants a scope; for `""`, whether it is valid. */
  grants(registry: ArmResource, authorization: string | undefined, scope: string): boolean {
    const token = /^bearer\s+(\S+)$/i.exec(authorization ?? "")?.[1];
    const claims = token === undefined ? undefined : this.#verify(token, "access", registry);
    if (scope === "") return claims !== undefined;
    return claims?.scopes.some((granted) => includes(granted, scope)) ?? false;
  }

  #sign(
    use: TokenClaims["use"],
    registry: ArmResource,
    principal: string,
    scopes: readonly string[],
    seconds: number,
  ): string {
    const claims: TokenClaims = {
      use,
      registry: registry.name.toLowerCase(),
      principal,
      scopes,
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

/** `repository:app:pull,push` includes `repository:app:pull`; `*` stands for any name or action. */
const includes = (granted: string, asked: string): boolean => {
  const [type, name, actions = ""] = granted.split(":");
  const [askedType, askedName, askedAction = ""] = asked.split(":");
  const allowed = actions.split(",");
  return (
    type === askedType &&
    (name === "*" || name === askedName) &&
    (allowed.includes("*") || allowed.includes(askedAction))
  );
};
