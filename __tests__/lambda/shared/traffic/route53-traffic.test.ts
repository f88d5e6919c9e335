import { describe, expect, test } from '@jest/globals';
import { NoSuchHostedZone } from '@aws-sdk/client-route-53';
import fc from 'fast-check';
import { AWS_SET_IDENTIFIER, ON_PREMISES_SET_IDENTIFIER } from '../../../../constructs/traffic';
import { BUSY_LIMIT_MS, Route53Traffic } from '../../../../lambda/shared/traffic/route53-traffic';
import { TRAFFIC_SIDES } from '../../../../lambda/shared/traffic/traffic';
import { awsRecord, onPremRecord, RECORD_NAME, zone } from './fixtures';

const weights = (aws: number) => ({ aws, 'on-prem': 100 - aws });
const ours = (record: { readonly Name?: string; readonly Type?: string }): boolean =>
  record.Name === `${RECORD_NAME}.` && record.Type === 'A';

describe('the weighted records at Route 53', () => {
  test('have the set identifiers that Terraform gives them', () => {
    expect(TRAFFIC_SIDES).toEqual([AWS_SET_IDENTIFIER, ON_PREMISES_SET_IDENTIFIER]);
  });

  test.each([0, 10, 100])('are read by name, type and set identifier: %i', async (aws) => {
    expect(await zone(aws).traffic.read()).toEqual(weights(aws));
  });

  test('are read as they stand, also where a hand made them no percentages', async () => {
    expect(await zone(255, 0).traffic.read()).toEqual({ aws: 255, 'on-prem': 0 });
  });

  test.each([1, 2, 3])('are found over pages of %i', async (pageSize) => {
    const { traffic, route53 } = zone(25);
    route53.pageSize = pageSize;
    expect(await traffic.read()).toEqual(weights(25));
    expect(route53.sent).toHaveLength(pageSize === 1 ? 2 : 1);
  });

  test('are CNAME records where on-premises is a host name', async () => {
    const { route53, clock } = zone();
    const cname = { Type: 'CNAME', TTL: 60, Name: 'www.example.com.' } as const;
    route53.put(
      { ...cname, SetIdentifier: 'aws', Weight: 7, ResourceRecords: [{ Value: 'alb' }] },
      { ...cname, SetIdentifier: 'on-prem', Weight: 93, ResourceRecords: [{ Value: 'lb' }] },
    );
    const options = { zoneId: route53.zoneId, recordName: 'www.example.com', recordType: 'CNAME', clock } as const;
    expect(await new Route53Traffic(route53.client, options).read()).toEqual(weights(7));
  });
});

