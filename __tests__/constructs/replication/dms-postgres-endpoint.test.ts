import { describe, expect, test } from '@jest/globals';
import { EncryptionKeys } from '../../../constructs/encryption';
import {
  DmsCredentials,
  DmsPostgresEndpoint,
  sourceEndpoint,
  targetEndpoint,
  type EndpointSettings,
} from '../../../constructs/replication';
import { synthesize, type Template } from '../../support/template';

const SERVER = { host: 'db.example.com', databaseName: 'payments', certificateArn: 'arn:aws:dms:x:y:cert:Z' };

const build = (settings: EndpointSettings, applyRoleIsExempt?: boolean): Template =>
  synthesize((stack) => {
    const keys = new EncryptionKeys(stack, 'Keys');
    new DmsPostgresEndpoint(stack, 'Endpoint', {
      component: 'reverse',
      settings,
      migrationType: 'cdc',
      applyRoleIsExempt,
      encryptionKey: keys.replication,
      credentials: new DmsCredentials(stack, 'Credentials', {
        component: 'dms-reverse-credentials',
        description: 'Reverse',
        host: SERVER.host,
        port: 5432,
        username: 'dms_apply',
        databaseName: SERVER.databaseName,
        encryptionKey: keys.secrets,
      }),
    });
  });

describe('an endpoint', () => {
  test('of another direction is built by the same construct', () => {
    const aurora = sourceEndpoint({ ...SERVER, engineName: 'aurora-postgresql' }, 'test_decoding', 'dms_reverse_test');
    expect(build(aurora).resource('aws_dms_endpoint')).toMatchObject({
      endpoint_id: 'reverse-test',
      engine_name: 'aurora-postgresql',
      postgres_settings: expect.objectContaining({ slot_name: 'dms_reverse_test' }),
    });
    const onPremises = targetEndpoint({ ...SERVER, engineName: 'postgres' }, { applyRoleIsExempt: true });
    expect(build(onPremises, true).resource('aws_dms_endpoint')['postgres_settings']).toEqual({
      execute_timeout: 60,
      map_boolean_as_boolean: true,
      max_file_size: 32_768,
    });
  });

  test.each([
    ['source', sourceEndpoint({ ...SERVER, engineName: 'postgres' }, 'test_decoding', 'dms_reverse_test')],
    ['target', targetEndpoint({ ...SERVER, engineName: 'postgres' })],
  ])('that is a %s writes out the numbers for which the provider would send 0', (_, settings) => {
    expect(build(settings).resource('aws_dms_endpoint')['postgres_settings']).toMatchObject({
      execute_timeout: 60,
      max_file_size: 32_768,
    });
  });

  test('refuses unsafe settings by itself', () => {
    const unsafe = { ...targetEndpoint({ ...SERVER, engineName: 'postgres' }), sslMode: 'require' };
    expect(() => build(unsafe)).toThrow(
      'endpoint reverse must be safe for the data, got 1 unsafe value\n' +
        'sslMode must be "verify-full", got "require"; none sends rows in the clear, require verifies nothing, verify-ca ' +
        'accepts any host of the authority (https://docs.aws.amazon.com/dms/latest/userguide/CHAP_Security.SSL.html)',
    );
  });
});
