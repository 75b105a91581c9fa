import { z } from "zod";

/**
 * What `terraform show -json <plan file>` prints, as far as a review needs it. Unknown properties are
 * ignored, as the format asks of its readers.
 *
 * @see https://developer.hashicorp.com/terraform/internals/json-format
 */
const change = z.object({
  actions: z.array(z.string()),
  before: z.unknown().optional(),
  after: z.unknown().optional(),
  after_unknown: z.unknown().optional(),
  before_sensitive: z.unknown().optional(),
  after_sensitive: z.unknown().optional(),
  replace_paths: z.array(z.array(z.union([z.string(), z.number()]))).optional(),
  importing: z.object({ id: z.string().optional() }).optional(),
});

const resourceChange = z.object({
  address: z.string(),
  previous_address: z.string().optional(),
  mode: z.string(),
  type: z.string(),
  deposed: z.string().optional(),
  change,
  action_reason: z.string().optional(),
});

const planFormat = z.object({
  format_version: z.string(),
  terraform_version: z.string().optional(),
  resource_changes: z.array(resourceChange).default([]),
  resource_drift: z.array(resourceChange).default([]),
  output_changes: z.record(z.string(), change).default({}),
  variables: z.record(z.string(), z.object({ value: z.unknown().optional() })).default({}),
  configuration: z
    .object({
      root_module: z
        .object({
          variables: z
            .record(z.string(), z.object({ sensitive: z.boolean().optional() }))
            .optional(),
        })
        .optional(),
    })
    .optional(),
  errored: z.boolean().optional(),
});

export type Plan = z.infer<typeof planFormat>;
export type PlannedChange = z.infer<typeof change>;
export type PlannedResourceChange = z.infer<typeof resourceChange>;

const MAJOR = "1";

/**
 * Reads a plan in the engine's JSON format.
 *
 * @param from - Where the text comes from, for the message of an error.
 * @throws Error when it is no such plan, or one of another major version of the format.
 */
export function parsePlan(text: string, from: string): Plan {
  // The plan file itself is a zip archive.
  if (text.startsWith("PK")) {
    throw new Error(`${from} is a plan file; give what \`terraform show -json ${from}\` prints.`);
  }
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch {
    throw new Error(`${from} is not JSON; give what \`terraform show -json <plan file>\` prints.`);
  }
  const version = z.object({ format_version: z.string() }).safeParse(json).data?.format_version;
  if (
    version === undefined ||
    !isRecord(json) ||
    !("resource_changes" in json || "planned_values" in json)
  ) {
    throw new Error(
      `${from} is no plan: it has ${version === undefined ? "no format_version" : "no planned_values"}. ` +
        "Give what `terraform show -json <plan file>` prints.",
    );
  }
  if (version.split(".")[0] !== MAJOR) {
    throw new Error(
      `${from} is a plan of format version ${version}; versions ${MAJOR}.x are read. ` +
        "Make the plan with Terraform 1.1 to 1.x or OpenTofu 1.x.",
    );
  }
  const parsed = planFormat.safeParse(json);
  if (!parsed.success) throw new Error(`${from} is no plan: ${z.prettifyError(parsed.error)}`);
  return parsed.data;
}

export function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
