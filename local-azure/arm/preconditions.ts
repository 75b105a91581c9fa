import { AzureError } from "../core/errors";
import type { ArmResource } from "../core/planes";

/** The headers with which a client makes a change depend on what there is. */
export interface Preconditions {
  readonly ifMatch?: string;
  readonly ifNoneMatch?: string;
}

export const preconditionsOf = ({ headers }: Request): Preconditions => ({
  ifMatch: unquoted(headers.get("if-match")),
  ifNoneMatch: unquoted(headers.get("if-none-match")),
});

/** Source: https://learn.microsoft.com/azure/aks/use-etags#configurations-and-expected-behavior */
export const checkPreconditions = (
  { ifMatch, ifNoneMatch }: Preconditions,
  method: string,
  existing: ArmResource | undefined,
): void => {
  if (ifNoneMatch !== undefined && ifNoneMatch !== "*") {
    throw badRequest("The If-None-Match header can only be empty or '*'.");
  }
  if (ifNoneMatch !== undefined && ifMatch !== undefined) {
    throw badRequest("The If-Match and If-None-Match headers cannot be used at the same time.");
  }
  if (method !== "PUT" && method !== "PATCH" && method !== "DELETE") return;
  if (existing && ifNoneMatch !== undefined) {
    throw failed("If-None-Match is '*' and the resource exists already.");
  }
  if (ifMatch === undefined) return;
  if (!existing) {
    // The other verbs say in their own words that there is nothing.
    if (method === "PUT") throw failed("If-Match is given and the resource does not exist.");
    return;
  }
  const eTag = existing.eTag ?? existing.properties.eTag;
  if (ifMatch !== "*" && ifMatch !== eTag) {
    throw failed(`If-Match is '${ifMatch}', which is not the resource's latest eTag.`);
  }
};

/** An empty header is none, and clients write a tag with its quotes or without. */
const unquoted = (header: string | null): string | undefined =>
  /^"?([^"]+)"?$/.exec(header ?? "")?.[1];

const badRequest = (message: string) => new AzureError(400, "BadRequest", message);

const failed = (message: string) => new AzureError(412, "PreconditionFailed", message);
