import type { AttributeSchema, BlockSchema, ProviderSchema } from '../schema/provider-schema';

const optional = (type: AttributeSchema['type']): AttributeSchema => ({ type, optional: true, computed: true });

/** Arguments that the persisted and the ephemeral password share. */
const PASSWORD_ARGUMENTS: BlockSchema['attributes'] = {
  length: { type: 'number', required: true },
  lower: optional('bool'),
  min_lower: optional('number'),
  min_numeric: optional('number'),
  min_special: optional('number'),
  min_upper: optional('number'),
  numeric: optional('bool'),
  override_special: { type: 'string', optional: true },
  special: optional('bool'),
  upper: optional('bool'),
};

const KEEPERS: AttributeSchema = { type: ['map', 'string'], optional: true };

/**
 * The part of the random provider 3.7 that the stacks use.
 */
export const RANDOM_SCHEMA: ProviderSchema = {
  provider: { block: {} },
  resource_schemas: {
    random_password: {
      version: 3,
      block: {
        attributes: {
          ...PASSWORD_ARGUMENTS,
          number: { ...optional('bool'), deprecated: true },
          keepers: KEEPERS,
          id: { type: 'string', computed: true },
          result: { type: 'string', computed: true, sensitive: true },
        },
      },
    },
    random_id: {
      block: {
        attributes: {
          byte_length: { type: 'number', required: true },
          prefix: { type: 'string', optional: true },
          keepers: KEEPERS,
          id: { type: 'string', computed: true },
          b64_std: { type: 'string', computed: true },
          b64_url: { type: 'string', computed: true },
          dec: { type: 'string', computed: true },
          hex: { type: 'string', computed: true },
        },
      },
    },
  },
  ephemeral_resource_schemas: {
    random_password: {
      block: {
        attributes: {
          ...PASSWORD_ARGUMENTS,
          result: { type: 'string', computed: true, sensitive: true },
        },
      },
    },
  },
};
