import { Client } from 'pg';
import { takeBaseline } from '../../../../lambda/migration-validation/delta/take-baseline';
import {
  compareDelta,
  type DeltaOptions,
  type DeltaOutcome,
} from '../../../../lambda/migration-validation/delta/compare-delta';
import type { EarlierPass } from '../../../../lambda/migration-validation/delta/choose-tables';
import { openSession, type Role } from '../../../../lambda/migration-validation/database/session';
import type { TableResult } from '../../../../lambda/migration-validation/report/model';
import type { ComparedColumn, TablePlan } from '../../../../lambda/migration-validation/rows/chunk';
import { compareChunk } from '../../../../lambda/migration-validation/rows/compare-chunk';
import type { Databases } from '../../../../lambda/migration-validation/rows/run';
import { type LocalPostgres, startPostgres } from '../../../support/postgres';

export const SEED = '8115151515151';

/** PostgreSQL 14 as the source and 16 as the target, and a superuser's connection to each. */
export interface World {
  readonly servers: Readonly<Record<Role, LocalPostgres>>;
  readonly source: Client;
  readonly target: Client;
  readonly databases: Databases;
  /** One more connection of a superuser; closed by stop. */
  writer(role: Role): Promise<Client>;
  both(sql: string): Promise<void>;
  stop(): Promise<void>;
}

export async function startWorld(): Promise<World> {
  const settings = { max_prepared_transactions: '5', track_counts: 'on' };
  const [source, target] = await Promise.all([
    startPostgres({ major: 14, settings }),
    startPostgres({ major: 16, settings }),
  ]);
  const servers = { source, target };
  const clients: Client[] = [];
  const writer = async (role: Role) => {
    const client = new Client(servers[role].superuser);
    client.on('error', () => undefined);
    await client.connect();
    clients.push(client);
    return client;
  };
  const owners = { source: await writer('source'), target: await writer('target') };
  return {
    servers,
    ...owners,
    databases: databasesOf(servers),
    writer,
    both: async (sql) => {
      await Promise.all([owners.source.query(sql), owners.target.query(sql)]);
    },
    stop: async () => {
      await Promise.all(clients.map((client) => client.end()));
      await Promise.all([source.stop(), target.stop()]);
    },
  };
}

export function databasesOf(
  servers: Readonly<Record<Role, LocalPostgres>>,
  login: { readonly user?: string; readonly password?: string; readonly database?: string } = {},
): Databases {
  const of = (role: Role) => ({
    role,
    connect: () => openSession({ ...servers[role].superuser, ...login }),
  });
  return { source: of('source'), target: of('target') };
}

/** A plan as the planner makes it for `(id bigint PRIMARY KEY, v text)`. */
export function planOf(name: string, more: Partial<TablePlan> = {}): TablePlan {
  const id: ComparedColumn = { name: 'id', baseType: 'int8' };
  return {
    ...{ schema: 'public', name, kind: 'ordinary', columns: [id, { name: 'v', baseType: 'text' }] },
    ...{ key: [id], rangeKey: [id], estimatedRows: 1000, bytes: 81_920 },
    ...more,
  };
}

/** A baseline, what is done between it and the pass, and a whole comparison in the place of the engine's. */
export async function earlierPass(
  databases: Databases,
  plans: readonly TablePlan[],
  { counted = true, between = () => Promise.resolve() }: { counted?: boolean; between?: () => Promise<unknown> } = {},
): Promise<EarlierPass> {
  const pair = { source: await databases.source.connect(), target: await databases.target.connect() };
  try {
    const baseline = await takeBaseline(pair, { count: counted ? plans : [] });
    await between();
    const results: TableResult[] = [];
    for (const plan of plans) results.push(await wholeOf(pair, plan));
    // As it is kept in a file.
    return JSON.parse(JSON.stringify({ baseline, results })) as EarlierPass;
  } finally {
    await Promise.all([pair.source.end(), pair.target.end()]);
  }
}

async function wholeOf(pair: Parameters<typeof compareChunk>[0], plan: TablePlan): Promise<TableResult> {
  const whole = { kind: 'partition', index: 0, of: 1 } as const;
  const { source, target, counts } = await compareChunk(pair, plan, whole, { seed: SEED, maxDifferences: 0 });
  const differing = counts.changed + counts.missingOnSource + counts.missingOnTarget;
  return {
    ...{ schema: plan.schema, name: plan.name, verdict: differing === 0 ? 'equal' : 'different' },
    ...{ key: plan.key.map(({ name }) => name), method: 'partitions', chunks: 1, rechecked: 0, undecided: 0 },
    ...{ rows: { source: source.rows, target: target.rows }, counts, differences: [], seconds: 1, rowsPerSecond: 1000 },
  };
}

/** Compares the delta of tables that are all declared append-only; others end the test. */
export function deltaOf(
  databases: Databases,
  plans: readonly TablePlan[],
  earlier: EarlierPass,
  options: Partial<DeltaOptions> = {},
): Promise<DeltaOutcome> {
  return compareDelta(databases, plans, earlier, {
    appendOnly: plans,
    seed: SEED,
    compareWhole: (whole) => Promise.reject(new Error(`compared whole: ${whole.map(({ name }) => name).join(', ')}`)),
    ...options,
  });
}

/** The one table's result. */
export async function deltaOfOne(
  databases: Databases,
  plan: TablePlan,
  earlier: EarlierPass,
  options: Partial<DeltaOptions> = {},
): Promise<TableResult> {
  const { results } = await deltaOf(databases, [plan], earlier, options);
  const [result] = results;
  if (result === undefined || results.length !== 1) throw new Error(`one result must come, got ${results.length}`);
  return result;
}
