import { createPublicKey, createPrivateKey, X509Certificate } from "node:crypto";
import { Store } from "../../../local-azure/core/store";
import { serverCertificate, type ServerCertificate } from "../../../local-azure/core/tls";
import { ManualClock } from "../manual-clock";

const DAY = 24 * 60 * 60 * 1000;

let clock: ManualClock;
let store: Store;
let made: ServerCertificate;
beforeAll(async () => {
  clock = new ManualClock();
  store = new Store();
  made = await serverCertificate(store, clock);
});

test("the server's certificate is for this machine's loopback interface, and nothing else", () => {
  const server = new X509Certificate(made.certificate);
  expect(server.subjectAltName).toBe(
    "DNS:localhost, DNS:*.blob.localhost, IP Address:127.0.0.1, IP Address:0:0:0:0:0:0:0:1",
  );
  expect(server.checkHost("localhost")).toBe("localhost");
  expect(server.checkIP("127.0.0.1")).toBe("127.0.0.1");
  expect(server.checkHost("mystorage.blob.localhost")).toBe("*.blob.localhost");
  expect(server.checkHost("example.com")).toBeUndefined();
  expect(server.ca).toBe(false);
  expect(server.keyUsage).toEqual(["1.3.6.1.5.5.7.3.1"]);
});

test("it is signed by the authority, and its key belongs to it", () => {
  const server = new X509Certificate(made.certificate);
  const authority = new X509Certificate(made.certificateAuthority);
  expect(authority.ca).toBe(true);
  expect(server.checkIssued(authority)).toBe(true);
  expect(server.verify(authority.publicKey)).toBe(true);
  expect(authority.verify(authority.publicKey)).toBe(true);
  const spki = (key: ReturnType<typeof createPublicKey>) =>
    key.export({ type: "spki", format: "pem" });
  expect(spki(createPublicKey(createPrivateKey(made.privateKey)))).toEqual(spki(server.publicKey));
});

// https://support.apple.com/102028: clients accept no server's certificate that lives longer than 398 days.
test("it lives for 397 days, from an hour ago", () => {
  const { validFrom, validTo } = new X509Certificate(made.certificate);
  expect(new Date(validFrom).toISOString()).toBe("2025-12-31T23:00:00.000Z");
  expect(Date.parse(validTo) - clock.now().getTime()).toBe(397 * DAY);
});

test("the authority's key is kept nowhere: nobody can sign another certificate with it", () => {
  const authority = new X509Certificate(made.certificateAuthority);
  const kept = JSON.stringify(store.collection("core.certificates").entries());
  const keys = [...kept.matchAll(/-----BEGIN PRIVATE KEY-----[^-]+-----END PRIVATE KEY-----/g)];
  expect(keys).toHaveLength(1);
  const pem = JSON.parse(`"${keys[0]?.[0] ?? ""}"`) as string;
  expect(authority.checkPrivateKey(createPrivateKey(pem))).toBe(false);
});

test("two local Azures do not trust each other", async () => {
  const other = await serverCertificate(new Store(), clock);
  const authority = new X509Certificate(other.certificateAuthority);
  expect(new X509Certificate(made.certificate).verify(authority.publicKey)).toBe(false);
});

test("a restart keeps it; in its last week it is made again", async () => {
  const later = new ManualClock("2026-01-01T00:00:00Z");
  expect(await serverCertificate(store, later)).toMatchObject(made);
  later.advance(389 * DAY);
  expect((await serverCertificate(store, later)).certificate).toBe(made.certificate);
  later.advance(DAY);
  const renewed = await serverCertificate(store, later);
  expect(renewed.certificate).not.toBe(made.certificate);
  expect(Date.parse(new X509Certificate(renewed.certificate).validTo)).toBe(
    later.now().getTime() + 397 * DAY,
  );
});

test("one that was made before storage accounts had hosts is made again", async () => {
  const old = new Store();
  const saved = old.collection("core.certificates");
  const expires = new Date(clock.now().getTime() + 300 * DAY).toISOString();
  saved.set("server", { ...made, certificate: made.certificateAuthority, expires });
  const renewed = await serverCertificate(old, clock);
  expect(new X509Certificate(renewed.certificate).checkHost("a.blob.localhost")).toBeDefined();
  expect(await serverCertificate(old, clock)).toMatchObject(renewed);
});
