import { describe, expect, test } from '@jest/globals';
import { accounts } from '../../environments/accounts';
import { dev } from '../../environments/dev';
import { prod } from '../../environments/prod';
import { staging } from '../../environments/staging';
import { edited, problemsOf, problemsOfProd } from '../support/environments';

const zones = prod.network.availabilityZones;
const tier = (zone: string, name: string): string => `network/availabilityZones/${zone}/${name}`;

describe('networks', () => {
  test('span exactly three zones', () => {
    const { 'us-east-1a': a, 'us-east-1b': b } = zones;
    expect(problemsOfProd({ 'network/availabilityZones': { 'us-east-1a': a, 'us-east-1b': b } })).toEqual([
      '1.ts: network.availabilityZones must have exactly 3 availability zones, got ["us-east-1a","us-east-1b"]; add zones',
    ]);
    const fourth = { publicCidr: '10.0.3.0/24', privateCidr: '10.0.13.0/24', databaseCidr: '10.0.23.0/24' };
    expect(problemsOfProd({ 'network/availabilityZones': { ...zones, 'us-east-1d': fourth } })).toEqual([
      '1.ts: network.availabilityZones must have exactly 3 availability zones, got ["us-east-1a","us-east-1b","us-east-1c","us-east-1d"]; remove zones',
    ]);
  });

  test.each(['us-west-2a', 'us-east-1', 'us-east-1-bos-1a', 'use1-az1'])(
    'are in zones of the region, not %s',
    (zone) => {
      const { 'us-east-1a': a, ...others } = zones;
      expect(problemsOfProd({ 'network/availabilityZones': { [zone]: a, ...others } })).toEqual([
        `1.ts: network.availabilityZones["${zone}"] must be an availability zone of us-east-1: us-east-1 and a letter, got "${zone}"; rename it, for instance to us-east-1a`,
      ]);
    },
  );

  test('have subnets from /16 to /28', () => {
    expect(problemsOfProd({ [tier('us-east-1a', 'publicCidr')]: '10.0.0.0/28' })).toEqual([]);
    expect(problemsOfProd({ [tier('us-east-1a', 'publicCidr')]: '10.0.0.0/29' })).toEqual([
      '1.ts: network.availabilityZones["us-east-1a"].publicCidr must have a prefix length from 16 to 28 (bits), got "10.0.0.0/29"; choose such a size',
    ]);
    expect(problemsOfProd({ 'network/cidr': '10.0.0.0/15' })).toEqual([
      '1.ts: network.cidr must have a prefix length from 16 to 28 (bits), got "10.0.0.0/15"; choose such a size',
    ]);
  });

  test('have subnets inside the VPC', () => {
    expect(problemsOfProd({ [tier('us-east-1c', 'databaseCidr')]: '10.1.22.0/24' })).toEqual([
      '1.ts: network.availabilityZones["us-east-1c"].databaseCidr must lie inside network.cidr (10.0.0.0/16), got "10.1.22.0/24"; choose a range inside it',
    ]);
  });

  test('have subnets that do not overlap, also where one contains the other', () => {
    expect(problemsOfProd({ [tier('us-east-1b', 'privateCidr')]: '10.0.10.128/25' })).toEqual([
      '1.ts: network.availabilityZones["us-east-1b"].privateCidr must not overlap network.availabilityZones["us-east-1a"].privateCidr (10.0.10.0/24), got "10.0.10.128/25"; choose a free range',
    ]);
  });

  test('stay apart from the on-premises networks', () => {
    expect(problemsOfProd({ 'onPremises/cidrs': ['192.168.0.0/16', '10.0.0.0/8'] })).toEqual([
      '1.ts: network.cidr must not overlap onPremises.cidrs[1] (10.0.0.0/8), got "10.0.0.0/16"; choose a free range',
    ]);
    expect(problemsOfProd({ [tier('us-east-1a', 'databaseCidr')]: '192.168.1.0/24' })).toEqual([
      '1.ts: network.availabilityZones["us-east-1a"].databaseCidr must lie inside network.cidr (10.0.0.0/16), got "192.168.1.0/24"; choose a range inside it',
    ]);
  });

  test('name on-premises networks that are there, differ, and hold the database', () => {
    expect(problemsOfProd({ 'onPremises/cidrs': [] })).toEqual([
      '1.ts: onPremises.cidrs must have at least one network, got []; add the on-premises networks',
    ]);
    expect(problemsOfProd({ 'onPremises/cidrs': ['192.168.0.0/16', '192.168.4.0/24'] })).toEqual([
      '1.ts: onPremises.cidrs[1] must not overlap onPremises.cidrs[0] (192.168.0.0/16), got "192.168.4.0/24"; choose a free range',
    ]);
    expect(
      problemsOfProd({ 'onPremises/database/host': '192.169.0.1', 'onPremises/database/address': undefined }),
    ).toEqual([
      '1.ts: onPremises.database.host must lie inside one of onPremises.cidrs (192.168.0.0/16), got "192.169.0.1"; correct the address or add its network',
    ]);
  });
});

