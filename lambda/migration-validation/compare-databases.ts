import { escapeIdentifier } from 'pg';
import type { Catalog, TableName } from './catalog/catalog';
import type { Selection } from './catalog/selection';
import { changedTables, readShapes, type Shapes } from './comparison/changed-tables';
import { ComparisonRefused, textOf, withControlSessions } from './comparison/control-sessions';
import type { ComparisonPart, ComparisonParts } from './comparison/parts';
import { sameDatabase } from './comparison/same-database';
import {
  byName,
  differentEncodings,
  forgotten,
  keyOf,
  leftOut,
  oneSided,
  pairTables,
  unread,
  withColumnsLeftOut,
} from './comparison/table-pairs';
import { judge } from './comparison/verdict';
import type { NotCompared, Report, TableResult } from './report/model';
import type { Pair, TablePlan } from './rows/chunk';
import type { Databases, Observer, RowComparisonOptions } from './rows/run';

/** What watches the whole comparison. */
export interface ComparisonObserver extends Observer {
  /** Another part begins: `reading the catalogs`. */
  part(name: string): void;
  /** What will be compared. */
  planned(plans: readonly TablePlan[]): void;
}

export interface ComparisonOptions extends Omit<RowComparisonOptions, 'observer'> {
  /** Random, 64 bits, as a decimal number: what the rows' hashes depend on. */
  readonly seed: string;
  /** @default all schemas and tables */
  readonly selection?: Selection;
  /** Parts to leave out, which the report says: the sequences, for instance, while replication runs. @default none */
  readonly without?: readonly ComparisonPart[];
  /** How far the target's sequences must be beyond the highest used value. @default the sequences' own rule */
  readonly sequenceGap?: bigint;
  /** How the report names the way the rows were compared. @default the mode */
  readonly reportMode?: Report['mode'];
  /** What else is to be read before any row is. @default nothing */
  readonly beforeRows?: (pair: Pair) => Promise<void>;
  readonly observer?: ComparisonObserver;
  /** @default the clock */
  readonly now?: () => Date;
}

/**
 * Compares two databases part by part: identities, schema, rows, sequences, ledger. What cannot be compared is in the report
 * and makes its verdict `unknown`; only what keeps the whole from being compared is thrown.
 * @throws ComparisonRefused when a side cannot be reached, or both are one database
 * @throws what the signal was aborted with, and what reading a catalog throws
 */
export async function compareDatabases(
  databases: Databases,
  options: ComparisonOptions,
  parts: ComparisonParts,
): Promise<Report> {
  const { mode, signal, reportMode = mode, now = () => new Date() } = options;
  const startedAt = now().toISOString();
  options.observer?.part('connecting');
  const comparison = new Comparison(databases, options, parts);
  // No connection is kept while the rows are compared: it would be idle for hours, or lost.
  const { identities, shapes, catalogs, schema, ...begun } = await withControlSessions(databases, signal, (pair) =>
    comparison.begin(pair),
  );
  const rows = await comparison.compareRows(begun);
  const rest = await comparison.compareRest(catalogs);
  const changed = await comparison.changedMeanwhile(shapes);
  const found = {
    ...(schema === undefined ? {} : { schema }),
    tables: rows.tables,
    sequences: rest.sequences,
    ...(rest.ledger === undefined ? {} : { ledger: rest.ledger }),
    notCompared: [
      ...(options.without ?? []).map(leftOutPart),
      ...changed,
      ...rest.notCompared,
      ...leftOut(catalogs.source, catalogs.target),
    ],
  };
  return {
    formatVersion: 1,
    ...judge(found),
    mode: reportMode,
    startedAt,
    finishedAt: now().toISOString(),
    ...identities,
    basis: [...rows.basis],
    ...found,
  };
}

type Sides<T> = Readonly<Record<'source' | 'target', T>>;

interface Planned {
  readonly plans: readonly TablePlan[];
  /** What is known without reading rows. */
  readonly tables: readonly TableResult[];
  /** By the table's key: the columns that one side alone has. */
  readonly columnsLeftOut: ReadonlyMap<string, readonly string[]>;
}

interface Rest {
  readonly sequences: Report['sequences'];
  readonly ledger?: Report['ledger'];
  readonly notCompared: readonly NotCompared[];
}

class Comparison {
  constructor(
    private readonly databases: Databases,
    private readonly options: ComparisonOptions,
    private readonly parts: ComparisonParts,
  ) {}

  async begin(pair: Pair) {
    this.enter('identifying the servers');
    const identities = await this.identify(pair);
    this.enter('reading the catalogs');
    const { selection = {}, beforeRows } = this.options;
    // Before the catalogs, so that no change falls in between.
    const shapes = await this.shapes(pair);
    const [source, target] = await Promise.all([
      this.parts.readCatalog(pair.source, selection),
      this.parts.readCatalog(pair.target, selection),
    ]);
    this.enter('comparing the schemas');
    const schema = this.leavesOut('schema') ? undefined : this.parts.compareSchemas(source, target);
    const planned = await this.plan(pair, { source, target }, differentEncodings(identities));
    await beforeRows?.(pair);
    return { identities, shapes, catalogs: { source, target }, schema, ...planned };
  }

