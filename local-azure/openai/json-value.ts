type Schema = Readonly<Record<string, unknown>>;

/**
 * The simplest value that a JSON schema allows, with the given text wherever it wants one: there is no model
 * here that could think of a better one.
 *
 * Source: the part of JSON Schema that structured outputs support,
 * https://learn.microsoft.com/azure/ai-foundry/openai/how-to/structured-outputs#supported-schemas-and-limitations
 */
export const valueOf = (schema: Schema, text: string, root: Schema = schema): unknown => {
  if ("const" in schema) return schema.const;
  if (Array.isArray(schema.enum)) return schema.enum[0];
  if (typeof schema.$ref === "string") return valueOf(resolve(schema.$ref, root), text, root);
  if (Array.isArray(schema.anyOf)) return valueOf(schema.anyOf[0] as Schema, text, root);
  const type: unknown = Array.isArray(schema.type) ? schema.type[0] : schema.type;
  switch (type) {
    case "string":
      return text;
    case "number":
    case "integer":
      return 0;
    case "boolean":
      return false;
    case "array":
      return [];
    case "null":
      return null;
    default: {
      const properties = (schema.properties ?? {}) as Record<string, Schema>;
      return Object.fromEntries(
        Object.entries(properties).map(([name, property]) => [name, valueOf(property, text, root)]),
      );
    }
  }
};

/** `#/$defs/<name>`, or `#` for the schema itself, of which nothing is kept: it has no end. */
const resolve = (reference: string, root: Schema): Schema => {
  if (reference === "#") return { type: "null" };
  return reference
    .split("/")
    .slice(1)
    .reduce<Schema>((schema, part) => (schema[part] ?? {}) as Schema, root);
};
