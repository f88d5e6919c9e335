import type { SelectionRule, TableMappings } from './table-mappings';

/** Whether a text holds any of DMS's wildcards. `_` is one: as a pattern, `a_b` matches `axb` too. */
export const hasWildcard = (pattern: string): boolean => /[%_[]/.test(pattern);

/**
 * Whether a name matches a pattern of a table mapping: `%` any characters, `_` one character, `[ab]` one of a set, `[a-d]`
 * one of a range, `[_]` an underscore.
 * @see https://docs.aws.amazon.com/dms/latest/userguide/CHAP_Tasks.CustomizingTasks.TableMapping.SelectionTransformation.Wildcards.html
 */
export function matchesName(pattern: string, name: string): boolean {
  const expression = pattern.replace(/\[([^\]]+)\]|[%_]|[\\^$.*+?()[\]{}|]/g, (part, set?: string) => {
    if (set !== undefined) return `[${set.replace(/[\\^\]]/g, '\\$&')}]`;
    if (part === '%') return '.*';
    return part === '_' ? '.' : `\\${part}`;
  });
  return new RegExp(`^${expression}$`, 'su').test(name);
}

/** Whether a selection rule's patterns match a table. A rule without a table name means all tables. */
export const selects = (rule: SelectionRule, schema: string, table: string): boolean =>
  matchesName(rule['object-locator']['schema-name'], schema) &&
  matchesName(rule['object-locator']['table-name'] ?? '%', table);

/** The selection rules of some mappings. */
export const selectionsOf = ({ rules }: TableMappings): SelectionRule[] =>
  rules.filter((rule): rule is SelectionRule => rule['rule-type'] === 'selection');

/** Whether the mappings replicate a table. */
export function replicates(mappings: TableMappings, schema: string, table: string): boolean {
  const matching = selectionsOf(mappings).filter((rule) => selects(rule, schema, table));
  return matching.length > 0 && matching.every((rule) => rule['rule-action'] !== 'exclude');
}
