import { describe, expect, test } from '@jest/globals';
import { TerraformOutput } from 'cdktf';
import { SecurityGroup } from '../../../constructs/network/security-group';
import { type Json, synthesize } from '../../support/template';
import { createNetwork, logsKey, synthesizeNetwork, zones } from './network-fixture';

const template = synthesizeNetwork();

const nameOf = (resource: Json): unknown => (resource['tags'] as Json)['Name'];
const reference = (type: string, id: string): unknown => expect.stringMatching(`^\\$\\{${type}\\.Network_${id}_`);

describe('the VPC', () => {
  test('resolves names and carries its own', () => {
    expect(template.resource('aws_vpc')).toMatchObject({
      cidr_block: '10.0.0.0/16',
      enable_dns_hostnames: true,
      enable_dns_support: true,
      tags: { Name: 'vpc-test' },
    });
  });

  test('has a default security group and main route table without rules and routes', () => {
    expect(template.resource('aws_default_security_group')).toMatchObject({
      vpc_id: reference('aws_vpc', 'Vpc'),
      ingress: [],
      egress: [],
      tags: { Name: 'default-locked-test' },
    });
    expect(template.resource('aws_default_route_table')).toMatchObject({ route: [] });
  });

  test('has a default network ACL that denies everything and leaves associations to the tiers', () => {
    const acl = template.resource('aws_default_network_acl');
    expect(acl).toMatchObject({ lifecycle: { ignore_changes: ['subnet_ids'] } });
    expect(['ingress', 'egress'].filter((key) => key in acl)).toEqual([]);
  });
});

describe('the subnets', () => {
  test.each([
    ['public', '10.0.0.0/24', '10.0.1.0/24', '10.0.2.0/24'],
    ['private', '10.0.10.0/24', '10.0.11.0/24', '10.0.12.0/24'],
    ['database', '10.0.20.0/24', '10.0.21.0/24', '10.0.22.0/24'],
  ])('of the %s tier are one a zone, numbered in order', (tier, ...cidrs) => {
    const subnets = template.list('aws_subnet').filter((subnet) => String(nameOf(subnet)).startsWith(tier));
    expect(subnets.map((subnet) => [nameOf(subnet), subnet['availability_zone'], subnet['cidr_block']])).toEqual(
      ['us-east-1a', 'us-east-1b', 'us-east-1c'].map((zone, index) => [
        `${tier}-subnet-${index + 1}-test`,
        zone,
        cidrs[index],
      ]),
    );
  });

  test('hand out no public addresses', () => {
    expect(template.list('aws_subnet', { map_public_ip_on_launch: false })).toHaveLength(9);
  });

  test('that are public exist only while the internet gateway does', () => {
    const waiting = Object.entries(template.resources('aws_subnet')).filter(([, subnet]) => 'depends_on' in subnet);
    expect(waiting).toHaveLength(3);
    waiting.forEach(([id, subnet]) => {
      expect(id).toMatch(/^Network_Public_Subnet-/);
      expect(subnet['depends_on']).toEqual([expect.stringMatching(/^aws_internet_gateway\.Network_InternetGateway_/)]);
    });
  });

  test.each(['Public', 'Private', 'Database'])('of the tier %s are behind its own network ACL', (tier) => {
    const associations = Object.entries(template.resources('aws_network_acl_association')).filter(([id]) =>
      id.startsWith(`Network_${tier}_`),
    );
    expect(associations.map(([, association]) => association)).toEqual(
      ['a', 'b', 'c'].map((letter) =>
        expect.objectContaining({
          network_acl_id: reference('aws_network_acl', `${tier}_NetworkAcl`),
          subnet_id: reference('aws_subnet', `${tier}_Subnet-us-east-1${letter}`),
        }),
      ),
    );
    expect(template.resource('aws_network_acl', { tags: { Name: `${tier.toLowerCase()}-nacl-test` } })).toMatchObject({
      vpc_id: reference('aws_vpc', 'Vpc'),
    });
  });
});

describe('the network ACLs', () => {
  const acl = (tier: string, props = {}): Json =>
    synthesizeNetwork(props).resource('aws_network_acl', { tags: { Name: `${tier}-nacl-test` } });
  const rule = (ruleNo: number, cidr: string, from: number, to: number): unknown =>
    expect.objectContaining({
      rule_no: ruleNo,
      action: 'allow',
      protocol: 'tcp',
      cidr_block: cidr,
      from_port: from,
      to_port: to,
    });

  test('admit PostgreSQL into the database tier by default, and answers out of it', () => {
    expect(acl('database')).toMatchObject({
      ingress: [expect.objectContaining({ protocol: 'icmp' }), rule(200, '10.0.0.0/16', 5432, 5432)],
      egress: [rule(100, '10.0.0.0/16', 1024, 65_535), expect.objectContaining({ protocol: 'icmp' })],
    });
  });

  test('admit the database ports that were asked for', () => {
    expect(acl('database', { databasePorts: [5433, 1] })).toMatchObject({
      ingress: [
        expect.objectContaining({ protocol: 'icmp' }),
        rule(200, '10.0.0.0/16', 5433, 5433),
        rule(201, '10.0.0.0/16', 1, 1),
      ],
    });
  });

  test('admit the on-premises networks into the private tier only where there are any', () => {
    expect(acl('private')['ingress']).toHaveLength(3);
    expect(acl('private', { onPremisesCidrs: ['192.168.0.0/16'] })).toMatchObject({
      ingress: expect.arrayContaining([rule(200, '192.168.0.0/16', 443, 443)]),
      egress: expect.arrayContaining([rule(200, '192.168.0.0/16', 0, 65_535)]),
    });
  });
});

