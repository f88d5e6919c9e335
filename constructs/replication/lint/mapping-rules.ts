import type { DeclaredTable } from '../declared-table';
import { hasWildcard, matchesName, replicates, selectionsOf, selects } from '../name-pattern';
import {
  DMS_CONTROL_SCHEMA,
  DRAIN_MARKER_TABLES,
  MIGRATION_CONTROL_SCHEMA,
  OPPOSITE_DIRECTION,
  type ReplicationDirection,
  WRITER_EPOCH_TABLE,
} from '../names';
import type { SelectionRule, TableMappings, TableSettingsRule } from '../table-mappings';
import type { Hit, RuleHead } from './finding';
import { PAGES } from './pages';

/** What table mappings are judged by. */
export interface MappingContext {
  readonly direction: ReplicationDirection;
  /**
   * The replicated tables that are known.
   * @default none
   */
  readonly tables?: readonly DeclaredTable[];
}

/** A rule about the table mappings of a task. */
export interface MappingRuleCheck extends RuleHead {
  readonly check: (mappings: TableMappings, context: MappingContext) => readonly Hit[];
}

const isIncluding = (rule: SelectionRule): boolean => rule['rule-action'] !== 'exclude';

const schemaOf = (rule: SelectionRule | TableSettingsRule): string => rule['object-locator']['schema-name'];
const tableOf = (rule: SelectionRule | TableSettingsRule): string => rule['object-locator']['table-name'] ?? '%';

/** Whether a rule keeps a table out of every schema that a pattern matches. In doubt it does not. */
const keepsOut = (rule: SelectionRule, table: string, schemaPattern: string): boolean => {
  if (isIncluding(rule) || !matchesName(tableOf(rule), table)) return false;
  const excluded = schemaOf(rule);
  if (excluded === '%' || excluded === schemaPattern) return true;
  return !hasWildcard(schemaPattern) && matchesName(excluded, schemaPattern);
};

const mayTakeIn = (rule: SelectionRule, table: string, rules: readonly SelectionRule[]): boolean => {
  if (!isIncluding(rule) || !matchesName(tableOf(rule), table)) return false;
  // An explicit rule names one table: whoever names this one wants it.
  if (rule['rule-action'] === 'explicit') return true;
  return !rules.some((other) => keepsOut(other, table, schemaOf(rule)));
};

const declared = (tables: readonly DeclaredTable[], schema: string, table: string): DeclaredTable | undefined =>
  tables.find((candidate) => candidate.schema === schema && candidate.name === table);

const areKeyColumns = (columns: readonly string[], table: DeclaredTable | undefined): boolean =>
  table !== undefined && columns.every((column) => table.primaryKey.includes(column));

/** The hits of a check of each rule of the mappings, with the rule's position. */
const perRule = (
  { rules }: TableMappings,
  check: (rule: TableMappings['rules'][number]) => readonly Hit[],
): readonly Hit[] =>
  rules.flatMap((rule, index) => check(rule).map((hit) => ({ ...hit, path: ['rules', index, ...hit.path] })));

/** The hits of mappings that may replicate a table, whatever its schema. */
const takesIn = (mappings: TableMappings, table: string): readonly Hit[] =>
  perRule(mappings, (rule) =>
    rule['rule-type'] === 'selection' && mayTakeIn(rule, table, selectionsOf(mappings))
      ? [
          {
            path: ['object-locator'],
            value: rule['object-locator'],
            must: `must not take in ${table}: exclude it from the same schemas`,
          },
        ]
      : [],
  );

const markerOfOpposite = ({ direction }: MappingContext): string => DRAIN_MARKER_TABLES[OPPOSITE_DIRECTION[direction]];

/** The schemas that are each side's own, by a table of each. */
const CONTROL_TABLES: readonly (readonly [schema: string, table: string])[] = [
  [DMS_CONTROL_SCHEMA, 'awsdms_heartbeat'],
  [MIGRATION_CONTROL_SCHEMA, 'executor_token'],
];

