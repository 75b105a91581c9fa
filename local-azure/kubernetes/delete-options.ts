import { isDryRun, optionalNumber, readBody, type ApiRequest } from "./api-request";
import { invalidOptions, notSupported } from "./status";
import type { DeleteOptions } from "./verbs";

const PROPAGATION = ["Foreground", "Background", "Orphan"];

/**
 * What a `DELETE` asks for, in its body (`DeleteOptions`) or its query.
 *
 * Every policy of propagation is the same here: no kind has dependents.
 */
export const deleteOptions = (request: ApiRequest): DeleteOptions & { dryRun: boolean } => {
  const { query } = request;
  const body = (readBody(request) ?? {}) as DeleteOptions & {
    dryRun?: string[];
    propagationPolicy?: string;
  };
  const propagation = body.propagationPolicy ?? query.get("propagationPolicy");
  if (typeof propagation === "string" && !PROPAGATION.includes(propagation)) {
    throw invalidOptions("DeleteOptions", [
      notSupported("propagationPolicy", propagation, [...PROPAGATION, "nil"]),
    ]);
  }
  return {
    gracePeriodSeconds: body.gracePeriodSeconds ?? optionalNumber(query, "gracePeriodSeconds"),
    preconditions: body.preconditions,
    dryRun: isDryRun(request, [...query.getAll("dryRun"), ...(body.dryRun ?? [])]),
  };
};
