import { Client, type ClientConfig } from 'pg';
import { openSession, type Role } from '../../../../lambda/migration-validation/database/session';
import type { Pair } from '../../../../lambda/migration-validation/rows/chunk';
import { startPostgres } from '../../../support/postgres';

/** PostgreSQL 14 as the source and 16 as the target. */
export interface Servers {
  /** As the comparison connects: read-only, with its settings. Closed by stop. */
  connect(config?: ClientConfig): Promise<Pair>;
  /** With the settings that the role has. Closed by stop. */
  connectUnpinned(config?: ClientConfig): Promise<Pair>;
  /** Runs statements of a superuser on both sides. */
  onBoth(sql: string): Promise<void>;
  /** Does something as a superuser on each side, at once. */
  readonly each: (work: (client: Client, role: Role) => Promise<unknown>) => Promise<void>;
  stop(): Promise<void>;
}

export async function startServers(): Promise<Servers> {
  const [source, target] = await Promise.all([startPostgres({ major: 14 }), startPostgres({ major: 16 })]);
  const clients: Client[] = [];
  const owner = async (config: ClientConfig) => {
    const client = new Client(config);
    await client.connect();
    clients.push(client);
    return client;
  };
  const owners = { source: await owner(source.superuser), target: await owner(target.superuser) };
  const each: Servers['each'] = async (work) => {
    await Promise.all([work(owners.source, 'source'), work(owners.target, 'target')]);
  };
  return {
    connect: async (config = {}) => {
      const pair = {
        source: await openSession({ ...source.superuser, ...config }),
        target: await openSession({ ...target.superuser, ...config }),
      };
      clients.push(pair.source, pair.target);
      return pair;
    },
    connectUnpinned: async (config = {}) => ({
      source: await owner({ ...source.superuser, ...config }),
      target: await owner({ ...target.superuser, ...config }),
    }),
    onBoth: (sql) => each((client) => client.query(sql)),
    each,
    stop: async () => {
      await Promise.all(clients.map((client) => client.end()));
      await Promise.all([source.stop(), target.stop()]);
    },
  };
}
