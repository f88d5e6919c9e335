import { describe, expect, test } from '@jest/globals';
import { SecurityGroup } from '../../../constructs/network/security-group';
import { synthesize, type Template } from '../../support/template';

const build = (relate: (database: SecurityGroup, processing: SecurityGroup) => void): Template =>
  synthesize((stack) => {
    const group = (id: string, component: string): SecurityGroup =>
      new SecurityGroup(stack, id, { vpcId: 'vpc-1', component, description: `The ${component}` });
    relate(group('DatabaseGroup', 'database'), group('ProcessingGroup', 'transaction-processing'));
  });

const INGRESS = 'aws_vpc_security_group_ingress_rule';
const EGRESS = 'aws_vpc_security_group_egress_rule';

describe('a security group', () => {
  test('starts without any rule and without inline rules', () => {
    const template = build(() => undefined);
    expect(template.resource('aws_security_group', { name: 'database-sg-test' })).toMatchObject({
      description: 'The database',
      vpc_id: 'vpc-1',
      // Interfaces move to a new group before the old one goes; without it a replacement waits for ever.
      lifecycle: { create_before_destroy: true },
    });
    expect(template.list('aws_security_group').some((group) => 'ingress' in group || 'egress' in group)).toBe(false);
    expect([template.list(INGRESS), template.list(EGRESS)]).toEqual([[], []]);
  });

  test('admits another group with one rule a direction, both in the scope of the one that asks', () => {
    const template = build((database, processing) => {
      database.allowFrom(processing, { from: 5432 }, 'ledger writes');
    });
    expect(Object.keys(template.resources(INGRESS))).toEqual([
      expect.stringMatching(/^ProcessingGroup_To-database-5432-Ingress_/),
    ]);
    expect(template.resource(INGRESS)).toMatchObject({
      security_group_id: expect.stringMatching(/DatabaseGroup/),
      referenced_security_group_id: expect.stringMatching(/ProcessingGroup/),
      ip_protocol: 'tcp',
      from_port: 5432,
      to_port: 5432,
      description: 'ledger writes',
    });
    expect(template.resource(EGRESS)).toMatchObject({
      security_group_id: expect.stringMatching(/ProcessingGroup/),
      referenced_security_group_id: expect.stringMatching(/DatabaseGroup/),
      from_port: 5432,
    });
  });

  test('lets two groups ask each other without a cycle', () => {
    const template = build((database, processing) => {
      database.allowFrom(processing, { from: 5432 }, 'writes');
      processing.allowFrom(database, { from: 8080 }, 'callbacks');
    });
    expect(template.list(INGRESS)).toHaveLength(2);
    expect(template.list(EGRESS)).toHaveLength(2);
  });

  test('admits a network with an ingress rule only, and reaches one with an egress rule only', () => {
    const template = build((database, processing) => {
      database.allowFrom({ name: 'on-premises', cidr: '192.168.0.0/16' }, { from: 1000, to: 1010 }, 'range');
      processing.allowTo({ name: 's3', prefixListId: 'pl-1' }, { from: 443 }, 'objects');
    });
    expect(template.resource(INGRESS)).toMatchObject({ cidr_ipv4: '192.168.0.0/16', from_port: 1000, to_port: 1010 });
    expect(template.resource(EGRESS)).toMatchObject({ prefix_list_id: 'pl-1', from_port: 443, to_port: 443 });
  });
});
