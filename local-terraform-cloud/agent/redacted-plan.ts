import { z } from "zod";

const REDACTED = "REDACTED";

const change = z.looseObject({
  before: z.unknown().optional(),
  after: z.unknown().optional(),
  before_sensitive: z.unknown().optional(),
  after_sensitive: z.unknown().optional(),
});
const resourceChange = z.looseObject({
  type: z.string(),
  mode: z.string(),
  provider_name: z.string(),
  change: z.looseObject({
    ...change.shape,
    actions: z.array(z.string()),
    importing: z.unknown().optional(),
  }),
});

/** `show -json` of a plan, as far as it is needed here; the rest is kept as it is. */
export const planJson = z.looseObject({
  format_version: z.string(),
  resource_changes: z.array(resourceChange).default([]),
  resource_drift: z.array(resourceChange).default([]),
  output_changes: z.record(z.string(), change).default({}),
  relevant_attributes: z.array(z.unknown()).default([]),
});
export type PlanJson = z.output<typeof planJson>;

/** `providers schema -json`. */
export const providerSchemas = z.looseObject({
  format_version: z.string(),
  provider_schemas: z.record(z.string(), z.record(z.string(), z.unknown())).default({}),
});

/**
 * What `plans/:id/json-output-redacted` answers: the changes with every sensitive value replaced, and the
 * schemas that a client needs to render them (Terraform, internal/command/jsonformat/plan.go). Schemas of
 * types without a change are left out: azurerm's alone are many megabytes.
 */
export function redactedPlan(plan: PlanJson, schemas: z.output<typeof providerSchemas>): object {
  const changes = [...plan.resource_changes, ...plan.resource_drift];
  const used = (provider: string, mode: string) =>
    changes
      .filter((one) => one.provider_name === provider && one.mode === mode)
      .map(({ type }) => type);
  return {
    plan_format_version: plan.format_version,
    resource_changes: plan.resource_changes.map(redactResource),
    resource_drift: plan.resource_drift.map(redactResource),
    output_changes: mapValues(plan.output_changes, redactChange),
    relevant_attributes: plan.relevant_attributes,
    provider_format_version: schemas.format_version,
    provider_schemas: Object.fromEntries(
      Object.entries(schemas.provider_schemas).map(([provider, schema]) => [
        provider,
        {
          ...schema,
          resource_schemas: pick(schema.resource_schemas, used(provider, "managed")),
          data_source_schemas: pick(schema.data_source_schemas, used(provider, "data")),
        },
      ]),
    ),
  };
}

function redactResource<Change extends PlanJson["resource_changes"][number]>(
  resource: Change,
): Change {
  return { ...resource, change: { ...resource.change, ...redactChange(resource.change) } };
}

function redactChange<Change extends z.output<typeof change>>(given: Change): Change {
  return {
    ...given,
    before: redact(given.before, given.before_sensitive),
    after: redact(given.after, given.after_sensitive),
  };
}

/** Replaces the leaves that `marks`, true or a structure like the value's own, says are sensitive. */
function redact(value: unknown, marks: unknown): unknown {
  if (value === null || value === undefined) return value;
  if (Array.isArray(value)) {
    return value.map((item, index) =>
      redact(item, marks === true || (Array.isArray(marks) ? marks[index] : false)),
    );
  }
  if (typeof value === "object") {
    return mapValues(value as Record<string, unknown>, (item, key) =>
      redact(item, marks === true || (isRecord(marks) ? marks[key] : false)),
    );
  }
  return marks === true ? REDACTED : value;
}

const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === "object" && value !== null && !Array.isArray(value);

function mapValues<Value, Result>(
  record: Record<string, Value>,
  map: (value: Value, key: string) => Result,
): Record<string, Result> {
  return Object.fromEntries(Object.entries(record).map(([key, value]) => [key, map(value, key)]));
}

function pick(schemas: unknown, types: readonly string[]): Record<string, unknown> {
  if (!isRecord(schemas)) return {};
  return Object.fromEntries(Object.entries(schemas).filter(([type]) => types.includes(type)));
}
