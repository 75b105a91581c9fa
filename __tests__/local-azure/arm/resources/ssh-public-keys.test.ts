import { createPrivateKey, createPublicKey } from "node:crypto";
import { ArmClient } from "../arm-client";
import { SSH_KEY, id } from "../tutorial-resources";

let arm: ArmClient;
beforeEach(async () => {
  arm = await ArmClient.start();
  await arm.make(SSH_KEY);
});
afterEach(() => arm.close());

const generate = async (query = "") =>
  (await arm.ask("POST", `${SSH_KEY}/generateKeyPair${query}`)).body as unknown as {
    id: string;
    publicKey: string;
    privateKey: string;
  };

it("generates a pair whose halves belong together", async () => {
  const pair = await generate();
  expect(pair.id).toBe(id(SSH_KEY));
  const [kind, blob = ""] = pair.publicKey.split(" ");
  expect(kind).toBe("ssh-rsa");
  const key = createPublicKey(createPrivateKey(pair.privateKey));
  const { n = "" } = key.export({ format: "jwk" });
  // RFC 4253, 6.6: the modulus is the last field.
  expect(Buffer.from(blob, "base64").subarray(-384)).toEqual(Buffer.from(n, "base64url"));
  expect((await arm.get(SSH_KEY)).body.properties).toEqual({ publicKey: pair.publicKey });
});

it("generates an Ed25519 pair when asked to", async () => {
  const pair = await generate("?encryptionType=Ed25519");
  expect(pair.publicKey).toMatch(/^ssh-ed25519 /);
  expect(pair.privateKey).toMatch(/^-----BEGIN OPENSSH PRIVATE KEY-----\n/);
  const blob = Buffer.from(pair.publicKey.split(" ")[1] ?? "", "base64");
  const secret = Buffer.from(pair.privateKey.replaceAll(/-----[^-]+-----|\n/g, ""), "base64");
  expect(secret.includes(blob)).toBe(true);
});

it("stores the public half only", async () => {
  const { privateKey, publicKey } = await generate();
  const state = JSON.stringify(await arm.state());
  const middle = privateKey.split("\n")[5] ?? "";
  expect(middle).toHaveLength(64);
  expect(state).toContain(publicKey);
  expect(state).not.toContain(middle);
  expect(state).not.toContain("PRIVATE KEY-----\\n" + (privateKey.split("\n")[1] ?? ""));
});

it("keeps its key when it is put again without one, and takes another", async () => {
  const { publicKey } = await generate();
  const again = await arm.put(SSH_KEY, { location: "eastus", properties: { publicKey: "" } });
  expect(again.properties).toEqual({ publicKey });
  const own = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIA== mine";
  const changed = await arm.put(SSH_KEY, { location: "eastus", properties: { publicKey: own } });
  expect(changed.properties).toEqual({ publicKey: own });
});

it("refuses what is no key in OpenSSH's form", async () => {
  const body = { location: "eastus", properties: { publicKey: "-----BEGIN PUBLIC KEY-----" } };
  const { status, body: answer } = await arm.ask("PUT", SSH_KEY, { body });
  expect([status, answer.error.code]).toEqual([400, "InvalidParameter"]);
});
