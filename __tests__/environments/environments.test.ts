import { describe, expect, test } from '@jest/globals';
import { dev } from '../../environments/dev';
import { environmentSet, loadEnvironments } from '../../environments';
import { DEFAULT_FRAUD_RULES } from '../../environments/defaults/fraud-rules';
import { prod } from '../../environments/prod';
import { staging } from '../../environments/staging';
import { InvalidEnvironments } from '../../environments/problem';
import { validate } from '../../environments/validate';
import { accounts } from '../../environments/accounts';
import { edited, problemsOf, problemsOfProd } from '../support/environments';

const zone = (name: string, tier: string): string => `network/availabilityZones/${name}/${tier}`;

describe('the environment files of the project', () => {
  test('are valid, in both sets', () => {
    expect(loadEnvironments().environments.map(({ name }) => name)).toEqual(['dev', 'staging', 'prod']);
    expect(loadEnvironments('examples').environments.map(({ name }) => name)).toEqual(['serverless']);
  });

  test('keep every safety on by default', () => {
    const valid = loadEnvironments().environments.find(({ name }) => name === 'prod');
    expect(valid).toMatchObject({
      teardown: false,
      logRetentionDays: 365,
      network: { natGateways: 'per-zone' },
      ingress: { scheme: 'internet-facing' },
    });
  });

  test('fill in every default of an environment that says little', () => {
    const { network, onPremises, database, dns, paymentApi } = prod;
    const [environment] = validate({
      accounts: { file: 'accounts.ts', accounts },
      environments: [
        {
          file: 'small.ts',
          environment: {
            name: 'small',
            account: 'nonprod',
            region: 'us-east-1',
            costCenter: 'CC-1',
            state: { type: 'cloud', organization: 'example', workspace: 'small' },
            network: { cidr: network.cidr, availabilityZones: network.availabilityZones },
            onPremises: {
              ...onPremises,
              link: { kind: 'vpn', customerGatewayAddress: '198.51.100.9' },
              database: edited(onPremises.database, { port: undefined }),
            },
            database: { capacity: database.capacity },
            replication: { instanceClass: 'dms.t3.medium', allocatedStorageGib: 50, schemas: ['payments'] },
            dns,
            paymentApi: { authorization: paymentApi.authorization },
            traffic: { onPremises: { kind: 'addresses', addresses: ['198.51.100.30'] } },
          },
        },
      ],
    }).environments;
    expect(environment).toMatchObject({
      project: 'payment',
      migrationPhase: 'preparation',
      teardown: false,
      state: { hostname: 'app.terraform.io' },
      logRetentionDays: 365,
      network: {
        natGateways: 'per-zone',
        interfaceEndpoints: ['secretsmanager', 'kms', 'logs', 'sts', 'ssm', 'sns', 'sqs', 'states', 'monitoring'],
      },
      onPremises: { link: { customerGatewayAsn: 65000, routing: 'bgp' }, database: { port: 5432 } },
      database: {
        databaseName: 'payments',
        masterUsername: 'payment_admin',
        backupRetentionDays: 35,
        backupWindow: '03:00-04:00',
        maintenanceWindow: 'sun:04:30-sun:05:30',
      },
      replication: { multiAz: true, tables: [], lobMaxSizeKib: 1024 },
      ingress: {
        scheme: 'internet-facing',
        webAcl: { rateLimit: 1000, rateLimitWindowSeconds: 60, rateLimitExemptCidrs: [] },
      },
      paymentApi: {
        authorization: { clientIdClaim: 'client_id' },
        memorySizeMib: 1024,
        timeoutSeconds: 30,
        provisionedConcurrency: {},
      },
      fraudDetection: {
        memorySizeMib: 512,
        timeoutSeconds: 30,
        reservedConcurrency: 10,
        rules: DEFAULT_FRAUD_RULES,
      },
      transactionProcessing: { memorySizeMib: 1024, timeoutSeconds: 60, reservedConcurrency: 20 },
      reconciliation: { everyMinutes: 5, memorySizeMib: 512, timeoutSeconds: 240 },
      audit: { mode: 'compliance', retentionDays: 365, glacierAfterDays: 90 },
      traffic: { ttlSeconds: 60, healthCheckPath: '/health' },
      monitoring: { subscriptions: { critical: [], warning: [], info: [] } },
    });
  });

  test('are chosen by a known name only', () => {
    expect(environmentSet(undefined)).toBe('default');
    expect(environmentSet('')).toBe('default');
    expect(environmentSet('examples')).toBe('examples');
    expect(() => environmentSet('exmaples')).toThrow(
      'ENVIRONMENTS must be one of default, examples, got "exmaples"; leave it out for default',
    );
  });
});

