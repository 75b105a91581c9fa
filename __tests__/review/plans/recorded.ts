import { readFileSync } from "node:fs";
import { join } from "node:path";

import { parsePlan, type Plan } from "../../../review/plan";

/** A plan that a real engine made (see main.tf beside this file). */
export function recorded(name: "create" | "change" | "unchanged" | "destroy"): Plan {
  return parsePlan(readFileSync(join(__dirname, `${name}.json`), "utf8"), name);
}