describe('the private link', () => {
  test('gives an address only to a host that is a name', () => {
    expect(problemsOfProd({ 'onPremises/database/host': '192.168.10.20' })).toEqual([
      '1.ts: onPremises.database.address must not be there where host is an address itself, got "192.168.10.20"; write the name of the database\'s certificate as host, or remove address',
    ]);
  });

  test('leads to at most 10 networks', () => {
    const networks = (count: number) => Array.from({ length: count }, (_, index) => `192.168.${index + 10}.0/24`);
    expect(problemsOfProd({ 'onPremises/cidrs': networks(10) })).toEqual([]);
    expect(problemsOfProd({ 'onPremises/cidrs': networks(11) })).toEqual([
      '1.ts: onPremises.cidrs must have at most 10 networks, got 11; join neighbouring networks',
    ]);
  });

  test('joins two autonomous systems', () => {
    expect(problemsOfProd({ 'onPremises/link/customerGatewayAsn': 64512 })).toEqual([
      "1.ts: onPremises.link.customerGatewayAsn must differ from AWS's side, 64512, got 64512; use another private number, 64513 to 65534",
    ]);
  });
});

describe('capacity', () => {
  const serverless = { mode: 'serverless', minAcu: 0.5, maxAcu: 1, readerCount: 1 };

  test.each([
    [
      { minAcu: 0.5, maxAcu: 0.5 },
      'maxAcu must be from 1 to 256 in steps of 0.5 (ACUs) on 16.8, got 0.5; choose such a value',
    ],
    [{ minAcu: 4, maxAcu: 2 }, 'maxAcu must be at least minAcu (4), got 2; raise it, or lower minAcu'],
    [
      { minAcu: 0.7 },
      'minAcu must be from 0 to 256 in steps of 0.5 (Aurora capacity units, 2 GiB each), got 0.7; choose such a value',
    ],
    [
      { maxAcu: 256.5 },
      'maxAcu must be from 0 to 256 in steps of 0.5 (Aurora capacity units, 2 GiB each), got 256.5; choose such a value',
    ],
  ])('of %j is refused', (change, rule) => {
    expect(problemsOfProd({ 'database/capacity': { ...serverless, ...change } })).toEqual([
      `1.ts: database.capacity.${rule}`,
    ]);
  });

  test.each([{ minAcu: 0.5, maxAcu: 1 }, { minAcu: 4, maxAcu: 4 }, { maxAcu: 256 }])('of %j is accepted', (change) => {
    expect(problemsOfProd({ 'database/capacity': { ...serverless, ...change } })).toEqual([]);
  });

  test('has a failover target where production runs, unless it is torn down', () => {
    expect(problemsOfProd({ 'database/capacity/readerCount': 0 })).toEqual([
      '1.ts: database.capacity.readerCount must be at least 1 where production runs: a writer without reader has nothing to fail over to, got 0; add a reader',
    ]);
    expect(problemsOfProd({ 'database/capacity/readerCount': 0, teardown: true, confirmTeardown: 'prod' })).toEqual([]);
    expect(problemsOf([edited(staging, { 'database/capacity/readerCount': 0 })])).toEqual([]);
  });

  test('provisioned has a maximum that is not below its minimum', () => {
    expect(problemsOfProd({ 'paymentApi/provisionedConcurrency/green': { min: 3, max: 2 } })).toEqual([
      '1.ts: paymentApi.provisionedConcurrency.green.max must be at least its min (3), got 2; raise it or lower min',
    ]);
  });

  test('reserved covers the provisioned maxima, exactly', () => {
    expect(problemsOfProd({ 'paymentApi/reservedConcurrency': 20 })).toEqual([]);
    expect(problemsOfProd({ 'paymentApi/reservedConcurrency': undefined })).toEqual([]);
    expect(problemsOfProd({ 'paymentApi/reservedConcurrency': 19 })).toEqual([
      '1.ts: paymentApi.reservedConcurrency must be at least 20, the sum of the provisioned maxima (blue 10, green 10), got 19; raise it or lower the maxima',
    ]);
  });
});

