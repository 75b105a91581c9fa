import { generateKeyPair, randomBytes, X509Certificate } from "node:crypto";
import { promisify } from "node:util";
import forge from "node-forge";
import type { Clock } from "./clock";
import type { Store } from "./store";

/** What the https listener needs, and the authority that its clients have to trust. All values are PEM. */
export interface ServerCertificate {
  readonly certificateAuthority: string;
  readonly certificate: string;
  readonly privateKey: string;
}

interface SavedCertificate extends ServerCertificate {
  readonly expires: string;
}

const DAY = 24 * 60 * 60 * 1000;

/**
 * A certificate for `localhost` and the Blob service's hosts below it, signed by an authority made for this local Azure
 * alone. It is kept in the store, so that what trusts the authority keeps working after a restart, and made again in
 * its last week.
 *
 * The authority's key is dropped once it has signed: nobody can sign a second certificate with it.
 */
export async function serverCertificate(store: Store, clock: Clock): Promise<ServerCertificate> {
  const collection = store.collection<SavedCertificate>("core.certificates");
  const saved = collection.get("server");
  const now = clock.now();
  if (saved && Date.parse(saved.expires) - now.getTime() > 7 * DAY && namesBlobs(saved)) {
    return saved;
  }
  // 397 days is the longest life that TLS clients accept for a server's certificate.
  const expires = new Date(now.getTime() + 397 * DAY);
  const made = { ...(await sign(now, expires)), expires: expires.toISOString() };
  collection.set("server", made);
  return made;
}

/** Whether it is good for the endpoints of storage accounts: one that was made before there were any is not. */
function namesBlobs({ certificate }: ServerCertificate): boolean {
  return new X509Certificate(certificate).checkHost("account.blob.localhost") !== undefined;
}

async function sign(from: Date, until: Date): Promise<ServerCertificate> {
  const [authorityKey, serverKey] = await Promise.all([rsaKey(), rsaKey()]);
  const authorityName = [
    { name: "organizationName", value: "Local Azure" },
    { name: "commonName", value: `Local Azure CA ${randomBytes(4).toString("hex")}` },
  ];
  const authority = certificate(authorityKey.publicKey, authorityName, authorityName, from, until, [
    { name: "basicConstraints", cA: true, critical: true },
    { name: "keyUsage", keyCertSign: true, cRLSign: true, critical: true },
    { name: "subjectKeyIdentifier" },
  ]);
  const server = certificate(
    serverKey.publicKey,
    [{ name: "commonName", value: "localhost" }],
    authorityName,
    from,
    until,
    [
      { name: "basicConstraints", cA: false, critical: true },
      { name: "keyUsage", digitalSignature: true, keyEncipherment: true, critical: true },
      { name: "extKeyUsage", serverAuth: true },
      {
        name: "subjectAltName",
        altNames: [
          { type: 2, value: "localhost" },
          { type: 2, value: "*.blob.localhost" },
          { type: 7, ip: "127.0.0.1" },
          { type: 7, ip: "::1" },
        ],
      },
    ],
  );
  const signingKey = forge.pki.privateKeyFromPem(authorityKey.privateKey);
  authority.sign(signingKey, forge.md.sha256.create());
  server.sign(signingKey, forge.md.sha256.create());
  return {
    certificateAuthority: forge.pki.certificateToPem(authority),
    certificate: forge.pki.certificateToPem(server),
    privateKey: serverKey.privateKey,
  };
}

/** Node's own generator: forge's takes seconds. */
function rsaKey() {
  return promisify(generateKeyPair)("rsa", {
    modulusLength: 2048,
    publicKeyEncoding: { type: "spki", format: "pem" },
    privateKeyEncoding: { type: "pkcs8", format: "pem" },
  });
}

function certificate(
  publicKey: string,
  subject: forge.pki.CertificateField[],
  issuer: forge.pki.CertificateField[],
  from: Date,
  until: Date,
  extensions: object[],
): forge.pki.Certificate {
  const made = forge.pki.createCertificate();
  made.publicKey = forge.pki.publicKeyFromPem(publicKey);
  // A leading byte below 0x80 keeps the serial number positive (RFC 5280, 4.1.2.2).
  made.serialNumber = `01${randomBytes(15).toString("hex")}`;
  // An hour of grace: containers' and virtual machines' clocks differ.
  made.validity.notBefore = new Date(from.getTime() - 60 * 60 * 1000);
  made.validity.notAfter = until;
  made.setSubject(subject);
  made.setIssuer(issuer);
  made.setExtensions(extensions);
  return made;
}
