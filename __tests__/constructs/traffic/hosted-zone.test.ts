import { describe, expect, test } from '@jest/globals';
import { TerraformOutput } from 'cdktf';
import { HostedZone } from '../../../constructs/traffic/hosted-zone';
import { synthesize, type Template } from '../../support/template';

const build = (zoneName: string, teardown = false): Template =>
  synthesize(
    (stack) => {
      const zone = new HostedZone(stack, 'Zone', { zoneName });
      new TerraformOutput(stack, 'zone_id', { value: zone.zoneId });
      new TerraformOutput(stack, 'name_servers', { value: zone.nameServers });
    },
    { teardown },
  );

describe('a hosted zone', () => {
  test('is public and kept', () => {
    const zone = build('payments.example.com').resource('aws_route53_zone');
    expect(zone).toMatchObject({
      name: 'payments.example.com',
      comment: 'Payment API, below payments.example.com',
      force_destroy: false,
      lifecycle: { prevent_destroy: true },
    });
    expect(zone).not.toHaveProperty('vpc');
  });

  test('goes with all its records on teardown', () => {
    const zone = build('payments.example.com', true).resource('aws_route53_zone');
    expect(zone).toMatchObject({ force_destroy: true });
    expect(zone).not.toHaveProperty('lifecycle');
  });

  test('says its id and what the parent zone must delegate to', () => {
    expect(build('payments.example.com').block('output')).toMatchObject({
      zone_id: { value: expect.stringMatching(/^\$\{aws_route53_zone\.Zone_\w+\.zone_id\}$/) },
      name_servers: { value: expect.stringMatching(/^\$\{aws_route53_zone\.Zone_\w+\.name_servers\}$/) },
    });
  });

  test.each(['payments', 'payments.example.com.', 'Payments.example.com'])('is refused with the name %p', (name) => {
    expect(() => build(name)).toThrow(
      new Error(
        `zoneName must be a fully qualified host name in lower case, got "${name}"; write it as payments.example.com`,
      ),
    );
  });
});
