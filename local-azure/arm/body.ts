import { z } from "zod";
import { invalidRequestContent } from "./errors";

/**
 * Takes the parts of a request's body that a resource type works with.
 *
 * @throws AzureError `InvalidRequestContent` that names every wrong part.
 */
export function parseBody<T extends z.ZodType>(schema: T, body: unknown): z.infer<T> {
  const result = schema.safeParse(body);
  if (result.success) return result.data;
  const reasons = result.error.issues.map(({ path, message }) => `${path.join(".")}: ${message}`);
  throw invalidRequestContent(reasons.join("; "));
}

/** A string whose absence is sent as `""` or `null` (azurerm does so). */
export const optionalText = z
  .string()
  .nullish()
  .transform((text) => (text === "" || text === null ? undefined : text));

/**
 * A whole number, which Azure takes as a string of digits too.
 *
 * Source: Azure/azure-cli, command_modules/cognitiveservices (`--capacity` is sent as the text that was given).
 */
export const wholeNumber = z.preprocess(
  (value) => (typeof value === "string" && /^\d+$/.test(value) ? Number(value) : value),
  z.int(),
);

export const tags = z.record(z.string(), z.string()).nullish();

type Json = Readonly<Record<string, unknown>>;

export function isRecord(value: unknown): value is Json {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/**
 * Merges a body into another as JSON merge patch does.
 *
 * Source: RFC 7396.
 */
export function mergePatch(target: Json, patch: Json): Json {
  const merged: Record<string, unknown> = { ...target };
  for (const [name, value] of Object.entries(patch)) {
    const current = merged[name];
    if (value === null) Reflect.deleteProperty(merged, name);
    else
      merged[name] = isRecord(value) ? mergePatch(isRecord(current) ? current : {}, value) : value;
  }
  return merged;
}
