import { createPrivateKey, generateKeyPairSync, X509Certificate } from "node:crypto";
import forge from "node-forge";

/** A private key and its certificate, both PEM. */
export interface KeyAndCertificate {
  readonly key: string;
  readonly certificate: string;
}

export const generateKey = (): string =>
  generateKeyPairSync("rsa", { modulusLength: 2048 }).privateKey.export({
    type: "pkcs8",
    format: "pem",
  }) as string;

const YEAR = 365 * 24 * 60 * 60 * 1000;

/** Written by node-forge, since Node can read certificates but not make them. */
const certificate = (options: {
  readonly key: string;
  readonly subject: forge.pki.CertificateField[];
  readonly issuer?: KeyAndCertificate;
  readonly now: Date;
  readonly serialNumber: string;
}): string => {
  const made = forge.pki.createCertificate();
  const key = forge.pki.privateKeyFromPem(options.key);
  const issuer = options.issuer && forge.pki.certificateFromPem(options.issuer.certificate);
  made.publicKey = forge.pki.setRsaPublicKey(key.n, key.e);
  // Positive, and without a zero byte that DER does not need: Go takes such a number for malformed.
  made.serialNumber = `01${options.serialNumber}`;
  // One hour earlier: clocks differ.
  made.validity.notBefore = new Date(options.now.getTime() - 60 * 60 * 1000);
  made.validity.notAfter = new Date(options.now.getTime() + 2 * YEAR);
  made.setSubject(options.subject);
  made.setIssuer(issuer ? issuer.subject.attributes : options.subject);
  made.setExtensions(
    issuer
      ? [
          { name: "keyUsage", critical: true, digitalSignature: true, keyEncipherment: true },
          { name: "extKeyUsage", clientAuth: true },
        ]
      : [
          { name: "basicConstraints", critical: true, cA: true },
          { name: "keyUsage", critical: true, keyCertSign: true, digitalSignature: true },
        ],
  );
  made.sign(
    options.issuer ? forge.pki.privateKeyFromPem(options.issuer.key) : key,
    forge.md.sha256.create(),
  );
  return forge.pki.certificateToPem(made);
};

/** The authority that signs a cluster's client certificates. */
export const clusterAuthority = (now: Date, serialNumber: string): KeyAndCertificate => {
  const key = generateKey();
  const subject = [{ name: "commonName", value: "ca" }];
  return { key, certificate: certificate({ key, subject, now, serialNumber }) };
};

/**
 * A client certificate: the common name is the user, the organization the group.
 *
 * Source: https://kubernetes.io/docs/reference/access-authn-authz/authentication/#x509-client-certificates
 */
export const clientCertificate = (
  issuer: KeyAndCertificate,
  identity: { readonly user: string; readonly group: string },
  now: Date,
  serialNumber: string,
): KeyAndCertificate => {
  const key = generateKey();
  const subject = [
    { name: "organizationName", value: identity.group },
    { name: "commonName", value: identity.user },
  ];
  return {
    // PKCS#1, as in AKS's kubeconfig.
    key: createPrivateKey(key).export({ type: "pkcs1", format: "pem" }) as string,
    certificate: certificate({ key, subject, issuer, now, serialNumber }),
  };
};

/** The user and groups of a certificate that `authority` signed, if it did and the certificate is valid now. */
export const identityOfCertificate = (
  raw: Buffer,
  authority: string,
  now: Date,
): { readonly user: string; readonly groups: readonly string[] } | undefined => {
  const presented = new X509Certificate(raw);
  const issuer = new X509Certificate(authority);
  if (!presented.checkIssued(issuer) || !presented.verify(issuer.publicKey)) return undefined;
  if (now < new Date(presented.validFrom) || now > new Date(presented.validTo)) return undefined;
  const fields = presented.subject.split("\n").map((line) => line.split("=", 2));
  const valuesOf = (name: string) =>
    fields.flatMap(([field, value]) => (field === name && value !== undefined ? [value] : []));
  const [user] = valuesOf("CN");
  return user === undefined ? undefined : { user, groups: valuesOf("O") };
};
