import { readFileSync } from "node:fs";
import { join } from "node:path";

import { parsePlan, type Plan } from "../../../review/plan";

type Recorded =
  "create" | "change" | "unchanged" | "destroy" | "azure-create" | "azure-replace" | "azure-drift";

/** A plan that a real engine made (see README.md beside this file). */
export function recorded(name: Recorded): Plan {
  return parsePlan(readFileSync(join(__dirname, `${name}.json`), "utf8"), name);
}
