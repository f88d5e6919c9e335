import { describe, expect, test } from '@jest/globals';
import { dev } from '../../../environments/dev';
import { prod } from '../../../environments/prod';
import { edited } from '../../support/environments';
import { stackOf } from '../../support/stacks';
import type { Json, Template } from '../../support/template';

const replicating = stackOf(prod);
const alone = stackOf(
  edited(dev, {
    onPremises: undefined,
    replication: undefined,
    cutover: undefined,
    traffic: undefined,
    'ingress/scheme': 'internal',
  }),
);
const withoutReplication = stackOf(edited(dev, { replication: undefined, cutover: undefined }));

const migration = (template: Template, suffix: string): Json =>
  (
    template.resource('aws_lambda_function', { function_name: `ledger-migration-${suffix}` })['environment'] as {
      variables: Json;
    }
  ).variables;

const parts = (template: Template): unknown =>
  JSON.parse(String(template.resource('aws_lambda_invocation')['input'])) as unknown;

describe("the ledger's schema on Aurora", () => {
  test('is without indexes and keys where DMS loads the tables, and whole everywhere else', () => {
    expect(parts(replicating)).toEqual({ parts: ['pre-data'] });
    expect(parts(alone)).toEqual({ parts: ['pre-data', 'post-data'] });
    expect(parts(withoutReplication)).toEqual({ parts: ['pre-data', 'post-data'] });
  });

  test('is closed for writing while there is an on-premises side', () => {
    expect(migration(replicating, 'prod')).toMatchObject({ INITIAL_AUTHORITY: 'on-prem', LEDGER_SIDE: 'aurora' });
    expect(migration(withoutReplication, 'dev')).toMatchObject({ INITIAL_AUTHORITY: 'on-prem' });
    expect(migration(alone, 'dev')).toMatchObject({ INITIAL_AUTHORITY: 'aurora' });
  });

  test.each([
    ['an on-premises side', replicating],
    ['none', alone],
  ])('is applied only when Secrets Manager and the database can be reached, with %s', (_, template) => {
    const { depends_on: waits } = template.resource('aws_lambda_invocation') as { depends_on: string[] };
    expect(waits.filter((address) => address.startsWith('aws_vpc_endpoint.'))).toContainEqual(
      expect.stringMatching(/^aws_vpc_endpoint\.Network_Endpoints_Interface-secretsmanager_/),
    );
    // A subnet begins behind the VPC's own network ACL, which lets nothing through.
    expect(waits.filter((address) => address.startsWith('aws_network_acl_association.'))).toEqual(
      ['Private', 'Database'].flatMap((tier) =>
        ['a', 'b', 'c'].map((zone) => expect.stringMatching(`Network_${tier}_NetworkAcl-us-east-1${zone}_`)),
      ),
    );
  });

  test('knows every schema that is replicated', () => {
    const schemas = ['payments', 'shop'];
    const more = stackOf(edited(prod, { replication: { ...prod.replication, schemas } }));
    expect(migration(more, 'prod')).toMatchObject({ REPLICATED_SCHEMAS: 'payments,shop' });
    expect(migration(withoutReplication, 'dev')).not.toHaveProperty('REPLICATED_SCHEMAS');
  });

  test('has a role for DMS where DMS is', () => {
    expect(migration(replicating, 'prod')['DMS_TARGET_SECRET_ARN']).toMatch(/Replication_TargetCredentials_Secret/);
    expect(migration(alone, 'dev')).not.toHaveProperty('DMS_TARGET_SECRET_ARN');
    expect(migration(replicating, 'prod')['DMS_CAPTURE_SECRET_ARN']).toMatch(/Replication_AuroraSourceCredentials_Sec/);
    expect(migration(alone, 'dev')).not.toHaveProperty('DMS_CAPTURE_SECRET_ARN');
  });

  test('has a role that moves the right to write where there is a cutover', () => {
    expect(migration(replicating, 'prod')['AURORA_MIGRATOR_SECRET_ARN']).toMatch(/LedgerSecrets_AuroraMigrator_Secret/);
    expect(migration(alone, 'dev')).not.toHaveProperty('AURORA_MIGRATOR_SECRET_ARN');
  });
});

test('the secrets of Aurora are rotated, those of the on-premises side and of DMS are not', () => {
  const rotated = replicating
    .list('aws_secretsmanager_secret_rotation')
    .filter((schedule) => 'rotation_lambda_arn' in schedule)
    .map(({ secret_id: id }) => id);
  expect(rotated).toEqual([
    expect.stringMatching(/LedgerSecrets_AuroraRead_Secret_/),
    expect.stringMatching(/LedgerSecrets_Aurora_Secret_/),
  ]);
});
