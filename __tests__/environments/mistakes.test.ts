import { describe, expect, test } from '@jest/globals';
import { accounts } from '../../environments/accounts';
import { dev } from '../../environments/dev';
import { prod } from '../../environments/prod';
import { staging } from '../../environments/staging';
import { edited, problemsOf, problemsOfProd } from '../support/environments';

const circular: Record<string, unknown> = {};
circular['self'] = circular;

const { 'us-east-1a': a, 'us-east-1b': b, 'us-east-1c': c } = prod.network.availabilityZones;
const critical = prod.monitoring.subscriptions.critical;
const image = (region: string): string => `123456789012.dkr.ecr.${region}.amazonaws.com/api@sha256:${'a'.repeat(64)}`;

/** What is changed in the file of production, and what the one line says that comes of it. */
const MISTAKES: [Record<string, unknown>, string][] = [
  // What only constructs noticed
  [{ 'network/interfaceEndpoints/1': 's3' }, 'network.interfaceEndpoints[1] must be the name'],
  [{ 'network/interfaceEndpoints': ['secretsmanager', 'dynamodb'] }, 'network.interfaceEndpoints[1] must be the name'],
  [
    { 'network/interfaceEndpoints': ['secretsmanager', 'com.amazonaws.us-east-1.kms'] },
    'network.interfaceEndpoints[1] must be the name',
  ],
  [
    { 'network/interfaceEndpoints': ['secretsmanager', 'ssm', 'sns', 'sqs', 'kms', 'kms'] },
    'network.interfaceEndpoints[5] must be listed once, got "kms"; remove the repetition',
  ],
  [
    { 'ingress/webAcl/rateLimitExemptCidrs': ['198.51.100.0/28', '0.0.0.0/0'] },
    'ingress.webAcl.rateLimitExemptCidrs[1] must be an IPv4 network from /1 to /32',
  ],
  [{ 'ingress/webAcl/rateLimitExemptCidrs': ['x'] }, 'ingress.webAcl.rateLimitExemptCidrs[0] must be an IPv4 network'],
  [{ 'ingress/allowedCidrs': ['10.0.0.0/8', '10.0.0.0/8'] }, 'ingress.allowedCidrs[1] must be listed once'],
  [{ 'ingress/allowedCidrs': [] }, 'ingress.allowedCidrs must have at least one network'],
  [
    { 'monitoring/subscriptions/critical': [...critical, critical[0]] },
    'monitoring.subscriptions.critical[2] must be listed once',
  ],
  [{ project: 'a-' }, 'project must have 1 to 32'],
  [{ project: 'a--b' }, 'project must have 1 to 32'],
  [{ project: 'ssm-x' }, 'project must have 1 to 32'],
  [{ name: 'constructor' }, 'name must not be a name that JavaScript gives to every object'],
  [
    { 'replication/excludedTables': [{ schema: 'x', name: 'y' }] },
    'replication.excludedTables[0].schema must be a repl',
  ],
  [{ 'replication/schemas': ['payments', 'payments'] }, 'replication.schemas[1] must be listed once'],
  [
    { 'replication/tables': [prod.replication.tables[0], prod.replication.tables[0]] },
    'replication.tables[1] must be listed once',
  ],
  // Values that JSON does not have
  [
    { 'onPremises/database/port': 5432n },
    'onPremises.database.port must be an integer from 1 to 65535 (TCP port), got 5432n',
  ],
  [{ 'paymentApi/timeoutSeconds': Symbol('x') }, 'paymentApi.timeoutSeconds must be an integer'],
  [{ 'paymentApi/imageUri': circular }, 'paymentApi.imageUri must be an ECR image by digest'],
  // One mistake, one line
  [{ 'replication/schemas': [] }, 'replication.schemas must name at least one schema'],
  [
    { 'replication/schemas': ['awsdms_control'], 'replication/excludedTables': [] },
    'replication.schemas must not take in awsdms_control',
  ],
  [{ 'replication/schemas': ['%'] }, 'replication.schemas[0] must be a PostgreSQL identifier'],
  [{ 'replication/tables/1/schema': 'x' }, 'replication.tables[1].schema must be a replicated schema: payments'],
  [{ 'replication/tables': [null] }, 'replication.tables[0] must be an object'],
  [
    { 'replication/excludedTables': [{ schema: 'payments', name: 'entries' }] },
    'replication.excludedTables must take in every declared table, got "payments.entries"',
  ],
  [{ 'network/cidr': '10.0.0.0/29' }, 'network.cidr must have a prefix length from 16 to 28'],
  [{ 'network/cidr': '127.0.0.0/16' }, 'network.cidr must be apart from 0.0.0.0/8, 127.0.0.0/8, 169.254.0.0/16'],
  [{ 'network/cidr': '169.254.0.0/16' }, 'network.cidr must be apart from'],
  [{ 'network/cidr': '0.1.0.0/16' }, 'network.cidr must be apart from'],
  [{ 'network/cidr': '239.0.0.0/16' }, 'network.cidr must be apart from'],
  [
    { 'network/availabilityZones/us-east-1a/publicCidr': '10.0.0.0/15' },
    'network.availabilityZones["us-east-1a"].publicCidr must have a prefix length',
  ],
  [
    { 'network/availabilityZones': { 'eu-west-1a': a, 'eu-west-1b': b, 'eu-west-1c': c } },
    'network.availabilityZones must be availability zones of us-east-1',
  ],
  [{ onPremises: null }, 'onPremises must be an object'],
  [{ 'onPremises/cidrs': [] }, 'onPremises.cidrs must have at least one network'],
  [{ 'onPremises/cidrs': ['x'] }, 'onPremises.cidrs[0] must be an IPv4 network'],
  [{ teardown: true, confirmTeardown: '' }, 'confirmTeardown must be the name of the environment'],
  [{ name: 'account-prod' }, 'name must not start with account-'],
  // What went through
  [{ 'paymentApi/imageUri': image('eu-west-1') }, 'paymentApi.imageUri must be in a repository of us-east-1'],
  [
    { 'onPremises/link/customerGatewayAddress': '192.168.1.1' },
    'onPremises.link.customerGatewayAddress must be a public IPv4 address',
  ],
  [{ 'onPremises/link/customerGatewayAsn': 7224 }, 'onPremises.link.customerGatewayAsn must be a BGP autonomous'],
  [{ 'onPremises/link/customerGatewayAsn': 23456 }, 'onPremises.link.customerGatewayAsn must be a BGP autonomous'],
  [{ 'replication/instanceClass': 'dms.r5.micro' }, 'replication.instanceClass must be of a size that DMS offers'],
  [
    { 'replication/instanceClass': 'dms.t3.2xlarge' },
    'replication.instanceClass must be of a size that DMS offers for dms.t3: micro, small, medium, large',
  ],
  // Terraform's own language
  [{ 'traffic/healthCheckPath': '/${file("/etc/passwd")}' }, 'traffic.healthCheckPath must not hold ${ or %{'],
  [{ 'traffic/healthCheckPath': '/%{if}' }, 'traffic.healthCheckPath must not hold ${ or %{'],
  [{ 'monitoring/runbookUrl': 'https://example.com/${x}' }, 'monitoring.runbookUrl must not hold ${ or %{'],
  [
    { 'monitoring/subscriptions/critical/0/endpoint': 'https://example.com/${x}' },
    'monitoring.subscriptions.critical[0].endpoint must not hold ${ or %{',
  ],
  [
    { 'replication/tables/0/columns': [{ name: 'x', type: '${x}' }] },
    'replication.tables[0].columns[0].type must not hold ${ or %{',
  ],
  // What the line advises
  [{ account: 'xyz' }, 'account must be a key of accounts.ts, got "xyz"; name one of nonprod, prod'],
  [{ account: 'constructor' }, 'account must be a key of accounts.ts, got "constructor"; name one of nonprod, prod'],
  [
    { 'dns/zoneName': 'Payments.example.com' },
    'dns.zoneName must be a fully qualified host name in lower case, as api.example.com, got "Payments.example.com"; write it as payments.example.com',
  ],
  [
    { 'dns/zoneName': 'https://example.com/' },
    'dns.zoneName must be a fully qualified host name in lower case, as api.example.com, got "https://example.com/"; write the host name alone',
  ],
  [{ state: {} }, 'state.type must be given: it must be one of "s3", "cloud", "local", got nothing; add it'],
  [{ 'state/type': 's4' }, 'state.type must be one of "s3", "cloud", "local", got "s4"; choose one of them'],
];

