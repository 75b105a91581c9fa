import { identifier } from "../core/identifier";
import type { Resource } from "../core/json-api";
import type { StateFile } from "./state-version";

export interface StateVersionOutput {
  readonly id: string;
  readonly name: string;
  readonly sensitive: boolean;
  readonly value: unknown;
  /** The output's type as the state file writes it, such as `["list","string"]`. */
  readonly detailedType: unknown;
}

export function stateVersionOutputs({ outputs }: StateFile): StateVersionOutput[] {
  return Object.entries(outputs).map(([name, { value, type, sensitive }]) => ({
    id: identifier("wsout"),
    name,
    value,
    sensitive,
    detailedType: type,
  }));
}

export function representOutput(
  { id, name, sensitive, value, detailedType }: StateVersionOutput,
  { revealed }: { revealed: boolean },
): Resource {
  return {
    id,
    type: "state-version-outputs",
    attributes: {
      name,
      sensitive,
      type: simpleType(detailedType),
      "detailed-type": detailedType,
      value: sensitive && !revealed ? null : value,
    },
  };
}

/** `string`, `number`, `bool`, or JSON's word for the kind of collection. */
function simpleType(detailedType: unknown): unknown {
  if (!Array.isArray(detailedType)) return detailedType;
  return ["list", "set", "tuple"].includes(String(detailedType[0])) ? "array" : "object";
}
