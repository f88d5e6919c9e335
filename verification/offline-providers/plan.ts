import type { BlockSchema } from '../schema/provider-schema';
import { UNKNOWN, type Values } from './values';

/** The plan of one resource. */
export interface Plan {
  readonly planned: Values | null;
  /** The attributes whose change replaces the resource. */
  readonly requiresReplace: readonly string[];
}

/**
 * Plans a change. What the provider computes is unknown until it exists, and stays as it was afterwards; what is
 * write-only is never part of a state.
 * @param prior null when the resource does not exist yet
 * @param proposed null when it is to be destroyed; else Terraform's own merge of the configuration and `prior`
 */
export function planChange(
  prior: Values | null,
  proposed: Values | null,
  schema: BlockSchema,
  replaceOnChange: boolean,
): Plan {
  if (proposed === null) return { planned: null, requiresReplace: [] };
  if (prior === null) return { planned: withUnknowns(proposed, schema), requiresReplace: [] };
  const changed = Object.keys(proposed).filter(
    (name) => JSON.stringify(proposed[name]) !== JSON.stringify(prior[name]),
  );
  if (!replaceOnChange || changed.length === 0) return { planned: proposed, requiresReplace: [] };
  return { planned: proposed, requiresReplace: changed };
}

function withUnknowns(values: Values, schema: BlockSchema): Values {
  const result: Values = { ...values };
  for (const [name, attribute] of Object.entries(schema.attributes ?? {})) {
    if (attribute.write_only === true) result[name] = null;
    else if (attribute.computed === true && (result[name] ?? null) === null) result[name] = UNKNOWN;
  }
  for (const [name, nested] of Object.entries(schema.block_types ?? {})) {
    const blocks = result[name];
    if (Array.isArray(blocks)) result[name] = blocks.map((block) => withUnknowns(block as Values, nested.block));
  }
  return result;
}
