import type { Client, ClientConfig } from 'pg';
import { BOOK, bookValues } from '../../../../lambda/shared/ledger/statements';
import { withClient } from '../../../support/ledger-database';

/** One way to write the ledger. */
export interface Style {
  readonly name: string;
  /** Writes one payment, in whatever transactions it likes. */
  readonly write: (client: Client, id: string, epoch: number) => Promise<unknown>;
}

const account = (id: string): string =>
  `INSERT INTO payments.accounts (account_id, kind, owner_id, currency) VALUES ('user/${id}/EUR', 'user', '${id}', 'EUR')`;

const inTransaction =
  (begin: string) =>
  async (client: Client, id: string): Promise<void> => {
    await client.query(begin);
    await client.query('SELECT count(*) FROM payments.writer_epoch');
    await client.query(account(id));
    await client.query('SAVEPOINT s');
    await client.query(account(`${id}-undone`));
    await client.query('ROLLBACK TO s');
    await client.query('COMMIT');
  };

export const STYLES: readonly Style[] = [
  {
    name: 'books with its epoch',
    write: (client, id, epoch) =>
      client.query({
        text: BOOK.text,
        values: bookValues(
          {
            transactionId: id,
            timestamp: 1,
            clientId: 'c',
            idempotencyKey: id,
            userId: `u-${id}`,
            merchantId: 'm',
            amount: 5,
            currency: 'EUR',
            currencyExponent: 2,
          },
          epoch,
        ),
      }),
  },
  { name: 'knows nothing of epochs', write: (client, id) => client.query(account(id)) },
  {
    name: 'does not wait for the disk',
    write: (client, id) => client.query(`SET synchronous_commit = off; ${account(id)}`),
  },
  { name: 'READ COMMITTED', write: inTransaction('BEGIN') },
  { name: 'REPEATABLE READ', write: inTransaction('BEGIN ISOLATION LEVEL REPEATABLE READ') },
  { name: 'SERIALIZABLE', write: inTransaction('BEGIN ISOLATION LEVEL SERIALIZABLE') },
];

/** Why a write failed: SQLSTATE, or what became of the connection. */
export interface Refusals {
  readonly written: () => number;
  readonly codes: ReadonlyMap<string, number>;
  stop(): Promise<void>;
}

/** Writers at full speed until they are stopped, `each` of every style. A connection that is lost is made anew. */
export function startWriters(settings: ClientConfig, epoch: number, each = 2): Refusals {
  let isRunning = true;
  let written = 0;
  const codes = new Map<string, number>();
  const one = async (style: Style, name: string): Promise<void> => {
    let count = 0;
    while (isRunning) {
      await withClient(settings, async (client) => {
        while (isRunning) {
          count += 1;
          try {
            await style.write(client, `${name}-${count}`, epoch);
            written += 1;
          } catch (error) {
            const { code = 'lost' } = error as { code?: string };
            codes.set(code, (codes.get(code) ?? 0) + 1);
            await client.query('ROLLBACK');
          }
        }
      }).catch(() => undefined);
    }
  };
  const writers = STYLES.flatMap((style, index) =>
    Array.from({ length: each }, (_, number) => one(style, `w${index}x${number}e${epoch}`)),
  );
  return {
    written: () => written,
    codes,
    stop: async () => {
      isRunning = false;
      await Promise.all(writers);
    },
  };
}
