import type { DeclaredTable } from '../declared-table';
import { hasWildcard, matchesName, replicates, selectionsOf, selects } from '../name-pattern';
import { DMS_CONTROL_SCHEMA, WRITER_EPOCH_TABLE } from '../names';
import type { SelectionRule, TableMappings, TableSettingsRule } from '../table-mappings';
import type { Hit, RuleHead } from './finding';
import { PAGES } from './pages';

/** What table mappings are judged by. */
export interface MappingContext {
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

/** Whether a rule keeps `writer_epoch` out of every schema that a pattern matches. In doubt it does not. */
const keepsWriterEpochOut = (rule: SelectionRule, schemaPattern: string): boolean => {
  if (isIncluding(rule) || !matchesName(tableOf(rule), WRITER_EPOCH_TABLE)) return false;
  const excluded = schemaOf(rule);
  if (excluded === '%' || excluded === schemaPattern) return true;
  return !hasWildcard(schemaPattern) && matchesName(excluded, schemaPattern);
};

const mayTakeInWriterEpoch = (rule: SelectionRule, rules: readonly SelectionRule[]): boolean => {
  if (!isIncluding(rule) || !matchesName(tableOf(rule), WRITER_EPOCH_TABLE)) return false;
  // An explicit rule names one table: whoever names this one wants it.
  if (rule['rule-action'] === 'explicit') return true;
  return !rules.some((other) => keepsWriterEpochOut(other, schemaOf(rule)));
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

/** Every rule about table mappings. */
export const MAPPING_RULES: readonly MappingRuleCheck[] = [
  {
    id: 'writer-epoch-mapped',
    severity: 'error',
    reason:
      'it says which side may be written and is local to each: replicated, it would open a database that is closed',
    page: PAGES.selections,
    check: (mappings) =>
      perRule(mappings, (rule) =>
        rule['rule-type'] === 'selection' && mayTakeInWriterEpoch(rule, selectionsOf(mappings))
          ? [
              {
                path: ['object-locator'],
                value: rule['object-locator'],
                must: `must not take in ${WRITER_EPOCH_TABLE}: exclude it from the same schemas`,
              },
            ]
          : [],
      ),
  },
  {
    id: 'control-schema-mapped',
    severity: 'error',
    reason: "DMS's own tables differ on the two sides",
    page: PAGES.selections,
    check: (mappings) =>
      perRule(mappings, (rule) =>
        rule['rule-type'] === 'selection' &&
        isIncluding(rule) &&
        selects(rule, DMS_CONTROL_SCHEMA, 'awsdms_heartbeat') &&
        replicates(mappings, DMS_CONTROL_SCHEMA, 'awsdms_heartbeat')
          ? [
              {
                path: ['object-locator', 'schema-name'],
                value: schemaOf(rule),
                must: `must not take in ${DMS_CONTROL_SCHEMA}: name the schemas`,
              },
            ]
          : [],
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
    check: (mappings, { tables = [] }) =>
      tables
        .filter(({ schema, name }) => name !== WRITER_EPOCH_TABLE && !replicates(mappings, schema, name))
        .map(({ schema, name }) => ({
          path: ['rules'],
          value: `${schema}.${name}`,
          must: 'must take in every declared table',
        })),
  },
];