describe('one mistake is one line', () => {
  test.each(MISTAKES)('of %p', (changes, line) => {
    const network = { ...prod.network, interfaceEndpoints: ['secretsmanager', 'ssm', 'sns', 'sqs'] };
    const file = edited({ ...prod, network }, changes);
    expect(problemsOf([file])).toEqual([expect.stringContaining(`1.ts: ${line}`)]);
  });

  test('also of wrong zones beside right ones, each with advice of its own', () => {
    const lines = problemsOfProd({ 'network/availabilityZones': { 'us-east-1b': a, x: b, y: c } });
    expect(lines.map((line) => line.split('; ')[1])).toEqual([
      'rename it, for instance to us-east-1a',
      'rename it, for instance to us-east-1c',
    ]);
  });
});

describe('one mistake of several files is one line', () => {
  test('compares with the first owner of a state', () => {
    const key = 'shared.tfstate';
    const files = [
      dev,
      staging,
      edited(dev, { name: 'third', onPremises: undefined, replication: undefined, cutover: undefined }),
    ];
    const dns = { zoneId: 'Z0423874THIRD', zoneName: 'third.example.com', apiHostName: 'api.third.example.com' };
    const lines = problemsOf(
      files.map((file, index) => edited(file, { 'state/key': key, ...(index === 2 ? { dns } : {}) })),
    );
    expect(lines).toEqual([
      expect.stringMatching(/^2\.ts: state\.key must differ from the one in 1\.ts/),
      expect.stringMatching(/^3\.ts: state\.key must differ from the one in 1\.ts/),
    ]);
  });

  test('lets one stack own a name of the API', () => {
    expect(problemsOf([dev, edited(staging, { dns: dev.dns })])).toEqual([
      '2.ts: dns.apiHostName must differ from dns.apiHostName in 1.ts: two stacks cannot own the same records, got "api.dev.payments.example.com"; choose another name',
    ]);
    expect(problemsOf([dev, edited(staging, { dns: { ...dev.dns, zoneId: 'Z0423874OTHER' } })])).toEqual([]);
  });
});

