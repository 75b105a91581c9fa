import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { trustBundles } from "../../../local-azure/core/trust";

const CA = "-----BEGIN CERTIFICATE-----\nlocal\n-----END CERTIFICATE-----\n";
const OWN = "-----BEGIN CERTIFICATE-----\ncompany\n-----END CERTIFICATE-----";

let directory: string;
let own: string;
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), "local-azure-trust-"));
  own = join(directory, "own.pem");
  writeFileSync(own, OWN);
});
afterEach(() => {
  rmSync(directory, { recursive: true, force: true });
});

test("Go programs go on trusting what the system trusts: the provider registry can be reached", () => {
  const { sslCertFile } = trustBundles(CA, {});
  expect(sslCertFile.endsWith(`\n${CA}`)).toBe(true);
  // The system's bundle, or Node's own roots.
  expect(sslCertFile.match(/-----BEGIN CERTIFICATE-----/g)?.length).toBeGreaterThan(20);
  const system = "/etc/ssl/certs/ca-certificates.crt";
  if (existsSync(system)) {
    expect(sslCertFile.startsWith(readFileSync(system, "utf8").trim())).toBe(true);
  }
});

test("Node adds to its own roots, so that the authority alone is enough", () => {
  expect(trustBundles(CA, {}).nodeExtraCaCerts).toBe(CA);
});

test("what the variables name already is repeated", () => {
  const environment = { SSL_CERT_FILE: own, NODE_EXTRA_CA_CERTS: own };
  expect(trustBundles(CA, environment)).toEqual({
    sslCertFile: `${OWN}\n${CA}`,
    nodeExtraCaCerts: `${OWN}\n${CA}`,
  });
});

test("an empty variable is none", () => {
  expect(trustBundles(CA, { SSL_CERT_FILE: "", NODE_EXTRA_CA_CERTS: "" }).nodeExtraCaCerts).toBe(
    CA,
  );
});

test.each(["SSL_CERT_FILE", "NODE_EXTRA_CA_CERTS"])("%s names a file that is not there", (name) => {
  const missing = join(directory, "missing.pem");
  expect(() => trustBundles(CA, { [name]: missing })).toThrow(
    `${name} names ${missing}, which cannot be read.`,
  );
});