describe('the NAT gateways', () => {
  const routesOf = (natGateways?: 'per-zone' | 'single' | 'none'): [string, unknown][] =>
    Object.entries(synthesizeNetwork({ natGateways }).resources('aws_route'))
      .filter(([id]) => id.startsWith('Network_Routes_PrivateInternet-'))
      .map(([, route]) => [String(route['destination_cidr_block']), route['nat_gateway_id']]);

  test('stand one in each zone by default, each with its own address', () => {
    const gateways = template.list('aws_nat_gateway');
    expect(gateways.map((gateway) => [nameOf(gateway), gateway['subnet_id'], gateway['allocation_id']])).toEqual(
      ['a', 'b', 'c'].map((letter, index) => [
        `nat-gateway-${index + 1}-test`,
        reference('aws_subnet', `Public_Subnet-us-east-1${letter}`),
        reference('aws_eip', `Nat_Address-us-east-1${letter}`),
      ]),
    );
    expect(template.list('aws_eip', { domain: 'vpc' })).toHaveLength(3);
  });

  test('and their addresses exist only while the internet gateway does', () => {
    const waiting = [...template.list('aws_nat_gateway'), ...template.list('aws_eip')];
    expect(waiting).toHaveLength(6);
    waiting.forEach((resource) => {
      expect(resource['depends_on']).toEqual([expect.stringMatching(/^aws_internet_gateway\./)]);
    });
  });

  test('serve their own zone', () => {
    expect(routesOf()).toEqual(
      ['a', 'b', 'c'].map((letter) => ['0.0.0.0/0', reference('aws_nat_gateway', `Nat_Gateway-us-east-1${letter}`)]),
    );
  });

  test('serve all zones from the first one when there is a single one', () => {
    const gateway = reference('aws_nat_gateway', 'Nat_Gateway-us-east-1a');
    expect(routesOf('single')).toEqual(['a', 'b', 'c'].map(() => ['0.0.0.0/0', gateway]));
    expect(synthesizeNetwork({ natGateways: 'single' }).list('aws_eip')).toHaveLength(1);
  });

  test('keep their addresses between one for all and one a zone', () => {
    const single = synthesizeNetwork({ natGateways: 'single' });
    expect(template.addresses).toEqual(expect.arrayContaining(single.addresses));
    expect(template.resources('aws_nat_gateway')).toMatchObject(single.resources('aws_nat_gateway'));
  });

  test('can be left out, with their addresses and routes', () => {
    expect(routesOf('none')).toEqual([]);
    const none = synthesizeNetwork({ natGateways: 'none' });
    expect([none.list('aws_nat_gateway'), none.list('aws_eip')]).toEqual([[], []]);
  });
});

describe('the route tables', () => {
  const tableOf = (subnetId: string): unknown =>
    template.list('aws_route_table_association').find((one) => String(one['subnet_id']).includes(subnetId))?.[
      'route_table_id'
    ];

  test.each(['a', 'b', 'c'])('of zone %s: shared public, own private, shared database', (letter) => {
    expect([
      tableOf(`Network_Public_Subnet-us-east-1${letter}`),
      tableOf(`Network_Private_Subnet-us-east-1${letter}`),
      tableOf(`Network_Database_Subnet-us-east-1${letter}`),
    ]).toEqual([
      reference('aws_route_table', 'Routes_Public'),
      reference('aws_route_table', `Routes_Private-us-east-1${letter}`),
      reference('aws_route_table', 'Routes_Database'),
    ]);
    expect(template.list('aws_route_table_association')).toHaveLength(9);
  });

  test('carry their names', () => {
    expect(template.list('aws_route_table').map(nameOf)).toEqual([
      'database-route-table-test',
      'private-1-route-table-test',
      'private-2-route-table-test',
      'private-3-route-table-test',
      'public-route-table-test',
    ]);
  });

  test('lead to the internet gateway from the public subnets', () => {
    expect(template.list('aws_route').filter((route) => 'gateway_id' in route)).toEqual([
      expect.objectContaining({
        destination_cidr_block: '0.0.0.0/0',
        gateway_id: reference('aws_internet_gateway', 'InternetGateway'),
        route_table_id: reference('aws_route_table', 'Routes_Public'),
      }),
    ]);
  });

  test('lead nowhere from the database subnets, not even to a gateway endpoint', () => {
    const users = [...template.list('aws_route'), ...template.list('aws_vpc_endpoint_route_table_association')];
    expect(users.filter((user) => String(user['route_table_id']).includes('Routes_Database'))).toEqual([]);
    expect(template.list('aws_route_table').some((table) => 'route' in table || 'propagating_vgws' in table)).toBe(
      false,
    );
  });
});

