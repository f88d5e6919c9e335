import type { Client, ClientConfig } from 'pg';
import { openSession, type Role, type SessionOptions } from '../../../../lambda/migration-validation/database/session';
import type { ComparedColumn, TablePlan } from '../../../../lambda/migration-validation/rows/chunk';
import type { Databases, RowComparisonOptions, StateStore } from '../../../../lambda/migration-validation/rows/run';
import { withClient } from '../../../support/ledger-database';
import { type LocalPostgres, startPostgres } from '../../../support/postgres';

export const SEED = '-4711';

/** A source of version 14 and a target of version 16. */
export interface Servers {
  readonly source: LocalPostgres;
  readonly target: LocalPostgres;
}

export async function startServers(): Promise<Servers> {
  const [source, target] = await Promise.all([startPostgres({ major: 14 }), startPostgres({ major: 16 })]);
  return { source, target };
}

export async function stopServers(servers: Servers | undefined): Promise<void> {
  await Promise.all([servers?.source.stop(), servers?.target.stop()]);
}

/** The same statements on both sides. */
export async function onBothSides({ source, target }: Servers, sql: string): Promise<void> {
  await Promise.all([source, target].map((server) => withClient(server.superuser, (client) => client.query(sql))));
}

export const on = (server: LocalPostgres, sql: string): Promise<unknown> =>
  withClient(server.superuser, (client) => client.query(sql));

export interface Connecting {
  readonly session?: SessionOptions;
  /** Other credentials. */
  readonly config?: Partial<Record<Role, Partial<ClientConfig>>>;
  /** Sees each connection. */
  readonly connected?: (role: Role, client: Client) => void;
}

export function databasesOf({ source, target }: Servers, { session, config, connected }: Connecting = {}): Databases {
  const database = (role: Role, server: LocalPostgres) => ({
    role,
    connect: async () => {
      const client = await openSession({ ...server.superuser, ...config?.[role] }, session);
      connected?.(role, client);
      return client;
    },
  });
  return { source: database('source', source), target: database('target', target) };
}

const columns = (list: Readonly<Record<string, string>>): ComparedColumn[] =>
  Object.entries(list).map(([name, baseType]) => ({ name, baseType }));

interface PlanOptions {
  /** The key's columns with their types. @default id, an integer */
  readonly id?: Readonly<Record<string, string>>;
  /** The other columns. @default v, a text */
  readonly others?: Readonly<Record<string, string>>;
  /** null: chunks cannot be ranges. @default the key */
  readonly rangeKey?: Readonly<Record<string, string>> | null;
  readonly kind?: TablePlan['kind'];
  readonly estimatedRows?: number;
  readonly bytes?: number;
}

/** A plan as the planner makes it. */
export function planOf(table: string, options: PlanOptions = {}): TablePlan {
  const { id = { id: 'int4' }, others = { v: 'text' }, rangeKey = id } = options;
  const { kind = 'ordinary', estimatedRows = 1000, bytes = 81_920 } = options;
  return {
    ...{ schema: 'public', name: table, kind, estimatedRows, bytes },
    columns: columns({ ...id, ...others }),
    key: columns(id),
    ...(rangeKey === null ? {} : { rangeKey: columns(rangeKey) }),
  };
}

export const EXACT = { mode: 'exact', seed: SEED, chunkRows: 100 } as const satisfies RowComparisonOptions & {
  seed: string;
};

/** A state in memory, as strict about plain data as a file is. */
export class MemoryState implements StateStore {
  header: string | undefined;
  lines: string[] = [];

  /** @param appended is called after each line */
  constructor(private readonly appended: (lines: number) => void = () => undefined) {}

  load = () => Promise.resolve(this.header === undefined ? undefined : (JSON.parse(this.header) as unknown));

  save = (header: unknown) => {
    this.header = JSON.stringify(header);
    return Promise.resolve();
  };

  append = (entry: unknown) => {
    this.lines.push(JSON.stringify(entry));
    this.appended(this.lines.length);
    return Promise.resolve();
  };

  async *entries() {
    for (const line of this.lines) yield await Promise.resolve(JSON.parse(line) as unknown);
  }

  clear = () => {
    this.header = undefined;
    this.lines = [];
    return Promise.resolve();
  };
}
