import type { Attribute, Block, CtyType, NestedBlock, Schemas } from "./provider-schemas";

type Json = Readonly<Record<string, unknown>>;

/** Terraform's own arguments, which no provider's schema lists. */
const metaArguments = new Set([
  "//",
  "alias",
  "connection",
  "count",
  "depends_on",
  "for_each",
  "lifecycle",
  "provider",
  "provisioner",
]);

/**
 * Holds a synthesized stack against the providers' schemas, as the engine does when it validates,
 * but without an engine or a provider.
 *
 * @returns one line for each unknown name, missing or read-only argument, wrong type, wrong number
 * of blocks, and reference to something that is not there.
 */
export function checkStack(stack: Json, schemas: Schemas): string[] {
  const problems: string[] = [];
  for (const [name, instances] of Object.entries(asObject(stack.provider))) {
    const schema = schemas.provider[name];
    if (!schema) problems.push(`provider.${name}: unknown provider`);
    else {
      for (const instance of blocksOf(instances)) {
        problems.push(...checkBlock(`provider.${name}`, instance, schema));
      }
    }
  }
  for (const kind of ["resource", "data"] as const) {
    for (const [type, instances] of Object.entries(asObject(stack[kind]))) {
      for (const [name, instance] of Object.entries(asObject(instances))) {
        const path = `${kind}.${type}.${name}`;
        const schema = schemas[kind][type];
        if (schema) problems.push(...checkBlock(path, asObject(instance), schema));
        else problems.push(`${path}: unknown ${kind} type`);
      }
    }
  }
  return [...problems, ...checkReferences(stack, schemas)];
}

function checkBlock(path: string, given: Json, schema: Block): string[] {
  const attributes = schema.attributes ?? {};
  const blocks = schema.block_types ?? {};
  const problems: string[] = [];
  for (const [name, value] of Object.entries(given)) {
    const at = `${path}.${name}`;
    const attribute = attributes[name];
    const block = blocks[name];
    if (attribute) problems.push(...checkAttribute(at, value, attribute));
    else if (block) problems.push(...checkNested(at, value, block));
    else if (!metaArguments.has(name)) problems.push(`${at}: unknown name`);
  }
  for (const [name, attribute] of Object.entries(attributes)) {
    if (attribute.required === true && given[name] === undefined) {
      problems.push(`${path}.${name}: missing`);
    }
  }
  for (const [name, block] of Object.entries(blocks)) {
    if ((block.min_items ?? 0) > 0 && given[name] === undefined) {
      problems.push(`${path}.${name}: missing`);
    }
  }
  return problems;
}

function checkNested(path: string, value: unknown, nested: NestedBlock): string[] {
  const instances = blocksOf(value);
  const problems = instances.flatMap((instance, index) =>
    checkBlock(instances.length > 1 ? `${path}[${index}]` : path, instance, nested.block),
  );
  const max = nested.nesting_mode === "single" ? 1 : (nested.max_items ?? Infinity);
  if (instances.length > max) problems.push(`${path}: ${instances.length} blocks, at most ${max}`);
  if (instances.length < (nested.min_items ?? 0)) {
    problems.push(`${path}: ${instances.length} blocks, at least ${nested.min_items ?? 0}`);
  }
  return problems;
}

function checkAttribute(path: string, value: unknown, attribute: Attribute): string[] {
  if (attribute.computed === true && attribute.optional !== true) return [`${path}: read-only`];
  if (attribute.nested_type) {
    return checkBlock(path, asObject(value), { attributes: attribute.nested_type.attributes });
  }
  return checkType(path, value, attribute.type ?? "dynamic");
}

function checkType(path: string, value: unknown, type: CtyType): string[] {
  const wrong = [`${path}: ${JSON.stringify(value)} is no ${JSON.stringify(type)}`];
  if (value === null || type === "dynamic" || isExpression(value)) return [];
  if (typeof type === "string") return isPrimitive(value, type) ? [] : wrong;
  const [collection, element] = type;
  if (collection === "list" || collection === "set") {
    return Array.isArray(value)
      ? value.flatMap((item, index) => checkType(`${path}[${index}]`, item, element as CtyType))
      : wrong;
  }
  if (typeof value !== "object" || Array.isArray(value)) return wrong;
  return Object.entries(value as Json).flatMap(([key, item]) => {
    const at = `${path}.${key}`;
    if (collection === "map") return checkType(at, item, element as CtyType);
    const member = (element as Record<string, CtyType>)[key];
    return member === undefined ? [`${at}: unknown name`] : checkType(at, item, member);
  });
}

/** Terraform converts between a number or a bool and the text of one. */
function isPrimitive(value: unknown, type: string): boolean {
  switch (type) {
    case "string":
      return ["string", "number", "boolean"].includes(typeof value);
    case "number":
      return typeof value === "number" || (typeof value === "string" && /^-?\d/.test(value));
    default:
      return typeof value === "boolean" || value === "true" || value === "false";
  }
}

function isExpression(value: unknown): boolean {
  return typeof value === "string" && /^\$\{.*\}$/s.test(value);
}

/** Every `type.name.attribute` in the stack names a resource that is there and an attribute it has. */
function checkReferences(stack: Json, schemas: Schemas): string[] {
  const pattern = /\b(data\.)?((?:azurerm|azapi|kubernetes|terraform)_\w+)\.(\w+)(?:\.(\w+))?/g;
  const problems = new Set<string>();
  for (const text of texts(stack)) {
    for (const [reference, isData, type = "", name = "", attribute] of text.matchAll(pattern)) {
      const kind = isData === undefined ? "resource" : "data";
      const schema = schemas[kind][type];
      if (asObject(asObject(stack[kind])[type])[name] === undefined) {
        problems.add(`${reference}: refers to nothing in the stack`);
      } else if (
        attribute !== undefined &&
        schema?.attributes?.[attribute] === undefined &&
        schema?.block_types?.[attribute] === undefined
      ) {
        problems.add(`${reference}: ${type} has no ${attribute}`);
      }
    }
  }
  return [...problems];
}

function texts(value: unknown): string[] {
  if (typeof value === "string") return [value];
  if (typeof value !== "object" || value === null) return [];
  return Object.entries(value).flatMap(([key, item]) => (key === "//" ? [] : texts(item)));
}

function asObject(value: unknown): Json {
  return typeof value === "object" && value !== null ? (value as Json) : {};
}

function blocksOf(value: unknown): Json[] {
  return Array.isArray(value) ? value.map(asObject) : [asObject(value)];
}
