import { randomInt } from "node:crypto";

const BASE58 = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz";

/** The prefixes that HCP Terraform gives to the external ids of its resources (API documentation, sample responses). */
export type Prefix =
  | "apply"
  | "cv"
  | "plan"
  | "prj"
  | "re"
  | "run"
  | "sv"
  | "tb"
  | "tag"
  | "user"
  | "var"
  | "ws"
  | "wscom"
  | "wsout";

/** An external id as HCP Terraform forms it: a prefix and sixteen base58 characters, such as `ws-SihZTyXKfNXUWuUa`. */
export function identifier(prefix: Prefix): string {
  let id = "";
  while (id.length < 16) id += BASE58.charAt(randomInt(BASE58.length));
  return `${prefix}-${id}`;
}