describe('teardown', () => {
  const rule =
    '1.ts: confirmTeardown must be "prod" for teardown where production runs: it removes every protection of the data';

  test('of production needs the name once more', () => {
    expect(problemsOfProd({ teardown: true, confirmTeardown: 'prod' })).toEqual([]);
    expect(problemsOfProd({ teardown: true })).toEqual([
      `${rule}, got nothing; remove teardown, or write confirmTeardown: 'prod'`,
    ]);
    expect(problemsOfProd({ teardown: true, confirmTeardown: 'staging' })).toEqual([
      `${rule}, got "staging"; remove teardown, or write confirmTeardown: 'prod'`,
    ]);
  });

  test('of the environment prod needs it in every account', () => {
    expect(problemsOfProd({ account: 'nonprod', teardown: true, confirmTeardown: 'prod' })).toEqual([]);
    expect(problemsOfProd({ account: 'nonprod', teardown: true })).toEqual([
      `${rule}, got nothing; remove teardown, or write confirmTeardown: 'prod'`,
    ]);
  });

  test('is not confirmed without being asked for', () => {
    expect(problemsOfProd({ confirmTeardown: 'prod' })).toEqual([
      '1.ts: confirmTeardown must not be there without teardown: true, got "prod"; remove it',
    ]);
  });

  test('needs no confirmation elsewhere', () => {
    expect(problemsOf([edited(staging, { teardown: true })])).toEqual([]);
  });
});