describe('adding a zone', () => {
  const withValues = (before: ReturnType<typeof synthesizeNetwork>): [string, Json][] =>
    before.addresses.map((address) => {
      const [type = '', id = ''] = address.split('.');
      return [address, before.resources(type)[id] ?? {}];
    });
  const NEW_SUBNET = reference('aws_subnet', 'Private_Subnet-us-east-1d');
  const grown = (value: Json): Json =>
    Array.isArray(value['subnet_ids'])
      ? { ...value, subnet_ids: [...(value['subnet_ids'] as unknown[]), NEW_SUBNET] }
      : value;
  const unnamed = (value: Json = {}): Json => ({ ...value, tags: undefined, subnet_ids: undefined });

  test('at the end leaves every resource as it is, but that interface endpoints get one subnet more', () => {
    const before = withValues(synthesizeNetwork({ availabilityZones: zones('abc') }));
    const after = new Map(withValues(synthesizeNetwork({ availabilityZones: zones('abcd') })));
    expect(before.length).toBeGreaterThan(70);
    expect(before.filter(([, value]) => grown(value) !== value)).toHaveLength(9);
    before.forEach(([address, value]) => {
      expect([address, after.get(address)]).toEqual([address, grown(value)]);
    });
  });

  test('in the middle keeps every address and only renumbers names', () => {
    const before = withValues(synthesizeNetwork({ availabilityZones: zones('ac') }));
    const after = new Map(withValues(synthesizeNetwork({ availabilityZones: zones('abc') })));
    expect(before.length).toBeGreaterThan(50);
    before.forEach(([address, value]) => {
      expect([address, unnamed(after.get(address))]).toEqual([address, unnamed(value)]);
    });
  });
});

test('what others need is there: lists in the order of the zones, maps by zone', () => {
  const outputs = synthesize((stack) => {
    Object.entries(createNetwork(stack, logsKey(stack)))
      .filter(([name, value]) => name !== 'node' && !(value instanceof SecurityGroup))
      .forEach(([name, value]) => new TerraformOutput(stack, name, { value: value as unknown }));
  }).block('output');
  const value = (name: string): unknown => (outputs[name] as Json)['value'];
  const everyZone = (type: string, id: string): unknown[] =>
    ['a', 'b', 'c'].map((letter) => reference(type, `${id}-us-east-1${letter}`));
  const byZone = (type: string, id: string): Json =>
    Object.fromEntries(everyZone(type, id).map((one, index) => [`us-east-1${'abc'.charAt(index)}`, one]));

  expect(value('vpcId')).toEqual(reference('aws_vpc', 'Vpc'));
  expect(value('vpcCidr')).toBe('10.0.0.0/16');
  expect(value('availabilityZones')).toEqual(['us-east-1a', 'us-east-1b', 'us-east-1c']);
  expect(value('publicSubnetIds')).toEqual(everyZone('aws_subnet', 'Public_Subnet'));
  expect(value('privateSubnetIds')).toEqual(everyZone('aws_subnet', 'Private_Subnet'));
  expect(value('databaseSubnetIds')).toEqual(everyZone('aws_subnet', 'Database_Subnet'));
  expect(value('publicRouteTableId')).toEqual(reference('aws_route_table', 'Routes_Public'));
  expect(value('privateRouteTableIds')).toEqual(byZone('aws_route_table', 'Routes_Private'));
  expect(value('databaseRouteTableId')).toEqual(reference('aws_route_table', 'Routes_Database'));
  expect(value('natGatewayIds')).toEqual(byZone('aws_nat_gateway', 'Nat_Gateway'));
  expect(value('natGatewayPublicIps')).toEqual(byZone('aws_eip', 'Nat_Address'));
  expect(value('flowLogGroupName')).toEqual(reference('aws_cloudwatch_log_group', 'FlowLogs_LogGroup'));
});

test.each([false, true])('nothing blocks a destroy, with teardown %s', (teardown) => {
  const lifecycles = synthesizeNetwork({}, { teardown });
  const protectedTypes = lifecycles.addresses
    .map((address) => address.split('.') as [string, string])
    .filter(([type, id]) => {
      const lifecycle = lifecycles.resources(type)[id]?.['lifecycle'] as Json | undefined;
      return lifecycle?.['prevent_destroy'] === true;
    })
    .map(([type]) => type);
  expect(protectedTypes).toEqual(teardown ? [] : ['aws_kms_key']);
});
