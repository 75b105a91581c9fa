import { generateKeyPairSync, randomBytes } from "node:crypto";
import forge from "node-forge";

/** PEM texts: what the https listener needs, and the authority that its clients have to trust. */
export interface Certificate {
  readonly certificateAuthority: string;
  readonly certificate: string;
  readonly privateKey: string;
}

const DAY = 24 * 60 * 60 * 1000;

/** A certificate for `localhost` under an authority of its own, whose key is dropped; both last 30 days. */
export function createCertificate(now: Date): Certificate {
  const authorityKey = createKey();
  const serverKey = createKey();
  const authorityName = [{ name: "commonName", value: "Local Terraform Cloud CA" }];
  const authority = createUnsigned(authorityKey.publicKey, authorityName, authorityName, now, [
    { name: "basicConstraints", cA: true, critical: true },
    { name: "keyUsage", keyCertSign: true, critical: true },
    { name: "subjectKeyIdentifier" },
  ]);
  const serverName = [{ name: "commonName", value: "localhost" }];
  const server = createUnsigned(serverKey.publicKey, serverName, authorityName, now, [
    { name: "basicConstraints", cA: false, critical: true },
    { name: "keyUsage", digitalSignature: true, keyEncipherment: true, critical: true },
    { name: "extKeyUsage", serverAuth: true },
    {
      name: "subjectAltName",
      altNames: [
        { type: 2, value: "localhost" },
        { type: 7, ip: "127.0.0.1" },
      ],
    },
  ]);
  const signingKey = forge.pki.privateKeyFromPem(authorityKey.privateKey);
  authority.sign(signingKey, forge.md.sha256.create());
  server.sign(signingKey, forge.md.sha256.create());
  return {
    certificateAuthority: forge.pki.certificateToPem(authority),
    certificate: forge.pki.certificateToPem(server),
    privateKey: serverKey.privateKey,
  };
}

/** Node's generator: forge's own takes seconds. */
function createKey() {
  return generateKeyPairSync("rsa", {
    modulusLength: 2048,
    publicKeyEncoding: { type: "spki", format: "pem" },
    privateKeyEncoding: { type: "pkcs8", format: "pem" },
  });
}

function createUnsigned(
  publicKey: string,
  subject: forge.pki.CertificateField[],
  issuer: forge.pki.CertificateField[],
  now: Date,
  extensions: object[],
): forge.pki.Certificate {
  const certificate = forge.pki.createCertificate();
  certificate.publicKey = forge.pki.publicKeyFromPem(publicKey);
  // A leading byte below 0x80 keeps the serial number positive (RFC 5280, 4.1.2.2).
  certificate.serialNumber = `01${randomBytes(15).toString("hex")}`;
  certificate.validity.notBefore = new Date(now.getTime() - DAY);
  certificate.validity.notAfter = new Date(now.getTime() + 30 * DAY);
  certificate.setSubject(subject);
  certificate.setIssuer(issuer);
  certificate.setExtensions(extensions);
  return certificate;
}