describe('the accounts file', () => {
  const file = (changes: Record<string, unknown>): unknown => ({ ...accounts, prod: edited(accounts.prod, changes) });

  test.each([[null], [42], [[]]])('that exports %j is one line', (exported) => {
    expect(problemsOf([prod], exported)).toEqual([
      expect.stringMatching(/^accounts\.ts: \(the whole file\) must be an object of accounts by name, got /),
    ]);
  });

  test('gives every bucket one purpose', () => {
    const { bucket } = accounts.prod.state;
    expect(problemsOf([prod], file({ 'state/accessLogBucket': bucket }))).toEqual([
      `accounts.ts: prod.state.accessLogBucket must differ from prod.state.bucket, got "${bucket}"; correct either`,
    ]);
    const other = accounts.nonprod.state.accessLogBucket;
    expect(problemsOf([prod], file({ 'state/bucket': other }))).toEqual([
      `accounts.ts: prod.state.bucket must differ from nonprod.state.accessLogBucket, got "${other}"; correct either`,
    ]);
  });

  test('lists each hosted zone once, and names accounts as names of resources can end', () => {
    expect(problemsOf([prod], file({ hostedZones: ['example.com', 'example.com'] }))).toEqual([
      'accounts.ts: prod.hostedZones[1] must be listed once, got "example.com"; remove the repetition',
    ]);
    expect(problemsOf([prod], { Prod2: accounts.nonprod, prod: accounts.prod })).toEqual([
      'accounts.ts: Prod2 must be named by lower-case letters, digits and single hyphens, starting with a letter, got "Prod2"; rename it',
    ]);
  });

  test('has the region of its environments', () => {
    expect(problemsOf([prod], file({ region: 'eu-west-1' }))).toEqual([
      '1.ts: region must be the region of its account (eu-west-1), got "us-east-1"; correct either; another region takes another account',
    ]);
  });
});
