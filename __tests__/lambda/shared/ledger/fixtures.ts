import { randomUUID } from 'node:crypto';
import type { Payment } from '../../../../lambda/shared/ledger/ledger';
import type { ConnectionSettings } from '../../../../lambda/shared/postgres/settings';
import type { LedgerDatabase } from '../../../support/ledger-database';
import type { LocalPostgres } from '../../../support/postgres';

/** A payment that no other test has. */
export function payment(over: Partial<Payment> = {}): Payment {
  const id = randomUUID();
  return {
    transactionId: id,
    timestamp: 1_700_000_000_123,
    clientId: 'client-1',
    idempotencyKey: `key-${id}`,
    userId: 'user-1',
    merchantId: 'merchant-1',
    amount: 1250,
    currency: 'EUR',
    currencyExponent: 2,
    ...over,
  };
}

/** How the functions connect to a ledger of the tests. */
export const settingsFor = (
  server: LocalPostgres,
  login: LedgerDatabase['app'],
  over: Partial<ConnectionSettings> = {},
): ConnectionSettings => ({
  host: server.host,
  port: server.port,
  database: String(login.database),
  user: String(login.user),
  password: login.password,
  ca: server.caPem ?? '',
  applicationName: 'a test',
  ...over,
});
