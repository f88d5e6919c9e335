import type { Pair } from '../rows/chunk';
import type { ServerIdentity } from '../report/model';

interface Instance {
  readonly started: string;
  readonly database: string;
  readonly standby: boolean;
}

/**
 * Why the two sides are one database, compared with which everything is equal; undefined: they are two.
 * A server is known by the moment at which it was started, which everybody may read. A standby holds what its primary does,
 * and has its system identifier; a clone that was promoted has it too, and is a database of its own.
 */
export async function sameDatabase(
  pair: Pair,
  identities: { readonly source: ServerIdentity; readonly target: ServerIdentity },
): Promise<string | undefined> {
  const [source, target] = await Promise.all([instanceOf(pair.source), instanceOf(pair.target)]);
  if (source.database !== target.database) return undefined;
  if (source.started === target.started) return 'both URLs lead to it';
  const { systemIdentifier } = identities.source;
  const ofOneCluster = systemIdentifier !== undefined && systemIdentifier === identities.target.systemIdentifier;
  return ofOneCluster && (source.standby || target.standby) ? 'one side is a standby of the other' : undefined;
}

async function instanceOf(client: Pair['source']): Promise<Instance> {
  const { rows } = await client.query<Instance>(
    `SELECT pg_postmaster_start_time()::text AS started, pg_is_in_recovery() AS standby,
            oid || ' ' || datname AS database
       FROM pg_database WHERE datname = current_database()`,
  );
  const [instance] = rows;
  if (instance === undefined) throw new Error('the server must name the present database, got none');
  return instance;
}
