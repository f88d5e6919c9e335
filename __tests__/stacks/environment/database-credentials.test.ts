import { describe, expect, test } from '@jest/globals';
import { dev } from '../../../environments/dev';
import { prod } from '../../../environments/prod';
import { rdsCaBundle } from '../../../constructs/replication';
import { edited } from '../../support/environments';
import { stackOf } from '../../support/stacks';
import type { Template } from '../../support/template';

const withOnPremises = stackOf(prod);
const withoutOnPremises = stackOf(
  edited(dev, {
    onPremises: undefined,
    replication: undefined,
    cutover: undefined,
    traffic: undefined,
    'ingress/scheme': 'internal',
  }),
);

/** What the secrets of the ledger hold, without the password, by their names. */
const ledgerSecrets = (template: Template): Record<string, string> =>
  Object.fromEntries(
    Object.entries(template.resources('aws_secretsmanager_secret'))
      .filter(([id]) => id.startsWith('LedgerSecrets_'))
      .map(([id, { name }]) => {
        const version = template.resource('aws_secretsmanager_secret_version', {
          secret_id: `\${aws_secretsmanager_secret.${id}.id}`,
        });
        return [String(name), String(version['secret_string_wo'] ?? version['secret_string'])];
      }),
  );

describe('the secrets of the ledger databases', () => {
  test('are one for writing, one for reading and one for moving the right to write, for each side', () => {
    const aurora = (role: string): unknown =>
      expect.stringMatching(
        new RegExp(
          `"host" = aws_rds_cluster\\.Database_Cluster_\\w+\\.endpoint, "port" = 5432, "username" = "${role}", .* "dbname" = "payments"`,
        ),
      );
    const { host, port, databaseName } = prod.onPremises.database;
    const onPremises = (role: string): unknown =>
      expect.stringMatching(
        new RegExp(`"host" = "${host}", "port" = ${port}, "username" = "${role}", .* "dbname" = "${databaseName}"`),
      );
    expect(ledgerSecrets(withOnPremises)).toEqual({
      'payment-db-credentials-prod': aurora('payments_app'),
      'payment-db-read-credentials-prod': aurora('payments_read'),
      'payment-onprem-credentials-prod': onPremises('payments_app'),
      'payment-onprem-read-credentials-prod': onPremises('payments_read'),
      'payment-migrator-credentials-prod': aurora('payments_migrator'),
      'payment-onprem-migrator-credentials-prod': onPremises('payments_migrator'),
      'payment-database-authorities-prod': JSON.stringify({
        aurora: rdsCaBundle('us-east-1'),
        'on-prem': prod.onPremises.database.caCertificatePem,
      }),
    });
  });

  test('are only those of Aurora where there is no on-premises side', () => {
    expect(Object.keys(ledgerSecrets(withoutOnPremises)).sort()).toEqual([
      'payment-database-authorities-dev',
      'payment-db-credentials-dev',
      'payment-db-read-credentials-dev',
    ]);
    expect(ledgerSecrets(withoutOnPremises)['payment-database-authorities-dev']).toBe(
      JSON.stringify({ aurora: rdsCaBundle('us-east-1') }),
    );
  });

  test('fit: Secrets Manager takes 65,536 bytes', () => {
    const value = ledgerSecrets(withOnPremises)['payment-database-authorities-prod'] ?? '';
    expect(value.length).toBeGreaterThan(1000);
    expect(Buffer.byteLength(value)).toBeLessThan(65_536);
  });
});