describe('the parts of an environment', () => {
  test('do not take the name of an account stack', () => {
    expect(problemsOfProd({ name: 'account-x' })).toEqual([
      '1.ts: name must not start with account-: account stacks are named so, got "account-x"; choose another name',
    ]);
  });

  test('replicate from a source that is there', () => {
    expect(problemsOfProd({ onPremises: undefined })).toEqual([
      '1.ts: onPremises must be given where replication is: it is the source, got nothing; add it or remove replication',
    ]);
    expect(problemsOfProd({ onPremises: undefined, replication: undefined, cutover: undefined })).toEqual([]);
  });

  test('replicate something, and only tables of the schemas named', () => {
    expect(problemsOfProd({ 'replication/schemas': [], 'replication/tables': [] })).toEqual([
      '1.ts: replication.schemas must name at least one schema, got []; add the schemas to replicate',
    ]);
  });

  test('replicate nothing that DMS would lose', () => {
    const [line, ...others] = problemsOfProd({ 'replication/tables/1/primaryKey': [] });
    expect(line).toMatch(
      /^1\.ts: replication\.tables\[1\]\.primaryKey must name the columns of a primary key, got \[\]; without one DMS ignores every UPDATE and DELETE, .* \(https:\/\/docs\.aws\.amazon\.com\//,
    );
    expect(others).toEqual([]);
    expect(problemsOfProd({ 'replication/tables/1/name': 'writer_epoch' })[0]).toMatch(
      /^1\.ts: replication\.tables\[1\]\.name must not be writer_epoch, got "writer_epoch"; /,
    );
    expect(problemsOfProd({ 'replication/tables/1/schema': 'paymnets' })[0]).toMatch(
      /^1\.ts: replication\.tables\[1\]\.schema must be a replicated schema: payments, got "paymnets"; /,
    );
    const columns = [{ name: 'amount', type: 'numeric' }];
    expect(problemsOfProd({ 'replication/tables/1/columns': columns })).toEqual([
      expect.stringMatching(
        /^1\.ts: replication\.tables\[1\]\.columns\[0\]\.type must have a precision and scale, .*, got "numeric"; DMS copies it as numeric\(28,6\)/,
      ),
    ]);
    const memo = (longestValueKib: number) => [{ name: 'memo', type: 'bytea', longestValueKib }];
    expect(problemsOfProd({ 'replication/tables/1/columns': memo(1024) })).toEqual([]);
    expect(problemsOfProd({ 'replication/tables/1/columns': memo(1025) })).toHaveLength(1);
    expect(problemsOfProd({ 'replication/schemas': ['payments', 'awsdms_control'] })[0]).toMatch(
      /^1\.ts: replication\.schemas must not take in awsdms_control/,
    );
  });

  test('have a database that Aurora offers', () => {
    expect(
      problemsOfProd({
        'database/capacity/writerInstanceClass': 'db.t3.micro',
        'database/backupWindow': '04:00-05:00',
        'database/maintenanceWindow': 'sun:04:30-sun:05:30',
      }),
    ).toEqual([
      '1.ts: database.capacity.writerInstanceClass must be of a size that Aurora PostgreSQL offers for db.t3: medium, large, got "db.t3.micro"; choose one, such as db.r6g.large or, for little, db.t4g.medium',
      '1.ts: database.maintenanceWindow must not overlap backupWindow (04:00-05:00), got "sun:04:30-sun:05:30"; move one of them',
    ]);
  });

  test('have the API in its zone, and no CNAME at the apex', () => {
    expect(problemsOfProd({ 'dns/apiHostName': 'api.payments.example.org' })).toEqual([
      '1.ts: dns.apiHostName must be dns.zoneName (payments.example.com) or a name below it, got "api.payments.example.org"; correct either',
    ]);
    const byName = { kind: 'host-name', hostName: 'lb.corp.example.com' };
    expect(problemsOfProd({ 'traffic/onPremises': byName })).toEqual([]);
    expect(problemsOfProd({ 'traffic/onPremises': { ...byName, hostName: 'api.payments.example.com' } })).toEqual([
      '1.ts: traffic.onPremises.hostName must be another name than dns.apiHostName: the record would lead to itself, got "api.payments.example.com"; write the name of the on-premises load balancer',
    ]);
    expect(problemsOfProd({ 'traffic/onPremises': byName, 'dns/apiHostName': 'payments.example.com' })).toEqual([
      '1.ts: traffic.onPremises.kind must be "addresses" where dns.apiHostName is the apex of the zone: DNS allows no CNAME there, got "host-name"; give addresses, or use a name below the zone',
    ]);
  });

  test('send traffic to a public load balancer and to some address', () => {
    expect(problemsOfProd({ 'ingress/scheme': 'internal' })).toEqual([
      '1.ts: ingress.scheme must be "internet-facing" where traffic is: the weighted record sends callers to the load balancer, got "internal"; change it or remove traffic',
    ]);
    expect(problemsOfProd({ 'traffic/onPremises/addresses': [] })).toEqual([
      '1.ts: traffic.onPremises.addresses must hold at least one IPv4 address, got []; add the address of the on-premises load balancer',
    ]);
    expect(problemsOfProd({ 'traffic/onPremises/addresses': ['198.51.100.10', 'x', '192.168.1.1'] })).toEqual([
      '1.ts: traffic.onPremises.addresses[1] must be an IPv4 address, as 203.0.113.10, got "x"; write four numbers',
      '1.ts: traffic.onPremises.addresses[2] must be a public IPv4 address, given once (health checkers on the internet connect to it), got "192.168.1.1"; write the address that clients on the internet use',
    ]);
  });

  test('tell somebody of each severity where production runs', () => {
    expect(problemsOfProd({ 'monitoring/subscriptions/info': [] })).toEqual([
      '1.ts: monitoring.subscriptions.info must have at least one subscription where production runs, got []; add who is told',
    ]);
  });

  test('tell subscribers by an address that their protocol can reach', () => {
    const info = [
      { protocol: 'email', endpoint: 'nobody' },
      { protocol: 'sms', endpoint: '5550100' },
      { protocol: 'https', endpoint: 'http://example.com' },
    ];
    expect(problemsOfProd({ 'monitoring/subscriptions/info': info })).toEqual([
      '1.ts: monitoring.subscriptions.info[0].endpoint must be an e-mail address of at most 254 characters, got "nobody"; write it as name@example.com',
      '1.ts: monitoring.subscriptions.info[1].endpoint must be a telephone number in E.164 form: + and 8 to 15 digits, the first not 0, got "5550100"; write it as +15550100123',
      '1.ts: monitoring.subscriptions.info[2].endpoint must be an https:// address without user name and password, got "http://example.com"; write it as https://events.example.com/alerts',
    ]);
  });

  test('change thresholds of alarms that are there', () => {
    expect(problemsOfProd({ 'monitoring/thresholds': { 'dms-cpu': 0 } })).toEqual([]);
    expect(problemsOfProd({ 'monitoring/thresholds': { 'dms-cpu': NaN } })).toEqual([
      '1.ts: monitoring.thresholds["dms-cpu"] must be a finite number, in the unit of the alarm, got NaN; write a number',
    ]);
    const [line] = problemsOfProd({ 'monitoring/thresholds': { 'dms-cqu': 1 } });
    expect(line).toMatch(/thresholds\["dms-cqu"\] must not be there: .*, got 1; did you mean "dms-cpu"\?$/);
  });

  test('name an account that is there', () => {
    expect(problemsOfProd({ account: 'prdo' })).toEqual([
      '1.ts: account must be a key of accounts.ts, got "prdo"; did you mean "prod"?',
    ]);
  });
});

describe('environments together', () => {
  test('have different names', () => {
    expect(problemsOf([dev, edited(staging, { name: 'dev' })])).toEqual([
      '2.ts: name must differ from the name in 1.ts, got "dev"; choose another name',
    ]);
  });

  test('keep their states apart, on S3 and in Terraform Cloud', () => {
    expect(problemsOf([dev, edited(staging, { 'state/key': 'payment/dev/terraform.tfstate' })])).toEqual([
      '2.ts: state.key must differ from the one in 1.ts: two stacks in one state destroy each other, got "payment/dev/terraform.tfstate"; choose another one',
    ]);
    const cloud = { type: 'cloud', organization: 'example', workspace: 'payments' };
    expect(problemsOf([edited(dev, { state: cloud }), edited(staging, { state: cloud })])).toEqual([
      '2.ts: state.workspace must differ from the one in 1.ts: two stacks in one state destroy each other, got "payments"; choose another one',
    ]);
    expect(
      problemsOf([edited(dev, { state: cloud }), edited(staging, { state: { ...cloud, workspace: 'other' } })]),
    ).toEqual([]);
  });

  test('do not take the state of their account stack', () => {
    expect(problemsOfProd({ 'state/key': 'payment/account-prod/terraform.tfstate' })).toEqual([
      '1.ts: state.key must differ from the state of stack account-prod, got "payment/account-prod/terraform.tfstate"; choose another one',
    ]);
  });

  test('may share a key in different accounts', () => {
    expect(problemsOf([dev, edited(prod, { 'state/key': 'payment/dev/terraform.tfstate' })])).toEqual([]);
  });

  test('that reach the same on-premises network have different ranges', () => {
    const clash = edited(staging, { network: { ...dev.network } });
    expect(problemsOf([dev, clash])).toEqual([
      '2.ts: network.cidr must not overlap network.cidr of 1.ts (10.2.0.0/16): both are reached from the same on-premises network, got "10.2.0.0/16"; choose a free range',
    ]);
    const alone = edited(clash, { onPremises: undefined, replication: undefined, cutover: undefined });
    expect(problemsOf([dev, alone])).toEqual([]);
  });
});

describe('accounts', () => {
  const file = (changes: Record<string, unknown>): Record<string, unknown> => ({
    ...accounts,
    nonprod: edited(accounts.nonprod, changes),
  });

  test.each([
    [
      { id: '12345' },
      'nonprod.id must be an AWS account id: 12 digits, as a text, got "12345"; run aws sts get-caller-identity',
    ],
    [
      { id: 210987654321 },
      'nonprod.id must be an AWS account id: 12 digits, as a text, got 210987654321; run aws sts get-caller-identity',
    ],
    [{ production: undefined }, 'nonprod.production must be given: it must be true or false, got nothing; add it'],
    [
      { 'state/kmsKeyId': undefined },
      'nonprod.state.kmsKeyId must be given: it must be the id of a KMS key, as 1234abcd-12ab-34cd-56ef-1234567890ab, got nothing; add it',
    ],
    [
      { 'state/bucket': 'Payment_State' },
      'nonprod.state.bucket must be an S3 bucket name: 3 to 63 lower-case letters, digits and hyphens, got "Payment_State"; choose such a name; it is unique in all of AWS, so end it with the account id',
    ],
    [
      { 'state/keyAlias': 'alias/aws/s3' },
      'nonprod.state.keyAlias must be a KMS alias: alias/ and 1 to 250 letters, digits and /_-, not alias/aws/, got "alias/aws/s3"; choose such a name',
    ],
    [
      { 'state/lockTabel': 'x' },
      'nonprod.state.lockTabel must not be there: it is not a known key, got "x"; did you mean "lockTable"?',
    ],
  ])('with %j are refused', (changes, line) => {
    expect(problemsOf([prod], file(changes))).toEqual([`accounts.ts: ${line}`]);
  });

  test('do not share their id or their buckets', () => {
    const { id, state } = accounts.prod;
    expect(
      problemsOf([prod], file({ id, 'state/bucket': state.bucket, 'state/accessLogBucket': state.accessLogBucket })),
    ).toEqual([
      `accounts.ts: prod.id must differ from nonprod.id, got "${id}"; correct either`,
      `accounts.ts: prod.state.bucket must differ from nonprod.state.bucket, got "${state.bucket}"; correct either`,
      `accounts.ts: prod.state.accessLogBucket must differ from nonprod.state.accessLogBucket, got "${state.accessLogBucket}"; correct either`,
    ]);
  });
});
