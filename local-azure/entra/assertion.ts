import {
  createLocalJWKSet,
  decodeJwt,
  decodeProtectedHeader,
  errors,
  jwtVerify,
  type JWTPayload,
} from "jose";
import type { ArmResource, LocalAzure } from "../core/planes";
import {
  assertionExpired,
  assertionKeyNotFound,
  assertionSignature,
  issuerUnreachable,
  malformedAssertion,
  noMatchingAudience,
  noMatchingIssuer,
  noMatchingSubject,
  subjectDiffersInCase,
} from "./errors";

/**
 * Verifies the token that a workload presents instead of a secret: a federated credential of the identity has
 * to carry exactly its issuer, subject and audience, and the issuer's keys have to have signed it.
 *
 * Source: https://learn.microsoft.com/entra/workload-id/workload-identity-federation
 *
 * @throws EntraError naming the first link that is broken.
 */
export async function verifyAssertion(
  assertion: string,
  credentials: readonly ArmResource[],
  azure: Pick<LocalAzure, "clock" | "kubernetes">,
): Promise<void> {
  const claims = decode(assertion);
  const { iss: issuer, sub: subject } = claims;
  if (issuer === undefined || subject === undefined) throw malformedAssertion();
  const ofIssuer = credentials.filter(({ properties }) => properties.issuer === issuer);
  if (ofIssuer.length === 0) throw noMatchingIssuer(issuer);
  const ofSubject = ofIssuer.filter(({ properties }) => properties.subject === subject);
  if (ofSubject.length === 0) {
    const differsInCase = ofIssuer.some(
      ({ properties }) => (properties.subject as string).toLowerCase() === subject.toLowerCase(),
    );
    throw differsInCase ? subjectDiffersInCase(subject) : noMatchingSubject(subject);
  }
  const audiences = [claims.aud ?? []].flat();
  const accepted = ofSubject.flatMap(({ properties }) => properties.audiences as string[]);
  if (!audiences.some((audience) => accepted.includes(audience))) {
    throw noMatchingAudience(audiences.join(", "));
  }
  await verifySignature(assertion, claims, azure, issuer);
}

function decode(assertion: string): JWTPayload {
  try {
    return decodeJwt(assertion);
  } catch {
    throw malformedAssertion();
  }
}

async function verifySignature(
  assertion: string,
  claims: JWTPayload,
  azure: Pick<LocalAzure, "clock" | "kubernetes">,
  issuer: string,
): Promise<void> {
  const keys = azure.kubernetes.issuerKeys(issuer);
  if (!keys) throw issuerUnreachable();
  const now = azure.clock.now();
  try {
    await jwtVerify(assertion, createLocalJWKSet(keys as never), {
      currentDate: now,
      requiredClaims: ["exp"],
    });
  } catch (error) {
    if (
      error instanceof errors.JWTExpired ||
      (error instanceof errors.JWTClaimValidationFailed && error.claim === "nbf")
    ) {
      const from = new Date((claims.nbf ?? claims.iat ?? 0) * 1000);
      throw assertionExpired(now, from, new Date((claims.exp ?? 0) * 1000));
    }
    if (error instanceof errors.JWTClaimValidationFailed) throw malformedAssertion();
    if (error instanceof errors.JWKSNoMatchingKey) {
      throw assertionKeyNotFound(decodeProtectedHeader(assertion).kid ?? "", issuer);
    }
    if (error instanceof errors.JOSEError) throw assertionSignature();
    throw error;
  }
}
