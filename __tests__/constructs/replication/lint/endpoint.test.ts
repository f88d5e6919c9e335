import { describe, expect, test } from '@jest/globals';
import {
  sourceEndpoint,
  targetEndpoint,
  type EndpointSettings,
} from '../../../../constructs/replication/endpoint-settings';
import { errorsOf, findingText, lintEndpoint } from '../../../../constructs/replication/lint';
import { ENDPOINT_RULES } from '../../../../constructs/replication/lint/endpoint-rules';
import { withValue } from './with-value';

const SERVER = {
  engineName: 'postgres',
  host: 'db.example.com',
  databaseName: 'payments',
  certificateArn: 'arn',
} as const;
const SOURCE = sourceEndpoint(SERVER, 'test_decoding');
const SLOT_SOURCE = sourceEndpoint(SERVER, 'pglogical', 'dms_forward_test');
const TARGET = targetEndpoint({ ...SERVER, engineName: 'aurora-postgresql' });

const CDC = { migrationType: 'cdc' } as const;
const LOAD = { migrationType: 'full-load-and-cdc' } as const;

type Case = readonly [
  rule: string,
  endpoint: EndpointSettings,
  setting: string,
  unsafe: readonly unknown[],
  safe: readonly unknown[],
];

const READER = 'x.cluster-ro-abc.us-east-1.rds.amazonaws.com';
const PROXY = 'x.proxy-abc.us-east-1.rds.amazonaws.com';
const WRITER = 'x.cluster-abc.us-east-1.rds.amazonaws.com';

const CASES: readonly Case[] = [
  ['tls', SOURCE, 'sslMode', ['none', 'require', 'verify-ca', undefined], ['verify-full']],
  ['certificate', TARGET, 'certificateArn', ['', undefined], ['arn']],
  ['host-is-address', SOURCE, 'host', ['192.168.10.20', '::1'], ['db.example.com']],
  ['host-is-writer', TARGET, 'host', [READER, PROXY], [WRITER]],
  ['pause-tasks', TARGET, 'pauseReplicationTasks', [true], [false, undefined]],
  ['heartbeat', SOURCE, 'heartbeatEnable', [false, undefined], [true]],
  ['heartbeat-frequency', SOURCE, 'heartbeatFrequency', [0, 2, 5, undefined], [1]],
  ['heartbeat-schema', SOURCE, 'heartbeatSchema', ['public', '', undefined], ['awsdms_control']],
  ['plugin', SOURCE, 'pluginName', ['no-preference', undefined], ['test_decoding', 'pglogical']],
  ['ddl-capture', SOURCE, 'captureDdls', [true, undefined], [false]],
  ['lob-truncation', SOURCE, 'failTasksOnLobTruncation', [false, undefined], [true]],
  ['slot', SLOT_SOURCE, 'slotName', ['', undefined], ['dms_forward_test']],
  ['no-slot', SOURCE, 'slotName', ['dms_forward_test'], [undefined]],
  [
    'replica-role',
    TARGET,
    'afterConnectScript',
    ["SET session_replication_role='origin'", 'SELECT 1', undefined],
    ["SET session_replication_role='replica'", 'SET session_replication_role TO replica;'],
  ],
];

const rulesAt = (endpoint: EndpointSettings, setting: string, value: unknown): string[] =>
  lintEndpoint(withValue(endpoint, setting, value), endpoint === SLOT_SOURCE ? CDC : LOAD).map(({ rule }) => rule);

describe('the linter of endpoints', () => {
  test('finds nothing in the endpoints of this project', () => {
    expect([...lintEndpoint(SOURCE, LOAD), ...lintEndpoint(SLOT_SOURCE, CDC), ...lintEndpoint(TARGET, {})]).toEqual([]);
  });

  test('is tested rule by rule', () => {
    expect(CASES.map(([rule]) => rule)).toEqual(ENDPOINT_RULES.map(({ id }) => id));
  });

  test.each(
    CASES.flatMap(([rule, endpoint, setting, unsafe]) =>
      unsafe.map((value) => ({ rule, endpoint, setting, value: String(value), unsafe: value })),
    ),
  )('$rule refuses $setting $value', ({ rule, endpoint, setting, unsafe }) => {
    expect(rulesAt(endpoint, setting, unsafe)).toEqual([rule]);
  });

  test.each(
    CASES.flatMap(([rule, endpoint, setting, , safe]) =>
      safe.map((value) => ({ rule, endpoint, setting, value: String(value), safe: value })),
    ),
  )('$rule accepts $setting $value', ({ endpoint, setting, safe }) => {
    expect(rulesAt(endpoint, setting, safe)).toEqual([]);
  });

  test('only warns of an address for a host: its certificate may hold it', () => {
    const found = lintEndpoint({ ...SOURCE, host: '192.168.10.20' }, LOAD);
    expect(found.map(({ severity }) => severity)).toEqual(['warning']);
    expect(errorsOf(found)).toEqual([]);
    expect(found.map(findingText)).toEqual([
      'host must be the host name that the certificate names, got "192.168.10.20"; verify-full compares it with the ' +
        'certificate; an address matches only if the certificate holds it as IP address and the client library of DMS ' +
        'looks there (https://docs.aws.amazon.com/dms/latest/userguide/CHAP_Security.SSL.html)',
    ]);
  });

  test('asks no source for a script, no target for a heartbeat, and no exempt role for the script', () => {
    const exempt = targetEndpoint(SERVER, { applyRoleIsExempt: true });
    expect(exempt.afterConnectScript).toBeUndefined();
    expect(lintEndpoint(exempt, { applyRoleIsExempt: true })).toEqual([]);
    expect(lintEndpoint(exempt, {}).map(({ rule }) => rule)).toEqual(['replica-role']);
  });
});
