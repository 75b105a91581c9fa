import { generateKeyPairSync, randomBytes, type KeyObject } from "node:crypto";
import { z } from "zod";
import { AzureError } from "../../core/errors";
import { apiVersions } from "../api-versions";
import { optionalText, parseBody, tags } from "../body";
import type { ResourceType } from "../resource-type";

const TYPE = "Microsoft.Compute/sshPublicKeys";

const body = z.looseObject({
  location: z.string(),
  tags,
  properties: z.looseObject({ publicKey: optionalText }).nullish(),
});

/** Source: azure-rest-api-specs, Microsoft.Compute/ComputeRP/stable/2024-11-01/sshPublicKey.json. */
export const sshPublicKeys: ResourceType = {
  type: TYPE,
  apiVersions: apiVersions(TYPE),
  placement: "resourceGroup",
  tracked: true,
  patch: {},

  put({ id, name, body: sent, existing }) {
    const given = parseBody(body, sent);
    const publicKey = given.properties?.publicKey;
    if (publicKey !== undefined && !/^(?:ssh-rsa|ssh-ed25519) [A-Za-z0-9+/]+=*/.test(publicKey)) {
      throw new AzureError(
        400,
        "InvalidParameter",
        "The value of parameter publicKey is invalid. It has to be an RSA or Ed25519 key in OpenSSH format.",
        { target: "publicKey" },
      );
    }
    const kept = publicKey ?? existing?.properties.publicKey;
    return {
      id,
      name,
      type: TYPE,
      location: given.location,
      ...(given.tags && { tags: given.tags }),
      properties: { ...(kept !== undefined && { publicKey: kept }) },
    };
  },

  actions: {
    generatekeypair: {
      run({ existing, query }, { inventory }) {
        const comment = "generated-by-azure";
        const ed25519 = query.get("encryptiontype") === "Ed25519";
        const { publicKey, privateKey } = ed25519
          ? generateKeyPairSync("ed25519")
          : generateKeyPairSync("rsa", { modulusLength: 3072 });
        const line = `${ed25519 ? ed25519Line(publicKey) : rsaLine(publicKey)} ${comment}`;
        const id = existing?.id ?? "";
        inventory.update(id, { publicKey: line });
        return {
          body: {
            id,
            publicKey: line,
            // The private half is answered once and kept nowhere.
            privateKey: ed25519
              ? openSshPrivateKey(publicKey, privateKey, comment)
              : privateKey.export({ type: "pkcs1", format: "pem" }).toString(),
          },
        };
      },
    },
  },
};

/** Source: RFC 4253, 6.6 (`ssh-rsa`). node:crypto exports no OpenSSH format. */
function rsaLine(key: KeyObject): string {
  const { n = "", e = "" } = key.export({ format: "jwk" });
  const parts = [
    Buffer.from("ssh-rsa"),
    positive(Buffer.from(e, "base64url")),
    positive(Buffer.from(n, "base64url")),
  ];
  return `ssh-rsa ${Buffer.concat(parts.map(field)).toString("base64")}`;
}

function ed25519Line(key: KeyObject): string {
  return `ssh-ed25519 ${ed25519Blob(key).toString("base64")}`;
}

/** Source: RFC 8709, 4. */
function ed25519Blob(key: KeyObject): Buffer {
  const { x = "" } = key.export({ format: "jwk" });
  return Buffer.concat([field(Buffer.from("ssh-ed25519")), field(Buffer.from(x, "base64url"))]);
}

/** Source: OpenSSH's PROTOCOL.key: Ed25519 has no other format that OpenSSH reads. */
function openSshPrivateKey(publicKey: KeyObject, privateKey: KeyObject, comment: string): string {
  const { x = "", d = "" } = privateKey.export({ format: "jwk" });
  const [publicBytes, seed] = [Buffer.from(x, "base64url"), Buffer.from(d, "base64url")];
  const check = randomBytes(4);
  const secret = Buffer.concat([
    check,
    check,
    field(Buffer.from("ssh-ed25519")),
    field(publicBytes),
    field(Buffer.concat([seed, publicBytes])),
    field(Buffer.from(comment)),
  ]);
  const padding = Buffer.from(
    Array.from({ length: (8 - (secret.length % 8)) % 8 }, (_, index) => index + 1),
  );
  const content = Buffer.concat([
    Buffer.from("openssh-key-v1\0"),
    field(Buffer.from("none")),
    field(Buffer.from("none")),
    field(Buffer.alloc(0)),
    Buffer.from([0, 0, 0, 1]),
    field(ed25519Blob(publicKey)),
    field(Buffer.concat([secret, padding])),
  ]);
  const lines = content.toString("base64").match(/.{1,70}/g) ?? [];
  return [
    "-----BEGIN OPENSSH PRIVATE KEY-----",
    ...lines,
    "-----END OPENSSH PRIVATE KEY-----",
    "",
  ].join("\n");
}

function field(content: Buffer): Buffer {
  const length = Buffer.alloc(4);
  length.writeUInt32BE(content.length);
  return Buffer.concat([length, content]);
}

/** A multiple-precision integer with its top bit set would be negative: RFC 4251, 5. */
function positive(integer: Buffer): Buffer {
  return (integer[0] ?? 0) & 0x80 ? Buffer.concat([Buffer.from([0]), integer]) : integer;
}
