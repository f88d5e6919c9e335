import type { BlockSchema, NestedBlockSchema, ProviderSchema, ResourceSchema } from '../schema/provider-schema';

const NESTING: Readonly<Record<NestedBlockSchema['nesting_mode'], number>> = {
  single: 1,
  list: 2,
  set: 3,
  map: 4,
  group: 5,
};

/** A provider's schema as the answer to `GetProviderSchema`. */
export function schemaMessage(schema: ProviderSchema): object {
  const all = (schemas: Readonly<Record<string, ResourceSchema>> = {}): object =>
    Object.fromEntries(Object.entries(schemas).map(([type, resource]) => [type, resourceMessage(resource)]));
  return {
    provider: resourceMessage(schema.provider),
    resource_schemas: all(schema.resource_schemas),
    data_source_schemas: all(schema.data_source_schemas),
    ephemeral_resource_schemas: all(schema.ephemeral_resource_schemas),
  };
}

const resourceMessage = ({ version, block }: ResourceSchema): object => ({
  version: version ?? 0,
  block: blockMessage(block),
});

function blockMessage(block: BlockSchema): object {
  return {
    deprecated: block.deprecated ?? false,
    attributes: Object.entries(block.attributes ?? {}).map(([name, { type, ...flags }]) => ({
      ...flags,
      name,
      type: Buffer.from(JSON.stringify(type)),
    })),
    block_types: Object.entries(block.block_types ?? {}).map(([name, nested]) => ({
      type_name: name,
      block: blockMessage(nested.block),
      nesting: NESTING[nested.nesting_mode],
      min_items: nested.min_items ?? 0,
      max_items: nested.max_items ?? 0,
    })),
  };
}