describe('validation', () => {
  test('reports ten different mistakes of one file as ten lines, each with path, rule, value and remedy', () => {
    const lines = problemsOfProd({
      name: 'Prod',
      region: 'us-est-1',
      'network/cidr': '10.0.0.1/16',
      'network/flowlogs': true,
      [zone('us-east-1b', 'publicCidr')]: '10.0.0.0/24',
      'onPremises/database/port': 0,
      'database/backupRetentionDays': 36,
      'paymentApi/memorySizeMib': '3008',
      'paymentApi/reservedConcurrency': 19,
      'traffic/ttlSeconds': 61,
    });
    expect(lines).toEqual([
      `1.ts: name must have 2 to 12 lower-case letters, digits and single hyphens, from letter to letter or digit (the names of target groups end with it and hold 32), got "Prod"; choose a shorter or simpler name`,
      expect.stringMatching(/^1\.ts: region must be one of "us-east-1", .*, got "us-est-1"; choose one of them$/),
      '1.ts: network.cidr must be an IPv4 network in CIDR notation without host bits, as 10.0.0.0/16, got "10.0.0.1/16"; write network address and prefix length',
      '1.ts: network.flowlogs must not be there: it is not a known key, got true; remove it; known keys are cidr, availabilityZones, natGateways, interfaceEndpoints',
      '1.ts: onPremises.database.port must be an integer from 1 to 65535 (TCP port), got 0; choose a value in that range',
      '1.ts: database.backupRetentionDays must be an integer from 7 to 35 (days), got 36; choose a value in that range',
      '1.ts: paymentApi.memorySizeMib must be an integer from 128 to 10240 (MiB), got "3008"; choose a value in that range',
      '1.ts: traffic.ttlSeconds must be an integer from 1 to 60 (seconds), got 61; choose a value in that range',
      '1.ts: network.availabilityZones["us-east-1b"].publicCidr must not overlap network.availabilityZones["us-east-1a"].publicCidr (10.0.0.0/24), got "10.0.0.0/24"; choose a free range',
      '1.ts: paymentApi.reservedConcurrency must be at least 20, the sum of the provisioned maxima (blue 10, green 10), got 19; raise it or lower the maxima',
    ]);
  });

  test('reports the problems of every file at once', () => {
    const lines = problemsOf([edited(dev, { costCenter: '' }), edited(staging, { costCenter: '' }), prod]);
    expect(lines.map((line) => line.split(' ')[0])).toEqual(['1.ts:', '2.ts:']);
  });

  test('puts the count before the lines', () => {
    const environment = edited(prod, { costCenter: '' });
    expect(() =>
      validate({ accounts: { file: 'accounts.ts', accounts }, environments: [{ file: 'prod.ts', environment }] }),
    ).toThrow(/^1 problem in the environment files; nothing was written\nprod\.ts: costCenter must /);
    expect(new InvalidEnvironments([]).message).toMatch(/^0 problems/);
  });

  test('says that a value is missing, and what it must be', () => {
    expect(problemsOfProd({ 'database/capacity/writerInstanceClass': undefined })).toEqual([
      '1.ts: database.capacity.writerInstanceClass must be given: it must be an instance class of Aurora PostgreSQL, of the family t3, t4g, r5, r6g, r6i, r7g, r7i, r8g, x2g, got nothing; add it',
    ]);
  });

  test.each([[null], [42], ['prod'], [[]]])('survives a file that exports %j', (exported) => {
    expect(problemsOf([exported])).toEqual([
      expect.stringMatching(/^1\.ts: \(the whole file\) must be an object with name, account, /),
    ]);
  });

  test.each([
    ['teardwon', true, 'did you mean "teardown"?'],
    ['Region', 'us-east-1', 'did you mean "region"?'],
    ['network/natGateway', 'single', 'did you mean "natGateways"?'],
    ['paymentApi/provisionedConcurrency/bleu', { min: 1, max: 1 }, 'did you mean "blue"?'],
    ['traffic/xyzzy', 1, 'remove it; known keys are ttlSeconds, onPremises, healthCheckPath'],
  ])('suggests what unknown key %s may mean', (path, value, remedy) => {
    const lines = problemsOfProd({ [path]: value });
    expect(lines).toHaveLength(1);
    expect(lines[0]).toContain(`must not be there: it is not a known key, got ${JSON.stringify(value)}; ${remedy}`);
  });

  test('does not accept serverless limits beside provisioned instances, by type', () => {
    expect(problemsOfProd({ 'database/capacity/minAcu': 0.5 })).toEqual([
      '1.ts: database.capacity.minAcu must not be there: it is not a known key, got 0.5; remove it; known keys are mode, writerInstanceClass, readerInstanceClass, readerCount',
    ]);
    expect(problemsOfProd({ 'database/capacity/mode': 'serverles' })).toEqual([
      '1.ts: database.capacity.mode must be one of "provisioned", "serverless", got "serverles"; choose one of them',
    ]);
  });
});

