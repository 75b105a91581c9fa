import { randomBytes } from "node:crypto";

/** The only source of randomness of the Kubernetes plane, so that tests can foresee names. */
export type Random = (bytes: number) => Buffer;

export const systemRandom: Random = randomBytes;

export const uuid = (random: Random): string => {
  const bytes = random(16);
  bytes.writeUInt8((bytes.readUInt8(6) & 0x0f) | 0x40, 6);
  bytes.writeUInt8((bytes.readUInt8(8) & 0x3f) | 0x80, 8);
  const hex = bytes.toString("hex");
  return [
    [0, 8],
    [8, 12],
    [12, 16],
    [16, 20],
    [20, 32],
  ]
    .map(([start, end]) => hex.slice(start, end))
    .join("-");
};

/** No vowels, so that no words come out: k8s.io/apimachinery/pkg/util/rand/rand.go. */
const ALPHABET = "bcdfghjklmnpqrstvwxz2456789";

/** Five letters and digits, as behind a `generateName`. */
export const nameSuffix = (random: Random): string =>
  [...random(5)].map((byte) => ALPHABET.charAt(byte % ALPHABET.length)).join("");
