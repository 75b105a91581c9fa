import { createHash, createPrivateKey, createPublicKey, sign, verify } from "node:crypto";

/** Whom a token is for and what it is bound to. */
export interface TokenSubject {
  readonly namespace: string;
  readonly serviceAccount: { readonly name: string; readonly uid: string };
  readonly pod?: { readonly name: string; readonly uid: string };
  readonly node?: { readonly name: string; readonly uid: string };
}

/** The claims of a verified token. */
export interface TokenClaims {
  readonly iss: string;
  readonly sub: string;
  readonly aud: readonly string[];
  readonly exp: number;
  readonly "kubernetes.io": {
    readonly namespace: string;
    readonly serviceaccount: { readonly name: string; readonly uid: string };
    readonly pod?: { readonly name: string; readonly uid: string };
  };
}

const encode = (value: unknown) => Buffer.from(JSON.stringify(value)).toString("base64url");

/**
 * Signs and verifies a cluster's service-account tokens (RS256; `node:crypto`, so that a token is made
 * without waiting).
 *
 * Source of the claims: k8s.io/kubernetes/pkg/serviceaccount/claims.go.
 */
export class ServiceAccountTokens {
  readonly #key;
  readonly #publicKey;
  readonly #keyId: string;

  /** @param keyPem - The cluster's RSA key, PKCS#8. */
  constructor(keyPem: string) {
    this.#key = createPrivateKey(keyPem);
    this.#publicKey = createPublicKey(keyPem);
    // The hash of the public key, as in k8s.io/kubernetes/pkg/serviceaccount/jwt.go.
    this.#keyId = createHash("sha256")
      .update(this.#publicKey.export({ type: "spki", format: "der" }))
      .digest("base64url");
  }

  keys(): { keys: Record<string, unknown>[] } {
    const { kty, n, e } = this.#publicKey.export({ format: "jwk" });
    return { keys: [{ use: "sig", kty, kid: this.#keyId, alg: "RS256", n, e }] };
  }

  issue(
    subject: TokenSubject,
    options: {
      readonly issuer: string;
      readonly audiences: readonly string[];
      readonly now: Date;
      readonly expirationSeconds: number;
      readonly tokenId: string;
    },
  ): string {
    const issuedAt = Math.floor(options.now.getTime() / 1000);
    const header = encode({ alg: "RS256", kid: this.#keyId });
    const payload = encode({
      aud: options.audiences,
      exp: issuedAt + options.expirationSeconds,
      iat: issuedAt,
      iss: options.issuer,
      jti: options.tokenId,
      "kubernetes.io": {
        namespace: subject.namespace,
        ...(subject.node && { node: subject.node }),
        ...(subject.pod && { pod: subject.pod }),
        serviceaccount: subject.serviceAccount,
      },
      nbf: issuedAt,
      sub: `system:serviceaccount:${subject.namespace}:${subject.serviceAccount.name}`,
    });
    const signature = sign("sha256", Buffer.from(`${header}.${payload}`), this.#key);
    return `${header}.${payload}.${signature.toString("base64url")}`;
  }

  /** The claims of a token with a valid signature, issuer, audience and time; otherwise nothing. */
  verify(
    token: string,
    expected: { readonly issuer: string; readonly audience: string; readonly now: Date },
  ): TokenClaims | undefined {
    const [header, payload, signature, ...more] = token.split(".");
    if (!header || !payload || !signature || more.length > 0) return undefined;
    const signed = verify(
      "sha256",
      Buffer.from(`${header}.${payload}`),
      this.#publicKey,
      Buffer.from(signature, "base64url"),
    );
    if (!signed) return undefined;
    // Signed by this cluster's key, so it has the form that `issue` gives it.
    const claims = JSON.parse(Buffer.from(payload, "base64url").toString()) as TokenClaims;
    const valid =
      claims.iss === expected.issuer &&
      claims.aud.includes(expected.audience) &&
      claims.exp * 1000 > expected.now.getTime();
    return valid ? claims : undefined;
  }
}
