import { describe, expect, test } from '@jest/globals';
import { TerraformOutput } from 'cdktf';
import {
  OnPremisesLink,
  type OnPremisesLinkProps,
  type TransitGatewayLinkProps,
  type VpnLinkProps,
} from '../../../constructs/network/on-premises-link';
import { type Json, synthesize, type Template } from '../../support/template';
import { createNetwork, logsKey } from './network-fixture';

const TRANSIT_GATEWAY = 'tgw-0123456789abcdef0';

/** A stack with a network and a link, what the link exposes as outputs. */
const build = (
  props: (common: Omit<VpnLinkProps, 'kind' | 'customerGatewayAddress'>) => OnPremisesLinkProps,
): Template =>
  synthesize((stack) => {
    const encryptionKey = logsKey(stack);
    const network = createNetwork(stack, encryptionKey);
    const onPremisesCidrs = ['192.168.0.0/16', '172.16.0.0/12'];
    const link = new OnPremisesLink(
      stack,
      'Link',
      props({ network, onPremisesCidrs, encryptionKey, logRetentionDays: 90 }),
    );
    new TerraformOutput(stack, 'vpn', { value: link.vpnConnectionId ?? 'none' });
    new TerraformOutput(stack, 'tunnels', { value: link.tunnelAddresses });
    new TerraformOutput(stack, 'attachment', { value: link.transitGatewayAttachmentId ?? 'none' });
  });

const vpn = (props: Partial<VpnLinkProps> = {}): Template =>
  build((common) => ({ ...common, kind: 'vpn', customerGatewayAddress: '203.0.113.10', ...props }));

const transitGateway = (props: Partial<TransitGatewayLinkProps> = {}): Template =>
  build(({ network, onPremisesCidrs }) => ({
    network,
    onPremisesCidrs,
    kind: 'transit-gateway',
    transitGatewayId: TRANSIT_GATEWAY,
    ...props,
  }));

const reference = (type: string, id: string): unknown => expect.stringMatching(`^\\$\\{${type}\\.Link_${id}_`);
const output = (template: Template, name: string): unknown => (template.block('output')[name] as Json)['value'];

const linkRoutes = (template: Template): Json[] =>
  Object.entries(template.resources('aws_route'))
    .filter(([id]) => id.startsWith('Link_'))
    .map(([, route]) => route);

/** Every private table to every on-premises network, and no other table to anywhere. */
const expectPrivateRoutes = (template: Template, target: Json): void => {
  expect(linkRoutes(template)).toEqual(
    ['a', 'b', 'c'].flatMap((letter) =>
      ['172.16.0.0/12', '192.168.0.0/16'].map((destination) =>
        expect.objectContaining({
          destination_cidr_block: destination,
          route_table_id: expect.stringMatching(`Network_Routes_Private-us-east-1${letter}_`),
          ...target,
        }),
      ),
    ),
  );
};

