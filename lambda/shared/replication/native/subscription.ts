import { type Client, DatabaseError, escapeIdentifier, escapeLiteral } from 'pg';

/** What a subscription was last told to do: to copy everything, or to go on. Kept as its comment on the server. */
export type Errand = 'load' | 'run';

export interface Subscription {
  readonly oid: number;
  readonly enabled: boolean;
  readonly errand: Errand;
}

const SUBSCRIPTION = `
  SELECT s.oid::int8::text AS oid, s.subenabled AS enabled, obj_description(s.oid, 'pg_subscription') AS comment
  FROM pg_subscription AS s JOIN pg_database AS d ON d.oid = s.subdbid
  WHERE s.subname = $1 AND d.datname = current_database()
`;

/** @default it does not exist */
export async function readSubscription(client: Client, name: string): Promise<Subscription | undefined> {
  const { rows } = await client.query<{ oid: string; enabled: boolean; comment: string | null }>(SUBSCRIPTION, [name]);
  const [row] = rows;
  if (row === undefined) return undefined;
  return { oid: Number(row.oid), enabled: row.enabled, errand: row.comment === 'load' ? 'load' : 'run' };
}

export interface NewSubscription {
  /** Also of its slot, which is there already. */
  readonly name: string;
  readonly publication: string;
  /** Holds a password. */
  readonly connection: string;
  readonly errand: Errand;
}

/**
 * Creates a subscription on a slot that is there: enabled and copying for the errand `load`, at rest for the other one. Its
 * commits wait for the disk, else the slot's position reports them late.
 */
export function createSubscription(
  client: Client,
  { name, publication, connection, errand }: NewSubscription,
): Promise<void> {
  const load = errand === 'load';
  return inQuietTransaction(client, async () => {
    await client.query(
      `CREATE SUBSCRIPTION ${escapeIdentifier(name)} CONNECTION ${escapeLiteral(connection)}
       PUBLICATION ${escapeIdentifier(publication)}
       WITH (create_slot = false, slot_name = ${escapeLiteral(name)}, enabled = ${load}, copy_data = ${load}, synchronous_commit = 'on')`,
    );
    await client.query(`COMMENT ON SUBSCRIPTION ${escapeIdentifier(name)} IS '${errand}'`);
  });
}

/** Enables a subscription, with the connection as it is now: passwords change. */
export function enableSubscription(client: Client, name: string, connection: string, errand: Errand): Promise<void> {
  const subscription = `SUBSCRIPTION ${escapeIdentifier(name)}`;
  return inQuietTransaction(client, async () => {
    await client.query(`ALTER ${subscription} CONNECTION ${escapeLiteral(connection)}`);
    await client.query(`COMMENT ON ${subscription} IS '${errand}'`);
    await client.query(`ALTER ${subscription} ENABLE`);
  });
}

/** Notes that the load is over, while the subscription goes on. */
export async function noteErrand(client: Client, name: string, errand: Errand): Promise<void> {
  await client.query(`COMMENT ON SUBSCRIPTION ${escapeIdentifier(name)} IS '${errand}'`);
}

/**
 * Disables a subscription. Its worker would notice within a second; ended, it does at once, and what it was about to apply
 * is rolled back and not confirmed.
 */
export async function disableSubscription(client: Client, name: string): Promise<void> {
  await client.query(`ALTER SUBSCRIPTION ${escapeIdentifier(name)} DISABLE`);
  try {
    await client.query('SELECT pg_terminate_backend(pid) FROM pg_stat_subscription WHERE subname = $1 AND pid > 0', [
      name,
    ]);
  } catch (error) {
    // Insufficient privilege: then it takes its second.
    if (!(error instanceof DatabaseError && error.code === '42501')) throw error;
  }
}

/** Drops a subscription here and nothing elsewhere: its slot is dropped by whoever has the token on the other server. */
export function dropSubscription(client: Client, name: string): Promise<void> {
  const subscription = `SUBSCRIPTION ${escapeIdentifier(name)}`;
  return inQuietTransaction(client, async () => {
    if ((await readSubscription(client, name)) === undefined) return;
    await client.query(`ALTER ${subscription} DISABLE`);
    await client.query(`ALTER ${subscription} SET (slot_name = NONE)`);
    await client.query(`DROP ${subscription}`);
  });
}

/**
 * A transaction whose statements the server does not log, for they may hold a password. Only a superuser may ask for that,
 * which whoever owns a subscription on version 14 is.
 */
async function inQuietTransaction(client: Client, work: () => Promise<void>): Promise<void> {
  await client.query('BEGIN');
  try {
    const { rows } = await client.query<{ superuser: boolean }>(
      'SELECT rolsuper AS superuser FROM pg_roles WHERE rolname = current_user',
    );
    if (rows[0]?.superuser === true) {
      await client.query(
        `SELECT set_config('log_statement', 'none', true), set_config('log_min_error_statement', 'panic', true),
           set_config('log_min_duration_statement', '-1', true)`,
      );
    }
    await work();
    await client.query('COMMIT');
  } catch (error) {
    // The first error is the one that counts; a connection that is gone has rolled back by itself.
    await client.query('ROLLBACK').catch(() => undefined);
    throw error;
  }
}