/** Every rule about table mappings. */
export const MAPPING_RULES: readonly MappingRuleCheck[] = [
  {
    id: 'writer-epoch-mapped',
    severity: 'error',
    reason:
      'it says which side may be written and is local to each: replicated, it would open a database that is closed',
    page: PAGES.selections,
    check: (mappings) => takesIn(mappings, WRITER_EPOCH_TABLE),
  },
  {
    id: 'opposite-marker-mapped',
    severity: 'error',
    reason:
      'it shows that the other direction is drained: carried this way it says so of nothing, and the row that comes back ' +
      'meets itself and stops the task',
    page: PAGES.selections,
    check: (mappings, context) => takesIn(mappings, markerOfOpposite(context)),
  },
  {
    id: 'control-schema-mapped',
    severity: 'error',
    reason: "each side has its own: DMS's tables, and the token of the executor that had effects there last",
    page: PAGES.selections,
    check: (mappings) =>
      perRule(mappings, (rule) =>
        rule['rule-type'] !== 'selection' || !isIncluding(rule)
          ? []
          : CONTROL_TABLES.filter(
              ([schema, table]) => selects(rule, schema, table) && replicates(mappings, schema, table),
            ).map(([schema]) => ({
              path: ['object-locator', 'schema-name'],
              value: schemaOf(rule),
              must: `must not take in ${schema}: name the schemas`,
            })),
      ),
  },
  {
    id: 'filter-without-key',
    severity: 'error',
    reason: 'with a filter on other columns DMS does not capture DELETE, and rows that leave the filter stay behind',
    page: PAGES.sourceLimits,
    check: (mappings, { tables = [] }) =>
      perRule(mappings, (rule) => {
        if (rule['rule-type'] !== 'selection' || !isIncluding(rule) || (rule.filters ?? []).length === 0) return [];
        const columns = (rule.filters ?? []).map((filter) => filter['column-name']);
        if (areKeyColumns(columns, declared(tables, schemaOf(rule), tableOf(rule)))) return [];
        return [
          {
            path: ['filters'],
            value: columns,
            must: 'must name columns of the primary key of one declared table only',
          },
        ];
      }),
  },
  {
    id: 'transformation',
    severity: 'error',
    reason: 'both sides have one schema: what is renamed or removed is not compared, and does not find its way back',
    page: PAGES.transformations,
    check: (mappings) =>
      perRule(mappings, (rule) =>
        rule['rule-type'] === 'transformation'
          ? [{ path: ['rule-action'], value: rule['rule-action'], must: 'must not transform anything' }]
          : [],
      ),
  },
  {
    id: 'lob-mode',
    severity: 'error',
    reason: 'it overrides the limit of the task for one table, or leaves its LOB columns out',
    page: PAGES.lobs,
    check: (mappings) =>
      perRule(mappings, (rule) =>
        rule['rule-type'] === 'table-settings' && rule['lob-settings'] !== undefined
          ? [{ path: ['lob-settings'], value: rule['lob-settings'], must: 'must be left out' }]
          : [],
      ),
  },
  {
    id: 'parallel-load-by-nullable',
    severity: 'error',
    reason: 'rows with NULL in a boundary column are in no range and are not copied',
    page: PAGES.parallelLoad,
    check: (mappings, { tables = [] }) =>
      perRule(mappings, (rule) => {
        if (rule['rule-type'] !== 'table-settings' || rule['parallel-load']?.type !== 'ranges') return [];
        const columns = rule['parallel-load'].columns ?? [];
        if (columns.length > 0 && areKeyColumns(columns, declared(tables, schemaOf(rule), tableOf(rule)))) return [];
        return [
          {
            path: ['parallel-load', 'columns'],
            value: columns,
            must: 'must be columns of the primary key of a declared table',
          },
        ];
      }),
  },
  {
    id: 'table-not-mapped',
    severity: 'error',
    reason: 'a declared table that is not replicated is missing after the switch',
    page: PAGES.selections,
    check: (mappings, context) =>
      (context.tables ?? [])
        .filter(({ name }) => name !== WRITER_EPOCH_TABLE && name !== markerOfOpposite(context))
        .filter(({ schema, name }) => !replicates(mappings, schema, name))
        .map(({ schema, name }) => ({
          path: ['rules'],
          value: `${schema}.${name}`,
          must: 'must take in every declared table',
        })),
  },
];
