import { readFileSync } from "node:fs";
import { join } from "node:path";

/** A type as `terraform providers schema -json` writes it: `"string"`, `["list", "string"]`, ... */
export type CtyType = string | readonly [string, CtyType | Record<string, CtyType>];

export interface Attribute {
  readonly type?: CtyType;
  readonly nested_type?: {
    readonly nesting_mode: string;
    readonly attributes: Readonly<Record<string, Attribute>>;
  };
  readonly required?: boolean;
  readonly optional?: boolean;
  readonly computed?: boolean;
}

export interface Block {
  readonly attributes?: Readonly<Record<string, Attribute>>;
  readonly block_types?: Readonly<Record<string, NestedBlock>>;
}

export interface NestedBlock {
  readonly nesting_mode: string;
  readonly block: Block;
  readonly min_items?: number;
  readonly max_items?: number;
}

interface ProviderSchema {
  readonly provider: { readonly block: Block };
  readonly resource_schemas: Readonly<Record<string, { readonly block: Block }>>;
  readonly data_source_schemas: Readonly<Record<string, { readonly block: Block }>>;
}

/** Terraform's own `terraform_data`, which no provider serves. */
const builtIn: Block = {
  attributes: {
    id: { type: "string", computed: true },
    input: { type: "dynamic", optional: true },
    output: { type: "dynamic", computed: true },
    triggers_replace: { type: "dynamic", optional: true },
  },
};

/** The recorded schemas of the three providers, by kind of block. */
export interface Schemas {
  readonly provider: Readonly<Record<string, Block>>;
  readonly resource: Readonly<Record<string, Block>>;
  readonly data: Readonly<Record<string, Block>>;
}

export function readSchemas(): Schemas {
  const provider: Record<string, Block> = {};
  const resource: Record<string, Block> = { terraform_data: builtIn };
  const data: Record<string, Block> = {};
  for (const name of ["azapi", "azurerm", "kubernetes"]) {
    const file = join(__dirname, "..", "..", "toolchain", "schemas", `${name}.json`);
    const { provider_schemas } = JSON.parse(readFileSync(file, "utf8")) as {
      provider_schemas: Record<string, ProviderSchema>;
    };
    for (const schema of Object.values(provider_schemas)) {
      provider[name] = schema.provider.block;
      for (const [type, { block }] of Object.entries(schema.resource_schemas)) {
        resource[type] = block;
      }
      for (const [type, { block }] of Object.entries(schema.data_source_schemas)) {
        data[type] = block;
      }
    }
  }
  return { provider, resource, data };
}
