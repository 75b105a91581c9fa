import { z } from "zod";

/** The stack's outputs that a verification reads; `constructs/` says what each means. */
const schema = z.object({
  connection_id: z.string(),
  model_deployment_name: z.string(),
  pod_name: z.string(),
  image: z.string(),
});

export type Outputs = z.infer<typeof schema>;

/**
 * Reads what `terraform output -json` prints.
 *
 * @throws Error when nothing is deployed, or an output is missing: the message says what to run.
 */
export function parseOutputs(json: string): Outputs {
  const printed = z.record(z.string(), z.object({ value: z.unknown() })).parse(JSON.parse(json));
  const values = Object.fromEntries(
    Object.entries(printed).map(([name, output]) => [name, output.value]),
  );
  const result = schema.safeParse(values);
  if (result.success) return result.data;
  const missing = result.error.issues.map((issue) => issue.path.join(".")).join(", ");
  throw new Error(
    `The state has no output ${missing}: nothing is deployed, or a deploy has not finished. ` +
      "Run `npm run deploy` first.",
  );
}
