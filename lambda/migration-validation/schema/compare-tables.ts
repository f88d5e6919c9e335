import type { Definition, Table } from '../catalog/catalog';
import { tableText } from '../catalog/selection';
import type { SchemaDifference } from '../report/model';
import type { CompareRights } from './compare-rights';
import { type Described, differByText, difference, differIfUnequal, pairByName } from './pairing';
import { columnText, indexText, tableKindText } from './texts';

/** What differs between the tables of two databases. What belongs to a table that one side lacks is not listed. */
export function compareTables(
  source: readonly Table[],
  target: readonly Table[],
  compareRights: CompareRights,
): SchemaDifference[] {
  return pairByName(source, target, tableText).flatMap(({ name, ...pair }) =>
    pair.source !== undefined && pair.target !== undefined
      ? compareTable(name, pair.source, pair.target, compareRights)
      : [
          difference(
            'table',
            name,
            pair.source && tableKindText(pair.source),
            pair.target && tableKindText(pair.target),
          ),
        ],
  );
}

function compareTable(object: string, source: Table, target: Table, compareRights: CompareRights): SchemaDifference[] {
  const both = <Result>(of: (table: Table) => Result): [Result, Result] => [of(source), of(target)];
  return [
    ...differIfUnequal('table', object, ...both(tableKindText)),
    ...(source.kind === target.kind
      ? [
          ...differByText('partition', object, ...both(partitionsOf)),
          ...differByText('of partition', object, ...both(({ ofPartitions = [] }) => ofPartitions.map(ofPartition))),
        ]
      : []),
    ...pairByName(source.columns, target.columns, ({ name }) => name).flatMap(({ name, ...pair }) =>
      differIfUnequal(
        'column',
        `${object}.${name}`,
        pair.source && columnText(pair.source),
        pair.target && columnText(pair.target),
      ),
    ),
    ...differByText('key', object, ...both((table) => constraintsOf(table, ['p', 'u']))),
    ...differByText('constraint', object, ...both((table) => constraintsOf(table, ['f', 'c', 'x']))),
    ...differByText('index', object, ...both(indexesOf)),
    // Names of triggers decide in which order they fire, so they count: they are part of the definition.
    ...differByText('trigger', object, ...both(({ triggers }) => triggers.map(described))),
    ...differIfUnequal('row security', object, ...both(rowSecurityText)),
    ...differByText('policy', object, ...both(({ policies = [] }) => policies.map(described))),
    // The way back replicates from the target: it tells rows apart by the target's identity then.
    ...differIfUnequal('replica identity', object, ...both((table) => table.replicaIdentity)),
    ...compareRights(object, source, target),
  ];
}

const described = ({ name, definition }: Definition): Described => ({ name, text: definition });

const partitionsOf = ({ partitions = [] }: Table): Described[] => partitions.map(described);

const ofPartition = ({ name, type, definition }: Definition): Described => ({
  name,
  text: type === 'index' ? indexText({ definition, valid: true }) : definition,
});

const constraintsOf = ({ constraints }: Table, types: readonly string[]): Described[] =>
  constraints.filter(({ type }) => types.includes(type)).map(described);

/** A constraint's index is told by the constraint, unless it cannot be used. */
const indexesOf = ({ indexes }: Table): Described[] =>
  indexes
    .filter(({ constraint, valid }) => constraint === undefined || !valid)
    .map((index) => ({ name: index.name, text: indexText(index) }));

const rowSecurityText = ({ rowSecurity, rowSecurityForced = false }: Table): string =>
  rowSecurity ? (rowSecurityForced ? 'enabled, for the owner too' : 'enabled') : 'disabled';
