import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, jest, test } from '@jest/globals';
import { type LedgerProviderOptions, PostgresLedgerProvider } from '../../../../lambda/shared/database/ledger-provider';
import { SecretReader } from '../../../../lambda/shared/database/secret-reader';
import { LedgerUnavailable } from '../../../../lambda/shared/ledger/ledger';
import { FakeSecretsManager } from '../../../support/fake-secrets-manager';
import { createLedgerDatabase, type LedgerDatabase, withClient } from '../../../support/ledger-database';
import { type LocalPostgres, startPostgres } from '../../../support/postgres';
import { payment } from '../ledger/fixtures';

jest.setTimeout(60_000);

const ARNS = { 'on-prem': 'secret-onprem', aurora: 'secret-aurora' } as const;
const AUTHORITIES = 'secret-authorities';

describe('ledgers by side, on-premises as 14 and Aurora as 16', () => {
  const servers: LocalPostgres[] = [];
  const databases: LedgerDatabase[] = [];
  let manager: FakeSecretsManager;
  let provider: PostgresLedgerProvider;

  const credentials = (index: number) => {
    const { host, port, database, user, password } = databases[index]?.app ?? {};
    return { engine: 'postgres', host, port, dbname: database, username: user, password };
  };
  const make = (over: Partial<LedgerProviderOptions> = {}) => {
    provider = new PostgresLedgerProvider({
      secrets: new SecretReader(manager.client),
      credentialsSecretArns: ARNS,
      authoritiesSecretArn: AUTHORITIES,
      applicationName: 'a function',
      ...over,
    });
    return provider;
  };
  const error = (work: Promise<unknown>) =>
    work.then(
      () => 'nothing was thrown',
      (caught: unknown) => caught,
    );

  beforeAll(async () => {
    for (const [major, side] of [
      [14, 'on-prem'],
      [16, 'aurora'],
    ] as const) {
      const server = await startPostgres({ major, tls: true });
      servers.push(server);
      databases.push(await createLedgerDatabase(server, { side }));
    }
  });
  beforeEach(() => {
    manager = new FakeSecretsManager();
    manager.create(ARNS['on-prem'], credentials(0));
    manager.create(ARNS.aurora, credentials(1));
    manager.create(AUTHORITIES, { 'on-prem': servers[0]?.caPem, aurora: servers[1]?.caPem });
    make();
  });
  afterEach(() => provider.close());
  afterAll(() => Promise.all(servers.map((server) => server.stop())));

  const bookedIn = (index: number, id: string) =>
    withClient(databases[index]?.superuser ?? {}, async (client) => {
      const { rowCount } = await client.query('SELECT FROM payments.transactions WHERE transaction_id = $1', [id]);
      return rowCount;
    });

  test('lead each to its own database, verified by its own authority', async () => {
    for (const [index, side] of (['on-prem', 'aurora'] as const).entries()) {
      const paid = payment();
      const ledger = provider.forSide(side);
      expect(ledger.side).toBe(side);
      await expect(ledger.book(paid, 1)).resolves.toMatchObject({ outcome: 'booked' });
      expect([await bookedIn(0, paid.transactionId), await bookedIn(1, paid.transactionId)]).toEqual(
        index === 0 ? [1, 0] : [0, 1],
      );
    }
  });

  test('read no secret before they are used, and each one once', async () => {
    provider.forSide('aurora');
    expect(manager.sent).toEqual([]);
    await provider.forSide('aurora').book(payment(), 1);
    await provider.forSide('aurora').book(payment(), 1);
    expect(manager.sent).toHaveLength(2);
  });

  test('read the secret anew when the password was changed, without another start', async () => {
    const ledger = make().forSide('aurora');
    await ledger.book(payment(), 1);
    await provider.close();
    await withClient(databases[1]?.superuser ?? {}, async (client) => {
      await client.query(
        "CREATE ROLE payments_app_clone LOGIN PASSWORD 'the clone'; GRANT payments_writer TO payments_app_clone",
      );
      await client.query('ALTER ROLE payments_app NOLOGIN');
    });
    const rotated = { ...credentials(1), username: 'payments_app_clone', password: 'the clone' };
    manager.overwrite(ARNS.aurora, 'AWSCURRENT', JSON.stringify(rotated));
    const sent = manager.sent.length;
    await expect(ledger.book(payment(), 1)).resolves.toMatchObject({ outcome: 'booked' });
    expect(manager.sent.length - sent).toBe(1);
    await withClient(databases[1]?.superuser ?? {}, (client) => client.query('ALTER ROLE payments_app LOGIN'));
  });

  test('are unavailable when the password is refused also after the secret was read anew', async () => {
    manager.overwrite(ARNS.aurora, 'AWSCURRENT', JSON.stringify({ ...credentials(1), password: 'hunter2' }));
    const thrown = await error(provider.forSide('aurora').book(payment(), 1));
    expect(thrown).toMatchObject({ name: 'LedgerUnavailable', code: '28P01' });
    expect(String(thrown)).not.toContain('hunter2');
    expect(manager.sent).toHaveLength(3);
  });

  test("refuse a server that another side's authority vouches for", async () => {
    manager.overwrite(AUTHORITIES, 'AWSCURRENT', JSON.stringify({ aurora: servers[0]?.caPem }));
    await expect(provider.forSide('aurora').book(payment(), 1)).rejects.toMatchObject({
      name: 'LedgerUnavailable',
      code: 'CERT_SIGNATURE_FAILURE',
    });
  });

  test('only read when told so', async () => {
    make({ readOnly: true });
    await expect(provider.forSide('aurora').find('none', 'client-1')).resolves.toBeUndefined();
    await expect(provider.forSide('aurora').book(payment(), 1)).rejects.toMatchObject({ code: '25006' });
  });

  test.each([{}, { aurora: ARNS.aurora, 'on-prem': undefined }, { 'on-prem': '' }])(
    'are unavailable for a side without a secret: %j',
    (credentialsSecretArns) => {
      make({ credentialsSecretArns });
      expect(() => provider.forSide('on-prem')).toThrow(
        new LedgerUnavailable(
          'no-credentials',
          "the ledger on-prem must have a secret with credentials in this function's environment, got none; configure it for this environment and deploy, or hand authority to the side that has one",
        ),
      );
    },
  );

  test('are unavailable without the certificate of their authority', async () => {
    manager.overwrite(AUTHORITIES, 'AWSCURRENT', JSON.stringify({ aurora: servers[1]?.caPem }));
    expect(await error(provider.forSide('on-prem').book(payment(), 1))).toEqual(
      new LedgerUnavailable(
        'no-authority-certificate',
        'the ledger on-prem must have the certificate of its authority in the secret secret-authorities, got none; write it there under "on-prem"',
      ),
    );
  });

  test('are unavailable while the secret is malformed, and say what is wrong with it', async () => {
    manager.overwrite(ARNS.aurora, 'AWSCURRENT', JSON.stringify({ ...credentials(1), host: '' }));
    expect(await error(provider.forSide('aurora').book(payment(), 1))).toEqual(
      new LedgerUnavailable(
        'secret-malformed',
        'the credentials of the ledger aurora cannot be had (secret-malformed): the secret secret-aurora must be a JSON object of the agreed form, got missing or other fields: host',
      ),
    );
  });

  test('are unavailable while Secrets Manager gives nothing', async () => {
    make({ credentialsSecretArns: { aurora: 'missing' } });
    expect(await error(provider.forSide('aurora').find('x', 'y'))).toEqual(
      new LedgerUnavailable(
        'ResourceNotFoundException',
        'the credentials of the ledger aurora cannot be had (ResourceNotFoundException)',
      ),
    );
  });
});