describe('a shift of weights', () => {
  test('changes both in one batch, waits for all name servers, reads back and answers the weights before', async () => {
    const { traffic, route53, clock } = zone(10);
    expect(await traffic.shift(weights(0))).toEqual(weights(10));
    expect(route53.sent).toEqual(['List', 'Change', 'GetChange', 'GetChange', 'List']);
    expect(clock.sleeps).toEqual([2_000, 2_000]);
    expect(route53.all.filter(ours)).toEqual([awsRecord(0), onPremRecord(100)]);
  });

  test('changes nothing but the two weights, whatever else a record has', async () => {
    const extra = fc.dictionary(
      fc.string({ minLength: 1, maxLength: 8 }).map((key) => `X${key}`),
      fc.oneof(fc.string(), fc.integer(), fc.boolean(), fc.constant({ deep: ['kept'] })),
      { maxKeys: 3 },
    );
    const weight = fc.integer({ min: 0, max: 255 });
    await fc.assert(
      fc.asyncProperty(
        weight,
        weight,
        fc.integer({ min: 0, max: 100 }),
        extra,
        extra,
        async (a, b, to, onAws, onOther) => {
          const { traffic, route53 } = zone(a, b);
          route53.put({ ...awsRecord(a), ...onAws }, { ...onPremRecord(b), ...onOther });
          const others = route53.all.filter((record) => !ours(record));
          expect(await traffic.shift(weights(to))).toEqual({ aws: a, 'on-prem': b });
          const sorted = route53.all.filter(ours).sort((one) => (one.SetIdentifier === 'aws' ? -1 : 1));
          expect(sorted).toEqual([
            { ...awsRecord(to), ...onAws },
            { ...onPremRecord(100 - to), ...onOther },
          ]);
          expect(route53.all.filter((record) => !ours(record))).toEqual(others);
        },
      ),
      { numRuns: 100 },
    );
  });

  test('leaves alone what is right already', async () => {
    const { traffic, route53 } = zone(10);
    expect(await traffic.shift(weights(10))).toEqual(weights(10));
    expect(route53.sent).toEqual(['List']);
  });

  test('changes one wrong weight of the two', async () => {
    const { traffic, weights: present } = zone(10, 100);
    expect(await traffic.shift(weights(10))).toEqual({ aws: 10, 'on-prem': 100 });
    expect(present()).toEqual([10, 90]);
  });

  test.each([
    [{ aws: 0, 'on-prem': 0 }],
    [{ aws: 100, 'on-prem': 100 }],
    [{ aws: 50, 'on-prem': 49 }],
    [{ aws: 50, 'on-prem': 51 }],
    [{ aws: -1, 'on-prem': 101 }],
    [{ aws: 0.5, 'on-prem': 99.5 }],
    [{ aws: 100 }],
    [{ aws: 50, 'on-prem': 50, third: 0 }],
  ])('refuses %j before it asks Route 53 anything', async (refused) => {
    const { traffic, route53 } = zone();
    await expect(traffic.shift(refused as never)).rejects.toThrow(
      new Error(
        `weights must be integers from 0 to 100 (percent) for aws and on-prem that are 100 together, got ${JSON.stringify(refused)}; when all are 0, Route 53 answers with every record alike`,
      ),
    );
    expect(route53.sent).toEqual([]);
  });

  test.each([0, 1, 99, 100])('takes the weight %i', async (aws) => {
    const { traffic, weights: present } = zone(50);
    await traffic.shift(weights(aws));
    expect(present()).toEqual([aws, 100 - aws]);
  });

  test.each<[string, (world: ReturnType<typeof zone>) => void, string]>([
    [
      'a record is missing',
      ({ route53 }) => {
        route53.remove('aws');
      },
      'aws is missing',
    ],
    [
      'both are missing',
      ({ route53 }) => {
        route53.remove('aws');
        route53.remove('on-prem');
      },
      'aws is missing; on-prem is missing',
    ],
    [
      'there is a third one',
      ({ route53 }) => {
        route53.put({ ...awsRecord(0), SetIdentifier: 'green' });
      },
      'there is another one, green',
    ],
    [
      'one is there twice',
      ({ route53 }) => {
        route53.putTwin(onPremRecord(0));
      },
      'on-prem is there 2 times',
    ],
    [
      'one is not weighted, and one is no part of a set',
      ({ route53 }) => {
        route53.put(
          { ...awsRecord(0), Weight: undefined },
          { ...onPremRecord(0), SetIdentifier: undefined, Weight: undefined },
        );
      },
      'aws is not weighted; there is one without a set identifier',
    ],
  ])('refuses to touch records where %s', async (_title, spoil, problems) => {
    const world = zone();
    spoil(world);
    const before = world.route53.all;
    const message = `the A records of ${RECORD_NAME} must be two weighted ones, aws and on-prem, got others: ${problems}. No weight is changed: repair the records with a deployment, then try again`;
    await expect(world.traffic.shift(weights(0))).rejects.toThrow(new Error(message));
    await expect(world.traffic.read()).rejects.toThrow(new Error(message));
    expect(world.route53.all).toEqual(before);
  });

  test('waits no longer than two minutes for the name servers, and says that the change is made', async () => {
    const { traffic, route53, clock, weights: present } = zone(10);
    route53.pendingPolls = Infinity;
    await expect(traffic.shift(weights(0))).rejects.toThrow(
      new Error(
        `the change /change/C1 of ${RECORD_NAME} to aws 0, on-prem 100 must reach all name servers within 120 s, got PENDING; it is made and goes on: try again, and see the AWS Health Dashboard if it lasts`,
      ),
    );
    expect(clock.now()).toBe(120_000);
    expect(present()).toEqual([0, 100]);
  });

  test('is done when the name servers have it at the last moment', async () => {
    const { traffic, route53, clock } = zone(10);
    route53.pendingPolls = 59;
    expect(await traffic.shift(weights(0))).toEqual(weights(10));
    expect(clock.now()).toBe(120_000);
  });

  test('that somebody else undid meanwhile is an error that says what stands', async () => {
    const { traffic, route53 } = zone(10);
    route53.meanwhile = () => {
      route53.put(awsRecord(50), onPremRecord(50));
    };
    await expect(traffic.shift(weights(0))).rejects.toThrow(
      new Error(
        `the weights of ${RECORD_NAME} must be aws 0, on-prem 100 after the change /change/C1, got aws 50, on-prem 50; somebody else changed them meanwhile: see who in CloudTrail, then try again`,
      ),
    );
  });

  test('notices that somebody else changed the rest of a record meanwhile', async () => {
    const { traffic, route53 } = zone(10);
    route53.meanwhile = () => {
      route53.put({ ...onPremRecord(100), TTL: 30 });
    };
    await expect(traffic.shift(weights(0))).rejects.toThrow('got aws 0, on-prem 100 in other records; somebody else');
  });
});

describe('a busy Route 53', () => {
  test.each(['PriorRequestNotComplete', 'Throttling', 'ThrottlingException'])(
    'is asked again after %s',
    async (name) => {
      const { traffic, route53, clock, weights: present } = zone(10);
      route53.pendingPolls = 0;
      route53.busy(name, 5);
      expect(await traffic.shift(weights(0))).toEqual(weights(10));
      expect(clock.sleeps).toEqual([500, 1_000, 2_000, 4_000, 5_000, 2_000]);
      expect(present()).toEqual([0, 100]);
    },
  );

  test.each([
    ['the change', 1],
    ['the question whether it is in sync', 2],
    ['the reading back', 3],
  ])('may be busy at %s', async (_title, call) => {
    const { traffic, route53, weights: present } = zone(10);
    route53.pendingPolls = 0;
    let calls = 0;
    const send = route53.client.send.bind(route53.client);
    route53.client.send = ((...parameters: Parameters<typeof send>) => {
      if (calls === call) route53.busy();
      calls += 1;
      return send(...parameters);
    }) as typeof send;
    expect(await traffic.shift(weights(0))).toEqual(weights(10));
    expect([route53.sent.length, present()]).toEqual([5, [0, 100]]);
  });

  test('is asked for half a minute, then its error stands', async () => {
    const { traffic, route53, clock } = zone();
    route53.busy('Throttling', 100);
    await expect(traffic.read()).rejects.toMatchObject({ name: 'Throttling' });
    expect(clock.now()).toBeGreaterThan(BUSY_LIMIT_MS - 5_000);
    expect(clock.now()).toBeLessThanOrEqual(BUSY_LIMIT_MS);
  });

  test('is not what another error says: it is thrown at once', async () => {
    const { traffic, route53, clock } = zone();
    route53.faults.push(new NoSuchHostedZone({ message: 'none', $metadata: {} }));
    await expect(traffic.read()).rejects.toThrow(NoSuchHostedZone);
    expect(clock.sleeps).toEqual([]);
  });
});
