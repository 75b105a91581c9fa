import { Fn } from "cdktf";

/**
 * End of a name that must be unique in all of Azure: the same for one subscription and group, another
 * one elsewhere.
 *
 * It is an expression and not a value, since the subscription is known to the engine only: the
 * synthesized stack is the same for every subscription.
 *
 * @param subscriptionId - reference to the subscription's id.
 * @param resourceGroupName - compared without case, as Azure does.
 * @returns 12 hexadecimal digits (48 bits: for two of a million deployments to meet is a matter of
 * 1 in 500).
 */
export function uniqueSuffix(subscriptionId: string, resourceGroupName: string): string {
  const owner = Fn.join("/", [Fn.lower(subscriptionId), resourceGroupName.toLowerCase()]);
  return Fn.substr(Fn.sha256(owner), 0, 12);
}