describe('each bound', () => {
  /** Sections that the file of production leaves to their defaults. */
  const SECTIONS = { fraudDetection: {}, transactionProcessing: {}, reconciliation: {} };
  const integerFields: [string, number, number][] = [
    ['onPremises/database/port', 1, 65_535],
    ['database/capacity/readerCount', 1, 15],
    ['database/backupRetentionDays', 7, 35],
    ['replication/allocatedStorageGib', 5, 6144],
    ['replication/lobMaxSizeKib', 1, 102_400],
    ['ingress/webAcl/rateLimit', 10, 2_000_000_000],
    ['paymentApi/memorySizeMib', 128, 10_240],
    ['paymentApi/timeoutSeconds', 1, 900],
    ['paymentApi/reservedConcurrency', 20, 1000],
    ['traffic/ttlSeconds', 1, 60],
    ['fraudDetection/memorySizeMib', 128, 10_240],
    ['fraudDetection/timeoutSeconds', 1, 900],
    ['fraudDetection/reservedConcurrency', 1, 1000],
    ['transactionProcessing/memorySizeMib', 128, 10_240],
    ['transactionProcessing/timeoutSeconds', 1, 900],
    ['transactionProcessing/reservedConcurrency', 1, 1000],
    ['reconciliation/memorySizeMib', 128, 10_240],
    ['reconciliation/timeoutSeconds', 1, 300],
    ['reconciliation/everyMinutes', 4, 1440],
    ['audit/retentionDays', 1, 36_500],
    ['audit/glacierAfterDays', 1, 36_500],
    ['audit/expireAfterDays', 365, 36_500],
  ];

  const inProd = (path: string, value: unknown): string[] =>
    problemsOf([edited({ ...prod, ...SECTIONS }, { [path]: value })]);

  test.each(integerFields)('of %s lies at %d and %d', (path, least, most) => {
    expect(inProd(path, least)).toEqual([]);
    expect(inProd(path, most)).toEqual([]);
    for (const wrong of [least - 1, most + 1, least + 0.5, NaN, Infinity, `${least}`, null]) {
      expect(inProd(path, wrong)).toHaveLength(1);
    }
  });

  test.each([
    ['name', ['ab', 'a-23456789-b', 'prod2'], ['a', 'a-23456789-bc', 'Prod', '1prod', 'prod-', 'pr--od', 'pr_od', '']],
    ['account', ['prod'], ['prd', 'PROD', '']],
    ['project', ['p', 'payment-2'], ['', 'Payment', '2payment', 'p'.repeat(33)]],
    ['costCenter', ['CC-1', 'x'.repeat(128)], ['', 'x'.repeat(129), 'a;b', ' a']],
    ['migrationPhase', ['preparation', 'finished'], ['done', '']],
    ['logRetentionDays', [1, 365, 3653], [0, 2, 364, 3654, '365']],
    ['network/cidr', ['10.0.0.0/16'], ['10.0.0.0/15', '10.0.0.0', '10.0.0.0/33', '010.0.0.0/16', '::/64', '']],
    ['onPremises/link/customerGatewayAsn', [1, 4_294_967_295], [0, 4_294_967_296, 1.5]],
    ['onPremises/link/customerGatewayAddress', ['198.51.100.1'], ['198.51.100.256', 'vpn.example.com', '']],
    ['onPremises/database/host', ['db.corp.example.com'], ['10.9.9.9', 'localhost', 'DB.example.com', '']],
    ['onPremises/database/engineVersion', [12, 17], [11, 18, 14.5]],
    ['database/masterUsername', ['payment_admin'], ['admin', 'rdsadmin', 'pg_admin', 'Admin', '']],
    ['database/backupWindow', ['00:00-01:00'], ['24:00-01:00', '3:00-4:00', '']],
    ['database/maintenanceWindow', ['sun:04:30-sun:05:30'], ['sunday:04:30-sunday:05:30', '04:30-05:30']],
    ['dns/zoneId', ['Z0123456789ABC'], ['z0123456789abc', '/hostedzone/Z0123456789ABC', 'Z1']],
    [
      'dns/apiHostName',
      ['payments.example.com', 'a.b.payments.example.com'],
      ['xpayments.example.com', 'api.example.com'],
    ],
    ['ingress/webAcl/rateLimitWindowSeconds', [60, 120, 300, 600], [0, 59, 61, '60']],
    ['traffic/healthCheckPath', ['/', '/health?deep=1'], ['health', '', '/a b']],
    [
      'paymentApi/authorization/issuer',
      ['https://id.example.com/', 'https://a.b/c'],
      ['http://a.b', 'https://a.b?c', 'x'],
    ],
    ['paymentApi/authorization/audience', ['a', 'x'.repeat(256)], ['', 'a b', 'x'.repeat(257)]],
    [
      'paymentApi/authorization/jwksUri',
      ['https://id.example.com/keys', 'https://id.example.com:443/keys'],
      ['https://u:p@a.b/c', 'https://a.b/#c', 'https://a.b:8443/c', ''],
    ],
    ['paymentApi/authorization/clientIdClaim', ['azp', 'https://a.b/c'], ['', '1a', 'a b', 'x'.repeat(65)]],
    ['audit/mode', ['governance', 'compliance'], ['none', 'COMPLIANCE']],
    [
      'paymentApi/imageUri',
      [`123456789012.dkr.ecr.us-east-1.amazonaws.com/api@sha256:${'a'.repeat(64)}`],
      ['123456789012.dkr.ecr.us-east-1.amazonaws.com/api:latest', 'api@sha256:1'],
    ],
    [
      'state/key',
      ['payment/x/terraform.tfstate'],
      ['/x.tfstate', 'x', 'a//b.tfstate', 'payment/account-prod/terraform.tfstate'],
    ],
  ] as [string, unknown[], unknown[]][])('of %s accepts and refuses', (path, good, bad) => {
    for (const value of good) expect({ value, lines: problemsOfProd({ [path]: value }) }).toEqual({ value, lines: [] });
    for (const value of bad) {
      const lines = problemsOfProd({ [path]: value });
      expect(lines[0]).toContain(path.split('/').at(-1));
    }
  });
});