  async compareRows({ plans, tables, columnsLeftOut }: Planned) {
    this.options.observer?.planned(plans);
    this.enter('comparing the rows');
    const { results, basis } =
      plans.length === 0
        ? { results: [], basis: [] }
        : await this.parts.compareRows(this.databases, plans, this.options);
    const done = [...results, ...forgotten(plans, results)].map((result) =>
      withColumnsLeftOut(result, columnsLeftOut.get(keyOf(result)) ?? []),
    );
    return { basis, tables: [...tables, ...done].sort(byName) };
  }

  /** What goes wrong here is in the result: the rows, which took the time, are compared. */
  async compareRest(catalogs: Sides<Catalog>): Promise<Rest> {
    const { signal, sequenceGap: gap } = this.options;
    const asked = (['sequences', 'ledger'] as const).filter((part) => !this.leavesOut(part));
    if (asked.length === 0) return { sequences: [], notCompared: [] };
    try {
      return await withControlSessions(this.databases, signal, async (pair) => {
        this.enter('comparing the sequences');
        const sequences = await this.attempt('sequences', () =>
          this.parts.compareSequences(pair, catalogs.source, catalogs.target, gap === undefined ? {} : { gap }),
        );
        this.enter('reconciling the ledger');
        const ledger = await this.attempt('ledger', () => this.parts.reconcileLedger(pair, this.options));
        return {
          sequences: [...(sequences.result ?? [])],
          ...(ledger.result === undefined ? {} : { ledger: [...ledger.result] }),
          notCompared: [...sequences.notCompared, ...ledger.notCompared],
        };
      });
    } catch (error) {
      signal?.throwIfAborted();
      const reason = textOf(error);
      return {
        sequences: [],
        notCompared: asked.map((object) => ({ object, reason, asked: false })),
      };
    }
  }

  /** Tables of which rows may not have been seen, because they came or became others after the catalogs were read. */
  async changedMeanwhile(before: Sides<Shapes>): Promise<NotCompared[]> {
    const { signal } = this.options;
    try {
      const after = await withControlSessions(this.databases, signal, (pair) => this.shapes(pair));
      return (['source', 'target'] as const).flatMap((side) => changedTables(side, before[side], after[side]));
    } catch (error) {
      signal?.throwIfAborted();
      const reason = `whether tables changed during the comparison could not be told: ${textOf(error)}`;
      return [{ object: 'tables', reason, asked: false }];
    }
  }

  private async shapes(pair: Pair): Promise<Sides<Shapes>> {
    const { selection = {} } = this.options;
    const [source, target] = await Promise.all([
      readShapes(pair.source, selection),
      readShapes(pair.target, selection),
    ]);
    return { source, target };
  }

  private leavesOut(part: ComparisonPart): boolean {
    return this.options.without?.includes(part) === true;
  }

  private enter(part: string): void {
    this.options.signal?.throwIfAborted();
    this.options.observer?.part(part);
  }

  private async identify({ source, target }: Pair): Promise<Pick<Report, 'source' | 'target'>> {
    const [one, other] = await Promise.all([
      this.parts.readServerIdentity(source, source.host, source.port),
      this.parts.readServerIdentity(target, target.host, target.port),
    ]);
    const identities = { source: one, target: other };
    const same = await sameDatabase({ source, target }, identities);
    if (same !== undefined) {
      throw new ComparisonRefused([
        `source and target must be two databases, got ${one.database} on ${one.host}:${one.port} for both: ${same}; a database always equals itself`,
      ]);
    }
    return identities;
  }

  private async plan(pair: Pair, { source, target }: Sides<Catalog>, obstacle: string | undefined): Promise<Planned> {
    this.enter('planning the tables');
    const plans: TablePlan[] = [];
    const tables: TableResult[] = [];
    const columnsLeftOut = new Map<string, readonly string[]>();
    for (const { name, source: one, target: other } of pairTables(source.tables, target.tables)) {
      if (one === undefined || other === undefined) {
        tables.push(await this.countOneSided(pair, name, one === undefined ? 'target' : 'source'));
        continue;
      }
      const planned = obstacle === undefined ? this.parts.planTable(one, other) : { problem: obstacle };
      if ('problem' in planned) {
        tables.push(unread(name, planned.problem));
        continue;
      }
      plans.push(planned.plan);
      columnsLeftOut.set(keyOf(name), planned.leftOut);
    }
    return { plans, tables, columnsLeftOut };
  }

  /** A table that only one side has is a difference, with all its rows. */
  private async countOneSided(pair: Pair, table: TableName, side: 'source' | 'target'): Promise<TableResult> {
    try {
      const { rows } = await pair[side].query<{ rows: string }>(
        `SELECT count(*) AS rows FROM ${escapeIdentifier(table.schema)}.${escapeIdentifier(table.name)}`,
      );
      return oneSided(table, side, Number(rows[0]?.rows));
    } catch (error) {
      this.options.signal?.throwIfAborted();
      return unread(table, `only the ${side} has it, and it could not be read there: ${textOf(error)}`);
    }
  }

  private async attempt<Result>(
    object: ComparisonPart,
    work: () => Promise<Result>,
  ): Promise<{ readonly result?: Result; readonly notCompared: readonly NotCompared[] }> {
    if (this.leavesOut(object)) return { notCompared: [] };
    try {
      return { result: await work(), notCompared: [] };
    } catch (error) {
      this.options.signal?.throwIfAborted();
      return { notCompared: [{ object, reason: textOf(error), asked: false }] };
    }
  }
}

const leftOutPart = (object: ComparisonPart): NotCompared => ({ object, reason: 'left out as asked', asked: true });
