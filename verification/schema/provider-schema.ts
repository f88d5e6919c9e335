import { readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';

/** A Terraform type constraint in the notation of provider schemas: `"string"`, `["map", "number"]`, `["object", {…}]`. */
export type TypeConstraint =
  | 'string'
  | 'number'
  | 'bool'
  | 'dynamic'
  | readonly ['list' | 'set' | 'map', TypeConstraint]
  | readonly ['object', Readonly<Record<string, TypeConstraint>>]
  | readonly ['tuple', readonly TypeConstraint[]];

/** One argument or attribute. Computed without optional means that the provider sets it and a configuration may not. */
export interface AttributeSchema {
  readonly type: TypeConstraint;
  readonly required?: boolean;
  readonly optional?: boolean;
  readonly computed?: boolean;
  readonly sensitive?: boolean;
  readonly deprecated?: boolean;
  readonly write_only?: boolean;
}

/** One kind of nested block and how many of it there may be. */
export interface NestedBlockSchema {
  readonly nesting_mode: 'single' | 'list' | 'set' | 'map' | 'group';
  readonly block: BlockSchema;
  readonly min_items?: number;
  readonly max_items?: number;
}

export interface BlockSchema {
  readonly attributes?: Readonly<Record<string, AttributeSchema>>;
  readonly block_types?: Readonly<Record<string, NestedBlockSchema>>;
  readonly deprecated?: boolean;
}

export interface ResourceSchema {
  readonly version?: number;
  readonly block: BlockSchema;
}

/** What one provider offers, in the shape that `terraform providers schema -json` prints. */
export interface ProviderSchema {
  readonly provider: ResourceSchema;
  readonly resource_schemas: Readonly<Record<string, ResourceSchema>>;
  readonly data_source_schemas?: Readonly<Record<string, ResourceSchema>>;
  readonly ephemeral_resource_schemas?: Readonly<Record<string, ResourceSchema>>;
}

/** The schemas that a stack is checked against, by the provider's local name (`aws`, `random`). */
export type ProviderSchemas = Readonly<Record<string, ProviderSchema>>;

/** Reads a provider schema from a gzipped JSON file. */
export function readProviderSchema(file: string): ProviderSchema {
  return JSON.parse(gunzipSync(readFileSync(file)).toString('utf8')) as ProviderSchema;
}