describe('a VPN', () => {
  const template = vpn();

  test('ends on a gateway of the VPC, with BGP, and keys in Secrets Manager', () => {
    expect(template.resource('aws_vpn_connection')).toMatchObject({
      type: 'ipsec.1',
      vpn_gateway_id: reference('aws_vpn_gateway', 'Vpn_VpnGateway'),
      customer_gateway_id: reference('aws_customer_gateway', 'Vpn_CustomerGateway'),
      static_routes_only: false,
      preshared_key_storage: 'SecretsManager',
      tags: { Name: 'on-premises-vpn-test' },
    });
    expect(template.resource('aws_vpn_connection')).not.toHaveProperty('transit_gateway_id');
    expect(template.resource('aws_vpn_gateway')).toMatchObject({
      vpc_id: expect.stringMatching(/Network_Vpc_/),
      amazon_side_asn: '64512',
      tags: { Name: 'vpn-gateway-test' },
    });
  });

  test.each([1, 2])('protects tunnel %d with current ciphers only, keeps it up and logs it', (number) => {
    const tunnel = Object.fromEntries(
      Object.entries(template.resource('aws_vpn_connection'))
        .filter(([key]) => key.startsWith(`tunnel${number}_`))
        .map(([key, value]) => [key.replace(/^tunnel\d_/, ''), value]),
    );
    expect(tunnel).toEqual({
      ike_versions: ['ikev2'],
      phase1_encryption_algorithms: ['AES256-GCM-16'],
      phase1_integrity_algorithms: ['SHA2-384', 'SHA2-512'],
      phase1_dh_group_numbers: [16, 19, 20, 21],
      phase2_encryption_algorithms: ['AES256-GCM-16'],
      phase2_integrity_algorithms: ['SHA2-384', 'SHA2-512'],
      phase2_dh_group_numbers: [16, 19, 20, 21],
      startup_action: 'start',
      dpd_timeout_action: 'restart',
      log_options: {
        cloudwatch_log_options: {
          log_enabled: true,
          log_group_arn: reference('aws_cloudwatch_log_group', 'Vpn_LogGroup'),
          log_output_format: 'json',
        },
      },
    });
  });

  test('logs into a group with the key for logs and the retention asked for', () => {
    expect(
      template.resource('aws_cloudwatch_log_group', { name: '/aws/vendedlogs/vpn/on-premises-vpn-test' }),
    ).toMatchObject({ kms_key_id: expect.stringMatching(/LogsKey_/), retention_in_days: 90 });
  });

  test('knows the device on the other side, and moves to a new one before the old one goes', () => {
    expect(template.resource('aws_customer_gateway')).toMatchObject({
      type: 'ipsec.1',
      ip_address: '203.0.113.10',
      bgp_asn: '65000',
      tags: { Name: 'customer-gateway-test' },
      lifecycle: { create_before_destroy: true },
    });
  });

  test.each([
    [2_147_483_647, 'bgp_asn', 'bgp_asn_extended'],
    [2_147_483_648, 'bgp_asn_extended', 'bgp_asn'],
  ])('gives the BGP number %d as %s', (customerGatewayAsn, key, other) => {
    const gateway = vpn({ customerGatewayAsn }).resource('aws_customer_gateway');
    expect(gateway[key]).toBe(`${customerGatewayAsn}`);
    expect(gateway).not.toHaveProperty(other);
  });

  test('is reached from the private subnets by routes of its own, without propagation', () => {
    expectPrivateRoutes(template, { gateway_id: reference('aws_vpn_gateway', 'Vpn_VpnGateway') });
    expect(template.list('aws_vpn_gateway_route_propagation')).toEqual([]);
    expect(template.list('aws_vpn_connection_route')).toEqual([]);
  });

  test('exposes what alarms watch', () => {
    expect(output(template, 'vpn')).toEqual(reference('aws_vpn_connection', 'Vpn_Connection'));
    expect(output(template, 'tunnels')).toEqual([
      expect.stringMatching(/\.tunnel1_address\}$/),
      expect.stringMatching(/\.tunnel2_address\}$/),
    ]);
    expect(output(template, 'attachment')).toBe('none');
  });

  test('with static routing tells the tunnels where they lead', () => {
    const fixed = vpn({ routing: 'static', amazonSideAsn: 65_534 });
    expect(fixed.resource('aws_vpn_connection')).toMatchObject({ static_routes_only: true });
    expect(fixed.resource('aws_vpn_gateway')).toMatchObject({ amazon_side_asn: '65534' });
    expect(fixed.list('aws_vpn_connection_route').map((route) => route['destination_cidr_block'])).toEqual([
      '172.16.0.0/12',
      '192.168.0.0/16',
    ]);
    expectPrivateRoutes(fixed, { gateway_id: reference('aws_vpn_gateway', 'Vpn_VpnGateway') });
  });

  test('can end on an existing transit gateway', () => {
    const shared = vpn({ transitGatewayId: TRANSIT_GATEWAY });
    expect(shared.resource('aws_vpn_connection')).toMatchObject({ transit_gateway_id: TRANSIT_GATEWAY });
    expect(shared.resource('aws_vpn_connection')).not.toHaveProperty('vpn_gateway_id');
    expect(shared.list('aws_vpn_gateway')).toEqual([]);
    expectPrivateRoutes(shared, { transit_gateway_id: TRANSIT_GATEWAY });
    expect(output(shared, 'attachment')).toEqual(reference('aws_ec2_transit_gateway_vpc_attachment', 'Attachment'));
    expect(output(shared, 'vpn')).toEqual(reference('aws_vpn_connection', 'Vpn_Connection'));
  });
});

describe('an existing transit gateway', () => {
  const template = transitGateway();

  test('is attached in the private subnet of every zone', () => {
    expect(template.resource('aws_ec2_transit_gateway_vpc_attachment')).toMatchObject({
      transit_gateway_id: TRANSIT_GATEWAY,
      vpc_id: expect.stringMatching(/Network_Vpc_/),
      subnet_ids: ['a', 'b', 'c'].map((letter) => expect.stringMatching(`Network_Private_Subnet-us-east-1${letter}_`)),
      dns_support: 'enable',
      tags: { Name: 'transit-gateway-attachment-test' },
    });
  });

  test('is reached from the private subnets once the attachment exists', () => {
    expectPrivateRoutes(template, {
      transit_gateway_id: TRANSIT_GATEWAY,
      depends_on: [expect.stringMatching(/^aws_ec2_transit_gateway_vpc_attachment\.Link_Attachment_/)],
    });
  });

  test('needs no VPN', () => {
    expect(template.list('aws_vpn_connection')).toEqual([]);
    expect([output(template, 'vpn'), output(template, 'tunnels')]).toEqual(['none', []]);
    expect(output(template, 'attachment')).toEqual(reference('aws_ec2_transit_gateway_vpc_attachment', 'Attachment'));
  });
});

