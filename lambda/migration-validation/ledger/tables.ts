import type { Role } from '../database/session';
import type { Reading } from './reading';

/** The schema of the ledger, on both sides. */
export const SCHEMA = 'payments';

export const LEDGER_TABLES = ['accounts', 'transactions', 'entries'] as const;

export type LedgerTable = (typeof LEDGER_TABLES)[number];

/** The types that a column's values can be compared in, by what it holds. */
const TYPES = {
  text: ['varchar', 'text', 'bpchar', 'uuid'],
  whole: ['int8', 'int4', 'int2', 'numeric'],
  time: ['timestamptz'],
} as const satisfies Record<string, readonly string[]>;

/** What the columns that the checks read hold. */
const COLUMNS = {
  accounts: { account_id: 'text' },
  transactions: {
    transaction_id: 'text',
    client_id: 'text',
    idempotency_key: 'text',
    origin: 'text',
    user_id: 'text',
    merchant_id: 'text',
    amount: 'whole',
    currency: 'text',
    requested_at: 'time',
    booked_at: 'time',
  },
  entries: { transaction_id: 'text', account_id: 'text', amount: 'whole', currency: 'text', created_at: 'time' },
} as const satisfies Record<LedgerTable, Readonly<Record<string, keyof typeof TYPES>>>;

/** The columns of the ledger's tables that a check reads. */
export type Needs = { readonly [Table in LedgerTable]?: readonly (keyof (typeof COLUMNS)[Table])[] };

/** What one side has of the ledger. */
export class LedgerShape {
  /** @param columns the base type of each column, by table; `undefined` for what is no table */
  constructor(
    readonly role: Role,
    private readonly encoding: string,
    private readonly columns: ReadonlyMap<string, ReadonlyMap<string, string> | undefined>,
  ) {}

  /** Which of the ledger's tables are there, whatever they are. */
  has(table: LedgerTable): boolean {
    return this.columns.has(table);
  }

  /** Why this side cannot be asked for what a check needs; empty: it can. */
  misfits(needs: Needs): string[] {
    const problems: string[] = [];
    if (this.encoding !== 'UTF8') {
      problems.push(`the ${this.role}'s encoding must be UTF8 for texts to be compared, got ${this.encoding}`);
    }
    for (const table of LEDGER_TABLES) {
      for (const column of needs[table] ?? []) problems.push(...this.misfit(table, column));
    }
    return [...new Set(problems)];
  }

  private misfit(table: LedgerTable, column: string): string[] {
    const name = `${SCHEMA}.${table}`;
    if (!this.has(table)) return [`the ${this.role} has no table ${name}`];
    const columns = this.columns.get(table);
    if (columns === undefined) return [`the ${this.role}'s ${name} is no table`];
    const type = columns.get(column);
    if (type === undefined) return [`the ${this.role} has no column ${name}.${column}`];
    const holds: Readonly<Record<string, keyof typeof TYPES>> = COLUMNS[table];
    const kind = holds[column];
    const accepted: readonly string[] = kind === undefined ? [] : TYPES[kind];
    if (accepted.includes(type)) return [];
    return [`the ${this.role}'s ${name}.${column} must be one of ${accepted.join(', ')}, got ${type}`];
  }
}

/** A domain counts as the type below it. Tables are seen whatever the role may read. */
const SHAPE = `
  WITH RECURSIVE base AS (
    SELECT oid, oid AS type, typtype, typbasetype FROM pg_catalog.pg_type
    UNION ALL
    SELECT base.oid, t.oid, t.typtype, t.typbasetype
    FROM base JOIN pg_catalog.pg_type AS t ON t.oid = base.typbasetype WHERE base.typtype = 'd'
  )
  SELECT current_setting('server_encoding'), c.relname::text, (c.relkind IN ('r', 'p'))::text, a.attname::text,
    CASE n2.nspname WHEN 'pg_catalog' THEN t.typname ELSE concat_ws('.', n2.nspname, t.typname) END::text
  FROM (SELECT 1) AS always
  LEFT JOIN pg_catalog.pg_namespace AS n ON n.nspname = $1
  LEFT JOIN pg_catalog.pg_class AS c ON c.relnamespace = n.oid AND c.relname = ANY ($2::text[])
    AND c.relkind IN ('r', 'p', 'v', 'm', 'f')
  LEFT JOIN pg_catalog.pg_attribute AS a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
  LEFT JOIN base ON base.oid = a.atttypid AND base.typtype <> 'd'
  LEFT JOIN pg_catalog.pg_type AS t ON t.oid = base.type
  LEFT JOIN pg_catalog.pg_namespace AS n2 ON n2.oid = t.typnamespace`;

/** What a database has of the ledger. */
export async function readShape(reading: Reading): Promise<LedgerShape> {
  const columns = new Map<string, Map<string, string> | undefined>();
  let encoding = '';
  for (const [serverEncoding, table, isTable, column, type] of await reading.rows(SHAPE, [SCHEMA, LEDGER_TABLES])) {
    encoding = serverEncoding ?? '';
    if (typeof table !== 'string') continue;
    if (!columns.has(table)) columns.set(table, isTable === 'true' ? new Map() : undefined);
    if (typeof column === 'string') columns.get(table)?.set(column, type ?? 'none');
  }
  return new LedgerShape(reading.role, encoding, columns);
}
