import { generateKeyPair } from "node:crypto";
import { promisify } from "node:util";
import {
  calculateJwkThumbprint,
  exportJWK,
  importPKCS8,
  importSPKI,
  type JWK,
  type KeyLike,
} from "jose";
import type { Store } from "../core/store";

/** The key that signs access tokens: RSA, since Entra signs with RS256 only. */
export interface SigningKey {
  readonly kid: string;
  readonly privateKey: KeyLike;
  readonly publicKey: KeyLike;
  readonly jwk: JWK;
}

interface SavedKey {
  readonly privateKey: string;
  readonly publicKey: string;
}

/** The saved key, or a new one. */
export async function signingKey(store: Store): Promise<SigningKey> {
  const keys = store.collection<SavedKey>("entra.signingKeys");
  let saved = keys.get("current");
  if (!saved) {
    saved = await promisify(generateKeyPair)("rsa", {
      modulusLength: 2048,
      publicKeyEncoding: { type: "spki", format: "pem" },
      privateKeyEncoding: { type: "pkcs8", format: "pem" },
    });
    keys.set("current", saved);
  }
  const publicKey = await importSPKI(saved.publicKey, "RS256");
  const jwk = await exportJWK(publicKey);
  const kid = await calculateJwkThumbprint(jwk);
  return {
    kid,
    privateKey: await importPKCS8(saved.privateKey, "RS256"),
    publicKey,
    jwk: { ...jwk, kid, use: "sig", alg: "RS256" },
  };
}