describe('a link is refused', () => {
  const fix = 'write the networks behind the link, such as 192.168.0.0/16';

  test.each<[string, readonly string[], string]>([
    ['without networks', [], `onPremisesCidrs must hold at least 1 network, got 0; ${fix}`],
    [
      'with host bits',
      ['192.168.0.1/16'],
      `onPremisesCidrs[0] must be an IPv4 network without host bits, got "192.168.0.1/16"; ${fix}`,
    ],
    [
      'with a network that overlaps the VPC',
      ['192.168.0.0/16', '10.0.0.0/8'],
      'onPremisesCidrs[1] must not overlap the VPC 10.0.0.0/16, got "10.0.0.0/8"; renumber one of them',
    ],
  ])('%s', (_, onPremisesCidrs, message) => {
    expect(() => transitGateway({ onPremisesCidrs })).toThrow(new Error(message));
  });

  test.each(['tgw-1234567', 'tgw-0123456789abcdef01', 'tgw-0123456789ABCDEF0', 'vgw-0123456789abcdef0', ''])(
    'with the transit gateway "%s"',
    (transitGatewayId) => {
      expect(() => transitGateway({ transitGatewayId })).toThrow(
        new Error(
          `transitGatewayId must be a transit gateway's id, got "${transitGatewayId}"; write one such as tgw-0123456789abcdef0`,
        ),
      );
    },
  );

  test.each(['203.0.113.256', '203.0.113.10/32', 'vpn.example.com', ''])('with the device "%s"', (address) => {
    expect(() => vpn({ customerGatewayAddress: address })).toThrow(
      new Error(
        `customerGatewayAddress must be an IPv4 address, got "${address}"; write the VPN device's public address`,
      ),
    );
  });

  test.each([0, -1, 1.5, NaN, 4_294_967_296])('with the BGP number %d of the customer', (customerGatewayAsn) => {
    expect(() => vpn({ customerGatewayAsn })).toThrow(
      new Error(
        `customerGatewayAsn must be an integer from 1 to 4294967295 (BGP number), got ${customerGatewayAsn}; use the VPN device's own`,
      ),
    );
  });

  test.each([64_511, 65_535, 4_199_999_999, 4_294_967_295, 64_512.5])('with the BGP number %d of AWS', (asn) => {
    expect(() => vpn({ amazonSideAsn: asn })).toThrow(
      new Error(
        `amazonSideAsn must be a private BGP number, 64512 to 65534 or 4200000000 to 4294967294, got ${asn}; choose one`,
      ),
    );
  });

  test('with the same BGP number on both sides', () => {
    expect(() => vpn({ customerGatewayAsn: 64_512 })).toThrow(
      new Error('amazonSideAsn must differ from customerGatewayAsn (64512), got 64512; choose another one'),
    );
  });

  test('with static routing on a transit gateway', () => {
    expect(() => vpn({ transitGatewayId: TRANSIT_GATEWAY, routing: 'static' })).toThrow(
      new Error(
        'routing must be "bgp" where the VPN ends on a transit gateway, whose route tables belong to its owner, got "static"; use BGP',
      ),
    );
  });

  test('with all its problems, one a line', () => {
    expect(() => vpn({ onPremisesCidrs: [], customerGatewayAddress: 'x', customerGatewayAsn: 0 })).toThrow(
      /^onPremisesCidrs must .*\ncustomerGatewayAddress must .*\ncustomerGatewayAsn must .*$/,
    );
  });
});

test.each([
  ['customerGatewayAsn', 1],
  ['customerGatewayAsn', 4_294_967_295],
  ['amazonSideAsn', 65_534],
  ['amazonSideAsn', 4_200_000_000],
  ['amazonSideAsn', 4_294_967_294],
])('%s may be %d', (field, asn) => {
  expect(() => vpn({ [field]: asn })).not.toThrow();
});

test.each(['tgw-12345678', 'tgw-0123456789abcdef0'])('a transit gateway may be called %s', (transitGatewayId) => {
  expect(() => transitGateway({ transitGatewayId })).not.toThrow();
});
