import { describe, expect, test } from '@jest/globals';
import { OnPremisesHost, type OnPremisesHostProps } from '../../../constructs/network';
import { synthesize, type Template } from '../../support/template';

const build = (props: Partial<OnPremisesHostProps> = {}): Template =>
  synthesize((stack) => {
    new OnPremisesHost(stack, 'Database', {
      vpcId: 'vpc-1',
      hostName: 'db.payments.corp.example.com',
      address: '192.168.10.20',
      ...props,
    });
  });

describe('an on-premises host', () => {
  test('is known in the VPC by a private zone of just its name', () => {
    expect(build().resource('aws_route53_zone')).toMatchObject({
      name: 'db.payments.corp.example.com',
      vpc: [{ vpc_id: 'vpc-1' }],
      force_destroy: true,
    });
    expect(build().resource('aws_route53_record')).toMatchObject({
      zone_id: expect.stringMatching(/^\$\{aws_route53_zone\.Database_Zone_/),
      name: 'db.payments.corp.example.com',
      type: 'A',
      ttl: 60,
      records: ['192.168.10.20'],
    });
  });

  test('is refused with all that is wrong with it', () => {
    expect(() => build({ hostName: 'DB', address: '192.168.10.256' })).toThrow(
      new Error(
        [
          'hostName must be a fully qualified host name in lower case, got "DB"; write it as db.example.com',
          'address must be an IPv4 address, got "192.168.10.256"; write it as 192.168.10.20',
        ].join('\n'),
      ),
    );
  });
});
