import { Client, type ClientConfig } from 'pg';
import { ensureMigratorRole } from '../../../../lambda/ledger-migration/migrator-role';
import { ensureReplicationRole } from '../../../../lambda/ledger-migration/replication-role';
import type { Side } from '../../../../lambda/shared/authority/authority';
import { PostgresFence, type SideSessions } from '../../../../lambda/shared/fence/postgres-fence';
import type { TokenOptions } from '../../../../lambda/shared/fence/with-token';
import { createLedgerDatabase, type LedgerDatabase, withClient } from '../../../support/ledger-database';
import type { LocalPostgres } from '../../../support/postgres';

/** A ledger as the cutover finds it: with its role and that of replication. */
export interface FencedLedger extends LedgerDatabase {
  readonly side: Side;
  readonly migrator: ClientConfig;
  readonly dms: ClientConfig;
  readonly fence: (options?: FenceOptions) => PostgresFence;
}

export interface FenceOptions extends TokenOptions {
  /** Instead of connections of its own. */
  readonly sessions?: SideSessions;
}

/** Every unit of work over a connection of its own. */
const connections =
  (settings: ClientConfig): SideSessions =>
  () => ({ run: (unit) => withClient(settings, unit) });

export async function createFencedLedger(server: LocalPostgres, side: Side): Promise<FencedLedger> {
  const ledger = await createLedgerDatabase(server, { side });
  const as = (user: string): ClientConfig => ({ ...ledger.superuser, user, password: 'secret' });
  await withClient(ledger.superuser, async (client) => {
    await ensureReplicationRole(client);
    await ensureMigratorRole(client);
    await client.query(`ALTER ROLE dms_apply PASSWORD 'secret'; ALTER ROLE payments_migrator PASSWORD 'secret'`);
  });
  const [migrator, dms] = [as('payments_migrator'), as('dms_apply')];
  const usual = connections(migrator);
  return {
    ...ledger,
    side,
    migrator,
    dms,
    fence: ({ sessions = usual, ...options } = {}) => new PostgresFence({ sessions, second: usual, ...options }),
  };
}

/** Sessions whose process dies before its statement number `last`: the server sees the connection go. */
export function dyingSessions(settings: ClientConfig, last: number): SideSessions {
  return () => ({
    run: async (unit) => {
      const client = new Client(settings);
      client.on('error', () => undefined);
      await client.connect();
      let count = 0;
      const dying = new Proxy(client, {
        get: (target, property) => {
          const value = Reflect.get(target, property) as unknown;
          if (property !== 'query') return typeof value === 'function' ? (value.bind(target) as unknown) : value;
          return async (...parameters: [string, unknown[]]) => {
            count += 1;
            if (count === last) await target.end();
            if (count >= last) throw new Error('died');
            return target.query(...parameters);
          };
        },
      });
      try {
        return await unit(dying);
      } finally {
        if (count < last) await client.end();
      }
    },
  });
}
