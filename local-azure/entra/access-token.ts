import { randomUUID } from "node:crypto";
import { decodeJwt, errors, jwtVerify, SignJWT } from "jose";
import { AzureError } from "../core/errors";
import type { AccessTokenClaims, LocalAzure } from "../core/planes";
import { issuerOf } from "./discovery";
import type { SigningKey } from "./signing-key";

/** Seconds. Entra's own access tokens live 60 to 90 minutes. */
export const ACCESS_TOKEN_LIFETIME = 3600;

export interface Principal {
  readonly oid: string;
  readonly appid: string;
}

/** How an application proved who it is. */
export type Proof = "secret" | "assertion";

/** Signs and verifies access tokens with the claims of Entra's v1.0 token for an application. */
export class AccessTokens {
  readonly #azure: Pick<LocalAzure, "clock" | "origin" | "tenantId">;
  readonly #key: Promise<SigningKey>;

  constructor(azure: Pick<LocalAzure, "clock" | "origin" | "tenantId">, key: Promise<SigningKey>) {
    this.#azure = azure;
    this.#key = key;
  }

  get issuer(): string {
    return issuerOf(this.#azure.origin, this.#azure.tenantId, "1.0");
  }

  /** Source of the claims: https://learn.microsoft.com/entra/identity-platform/access-token-claims-reference */
  async issue(principal: Principal, audience: string, proof: Proof = "assertion"): Promise<string> {
    const key = await this.#key;
    const now = Math.floor(this.#azure.clock.now().getTime() / 1000);
    return new SignJWT({
      appid: principal.appid,
      appidacr: proof === "secret" ? "1" : "2",
      idp: this.issuer,
      idtyp: "app",
      oid: principal.oid,
      tid: this.#azure.tenantId,
      uti: randomUUID(),
      ver: "1.0",
    })
      .setProtectedHeader({ typ: "JWT", alg: "RS256", kid: key.kid })
      .setIssuer(this.issuer)
      .setSubject(principal.oid)
      .setAudience(audience)
      .setIssuedAt(now)
      .setNotBefore(now)
      .setExpirationTime(now + ACCESS_TOKEN_LIFETIME)
      .sign(key.privateKey);
  }

  /**
   * @param authorization - The value of the `Authorization` header.
   * @throws AzureError 401 with the code that Azure Resource Manager gives.
   */
  async verify(
    authorization: string | undefined,
    audiences: readonly string[],
  ): Promise<AccessTokenClaims> {
    if (authorization === undefined || authorization === "") {
      throw this.#unauthorized(
        "AuthenticationFailed",
        "Authentication failed. The 'Authorization' header is missing.",
      );
    }
    const token = /^bearer +(\S+)$/i.exec(authorization)?.[1];
    if (token === undefined) {
      throw this.#unauthorized(
        "AuthenticationFailedInvalidHeader",
        "Authentication failed. The 'Authorization' header is provided in an invalid format.",
      );
    }
    const claims = await this.#verifySignature(token);
    const accepted = new Set(audiences.map(withoutSlash));
    if (!accepted.has(withoutSlash(claims.aud))) {
      throw this.#unauthorized(
        "InvalidAuthenticationTokenAudience",
        `The access token has been obtained for wrong audience or resource '${claims.aud}'. It should ` +
          `exactly match with one of the allowed audiences '${audiences.join("','")}'.`,
      );
    }
    return claims;
  }

  async #verifySignature(token: string): Promise<AccessTokenClaims> {
    const now = this.#azure.clock.now();
    try {
      const { payload } = await jwtVerify<AccessTokenClaims>(token, (await this.#key).publicKey, {
        algorithms: ["RS256"],
        issuer: this.issuer,
        currentDate: now,
        requiredClaims: ["aud", "oid", "tid", "appid", "exp"],
      });
      return payload;
    } catch (error) {
      if (error instanceof errors.JWTExpired) {
        const expired = new Date((decodeJwt(token).exp ?? 0) * 1000);
        throw this.#unauthorized(
          "ExpiredAuthenticationToken",
          `The access token expiry UTC time '${expired.toISOString()}' is earlier than current UTC time '${now.toISOString()}'.`,
        );
      }
      if (error instanceof errors.JOSEError) {
        throw this.#unauthorized("InvalidAuthenticationToken", "The access token is invalid.");
      }
      throw error;
    }
  }

  #unauthorized(code: string, message: string): AzureError {
    const authority = `${this.#azure.origin}/${this.#azure.tenantId}`;
    return new AzureError(401, code, message, {
      headers: {
        "www-authenticate": `Bearer authorization_uri="${authority}", error="invalid_token", error_description="${message}"`,
      },
    });
  }
}

/** Entra writes a resource into `aud` as it was asked for: with the slash at its end or without. */
function withoutSlash(audience: string): string {
  return audience.replace(/\/+$/, "").toLowerCase();
}
