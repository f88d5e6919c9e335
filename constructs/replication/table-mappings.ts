import { canonicalJson } from './canonical-json';
import { DRAIN_MARKER_TABLES, OPPOSITE_DIRECTION, type ReplicationDirection, WRITER_EPOCH_TABLE } from './names';

/** What a rule is about: names or patterns, see `matchesName`. */
export interface ObjectLocator {
  readonly 'schema-name': string;
  readonly 'table-name'?: string;
}

/** A condition on rows: only rows that meet it are replicated. */
export interface SourceFilter {
  readonly 'column-name': string;
  readonly [key: string]: unknown;
}

/** Takes tables into the task or out of it. A table that an `exclude` matches is out, whatever includes it. */
export interface SelectionRule {
  readonly 'rule-type': 'selection';
  readonly 'rule-id': string;
  readonly 'rule-name': string;
  readonly 'rule-action': 'include' | 'exclude' | 'explicit';
  readonly 'object-locator': ObjectLocator;
  readonly filters?: readonly SourceFilter[];
}

/** Renames, adds or removes something on the way. */
export interface TransformationRule {
  readonly 'rule-type': 'transformation';
  readonly 'rule-id': string;
  readonly 'rule-action': string;
  readonly [key: string]: unknown;
}

/** How one table is loaded. */
export interface TableSettingsRule {
  readonly 'rule-type': 'table-settings';
  readonly 'rule-id': string;
  readonly 'object-locator': ObjectLocator;
  readonly 'parallel-load'?: { readonly type: string; readonly columns?: readonly string[] };
  readonly 'lob-settings'?: { readonly mode?: string; readonly 'bulk-max-size'?: number | string };
}

export type MappingRule = SelectionRule | TransformationRule | TableSettingsRule;

/** The table mappings of a task, in DMS's own terms. */
export interface TableMappings {
  readonly rules: readonly MappingRule[];
}

/** A table by name. */
export interface TableName {
  readonly schema: string;
  readonly name: string;
}

export interface TableMappingsOptions {
  /** The schemas that are replicated whole: a table that is created later is in as well. */
  readonly schemas: readonly string[];
  /**
   * Tables of these schemas that stay local to their side.
   * @default none but what is always left out, of every schema: `writer_epoch` and the other direction's drain marker
   */
  readonly excludedTables?: readonly TableName[];
  readonly direction: ReplicationDirection;
}

/**
 * The table mappings of a task. `%` takes in the partitions of partitioned tables as well, which hold the rows.
 * @see https://docs.aws.amazon.com/dms/latest/userguide/CHAP_Tasks.CustomizingTasks.TableMapping.SelectionTransformation.Selections.html
 */
export function tableMappings({ schemas, excludedTables = [], direction }: TableMappingsOptions): TableMappings {
  const selections = [
    ...schemas.map((schema) => ({ action: 'include', schema, name: '%' }) as const),
    ...[WRITER_EPOCH_TABLE, DRAIN_MARKER_TABLES[OPPOSITE_DIRECTION[direction]]].map(
      (name) => ({ action: 'exclude', schema: '%', name }) as const,
    ),
    ...excludedTables.map(({ schema, name }) => ({ action: 'exclude', schema, name }) as const),
  ];
  return {
    rules: selections.map(({ action, schema, name }, index) => ({
      'rule-type': 'selection',
      'rule-id': `${index + 1}`,
      'rule-name': `${action}-${index + 1}`,
      'rule-action': action,
      'object-locator': { 'schema-name': schema, 'table-name': name },
      filters: [],
    })),
  };
}

/** The mappings as the JSON text that the task takes, the same for the same mappings. */
export const tableMappingsJson = (mappings: TableMappings): string => canonicalJson(mappings);
