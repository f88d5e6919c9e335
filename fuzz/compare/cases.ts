import fc from 'fast-check';
import { COLUMN_TYPES, type ColumnType, KEY_TYPES, type KeyType } from './values';

/** A row as PostgreSQL prints it, in the order of the case's columns. */
export type Row = readonly (string | null)[];

export interface CaseColumn {
  readonly name: string;
  readonly type: Omit<ColumnType, 'values'>;
  readonly nullable: boolean;
}

/** A table with its rows on both sides, and how it is to be compared. */
export interface ComparisonCase {
  readonly name: string;
  readonly columns: readonly CaseColumn[];
  /** Positions of the key's columns. */
  readonly key: readonly number[];
  /** Position of a column with an index of its own, which ranges may be made of. @default none */
  readonly ordered?: number;
  readonly partitioned: 'neither' | 'both' | 'target';
  readonly source: readonly Row[];
  readonly target: readonly Row[];
  /** @default ranges, where the table has a range key */
  readonly partitions?: number;
  readonly chunkRows: number;
  readonly maxDifferences: number;
  readonly fewRows: number;
}

const NAMES = ['t', 'a "b', 'select', 'Übung %s', "it's", 'x.y', 'ROW', ' ', '$1', 'k', 'c0', '😀'];

const column = fc.record({ type: fc.constantFrom(...COLUMN_TYPES), name: fc.constantFrom(...NAMES) });
const pick = fc.nat({ max: 1000 });
const operation = fc.record({
  kind: fc.constantFrom('missing', 'extra', 'change', 'null', 'swap', 'rekey', 'duplicate', 'move'),
  row: pick,
  column: pick,
  value: pick,
});
type Operation = typeof operation extends fc.Arbitrary<infer T> ? T : never;

/** Cases of all kinds: types, keys, names, rows, differences, sizes of chunks. */
export const comparisonCases: fc.Arbitrary<ComparisonCase> = fc
  .record({
    name: fc.constantFrom(...NAMES),
    key: fc.uniqueArray(fc.constantFrom(...KEY_TYPES), { maxLength: 3 }),
    keyFirst: fc.boolean(),
    ordered: fc.option(fc.boolean()),
    columns: fc.array(column, { minLength: 1, maxLength: 6 }),
    rows: fc.array(fc.record({ n: fc.nat({ max: 999 }), values: fc.array(pick, { minLength: 6, maxLength: 6 }) }), {
      maxLength: 60,
    }),
    operations: fc.array(operation, { maxLength: 8 }),
    partitioned: fc.constantFrom('neither', 'neither', 'both', 'target'),
    partitions: fc.option(fc.integer({ min: 1, max: 5 }), { freq: 1, nil: undefined }),
    chunkRows: fc.integer({ min: 1, max: 30 }),
    maxDifferences: fc.constantFrom(0, 1, 3, 1000, 1000, 1000),
    fewRows: fc.constantFrom(0, 5, 2000),
  })
  .map(({ key: keyTypes, keyFirst, ordered, columns, rows, operations, ...rest }) => {
    const payload = columns.map(({ type, name }, index) => ({ name: `${name} ${index}`, type, nullable: true }));
    const keys = keyTypes.map((type, index) => ({
      name: `${NAMES[(index * 5 + 2) % NAMES.length] ?? 'k'}`,
      type,
      nullable: false,
    }));
    const order = ordered === null ? [] : [{ name: 'order', type: ORDER, nullable: false }];
    const layout = keyFirst ? [...keys, ...payload, ...order] : [...order, ...payload, ...keys];
    const key = keys.map((item) => layout.indexOf(item));
    const table = new Table(
      layout,
      key,
      payload.map((item) => layout.indexOf(item)),
      keyTypes,
    );
    const orderedAt = layout.findIndex(({ type }) => type === ORDER);
    const source = table.rows(rows, orderedAt);
    return {
      ...rest,
      columns: layout,
      key,
      ...(orderedAt < 0 ? {} : { ordered: orderedAt }),
      source,
      target: operations.reduce<readonly Row[]>((target, item) => table.apply(target, item, orderedAt), source),
    };
  });

const ORDER: Omit<ColumnType, 'values'> = { sql: 'int8', baseType: 'int8' };

/** What makes and changes rows, so that keys stay unique. */
class Table {
  constructor(
    private readonly layout: readonly CaseColumn[],
    private readonly key: readonly number[],
    private readonly payload: readonly number[],
    private readonly keyTypes: readonly KeyType[],
  ) {}

  rows(made: readonly { readonly n: number; readonly values: readonly number[] }[], ordered: number): Row[] {
    return made.reduce<Row[]>((rows, { n, values }) => this.add(rows, this.row(n, values, ordered)), []);
  }

  apply(rows: readonly Row[], { kind, row: at, column: where, value }: Operation, ordered: number): readonly Row[] {
    const index = at % Math.max(rows.length, 1);
    const row = rows[index];
    const columnAt = this.payload[where % this.payload.length] ?? 0;
    const change = (index2: number, column2: number, text: string | null) =>
      rows.map((item, i) => (i === index2 ? item.with(column2, text) : item));
    if (kind === 'extra') return this.add(rows, this.row(1000 + at, Array<number>(6).fill(value), ordered));
    if (row === undefined) return rows;
    if (kind === 'missing') return rows.filter((_, i) => i !== index);
    if (kind === 'null') return change(index, columnAt, null);
    if (kind === 'duplicate') return this.add(rows, row);
    if (kind === 'move') return ordered < 0 ? rows : change(index, ordered, `${value % 50}`);
    if (kind === 'rekey') {
      const other = this.row(2000 + value, [], ordered);
      const renamed = this.key.reduce<Row>((changed, column2) => changed.with(column2, other[column2] ?? null), row);
      return this.add(
        rows.filter((_, i) => i !== index),
        renamed,
      );
    }
    if (kind === 'swap') {
      const other = rows[value % rows.length] ?? row;
      return rows.map((item, i) =>
        i === index
          ? item.with(columnAt, other[columnAt] ?? null)
          : i === value % rows.length
            ? item.with(columnAt, row[columnAt] ?? null)
            : item,
      );
    }
    return change(index, columnAt, this.text(columnAt, value));
  }

  private row(n: number, values: readonly number[], ordered: number): Row {
    return this.layout.map((_, index) => {
      if (index === ordered) return `${n % 50}`;
      const key = this.key.indexOf(index);
      if (key < 0) return this.text(index, values[this.payload.indexOf(index)] ?? n);
      const keyType = this.keyTypes[key];
      // The last column tells rows apart if it can, those before it repeat.
      const number = key === this.key.length - 1 ? n : n % 7;
      return keyType?.value(number % (keyType.distinct ?? Infinity)) ?? '';
    });
  }

  private text(index: number, value: number): string | null {
    const values = (this.layout[index]?.type as ColumnType).values;
    return value % 7 === 0 ? null : (values[value % values.length] ?? null);
  }

  private add(rows: readonly Row[], row: Row): Row[] {
    const taken = this.key.length > 0 && rows.some((other) => this.key.every((index) => other[index] === row[index]));
    return taken ? [...rows] : [...rows, row];
  }
}
