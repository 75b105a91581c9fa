import { existsSync, readFileSync } from "node:fs";
import { rootCertificates } from "node:tls";

/** Where Linux distributions keep the roots that Go programs trust (Go's crypto/x509/root_linux.go). */
const SYSTEM_BUNDLES = [
  "/etc/ssl/certs/ca-certificates.crt",
  "/etc/pki/tls/certs/ca-bundle.crt",
  "/etc/ssl/ca-bundle.pem",
  "/etc/pki/ca-trust/extracted/pem/tls-ca-bundle.pem",
  "/etc/ssl/cert.pem",
];

/**
 * The content for the files that `SSL_CERT_FILE` and `NODE_EXTRA_CA_CERTS` name.
 *
 * `SSL_CERT_FILE` replaces the roots of a Go program, so what was trusted before is repeated in it: the file
 * that the variable names already, else the system's. Without that the provider registry could not be
 * reached from the same shell.
 *
 * @throws Error when a variable names a file that cannot be read.
 */
export function trustBundles(
  certificateAuthority: string,
  environment: NodeJS.ProcessEnv,
): { readonly sslCertFile: string; readonly nodeExtraCaCerts: string } {
  const system = SYSTEM_BUNDLES.find((file) => existsSync(file));
  const roots =
    read(environment, "SSL_CERT_FILE") ??
    (system === undefined ? rootCertificates.join("\n") : readFileSync(system, "utf8"));
  const extra = read(environment, "NODE_EXTRA_CA_CERTS") ?? "";
  return {
    sslCertFile: join(roots, certificateAuthority),
    nodeExtraCaCerts: join(extra, certificateAuthority),
  };
}

function read(environment: NodeJS.ProcessEnv, variable: string): string | undefined {
  const file = environment[variable];
  if (file === undefined || file === "") return undefined;
  try {
    return readFileSync(file, "utf8");
  } catch (cause) {
    throw new Error(`${variable} names ${file}, which cannot be read.`, { cause });
  }
}

function join(...parts: string[]): string {
  return parts
    .map((part) => part.trim())
    .filter((part) => part !== "")
    .map((part) => `${part}\n`)
    .join("");
}
