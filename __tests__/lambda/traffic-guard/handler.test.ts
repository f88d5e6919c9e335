import { describe, expect, test } from '@jest/globals';
import type { MigrationRecord } from '../../../lambda/shared/authority/migration-authority';
import { ExplainedError } from '../../../lambda/shared/runtime/error-fields';
import type { Clearance } from '../../../lambda/shared/traffic/clearance';
import { NO_CLEARANCE } from '../../../lambda/shared/traffic/clearance-bounds';
import { createHandler } from '../../../lambda/traffic-guard/handler';
import { recordingPorts } from '../shared/stream/fixtures';
import { zone } from '../shared/traffic/fixtures';

const CLEARANCE: Clearance = {
  minAwsWeight: 10,
  maxAwsWeight: 50,
  reason: 'Gates passed.',
  by: 'advance-a',
  at: '2026-01-02T03:04:05.000Z',
};
const TEXT =
  'AWS may get from 10 to 50 percent of the traffic (set by advance-a at 2026-01-02T03:04:05.000Z: Gates passed.)';

interface Start {
  readonly aws?: number;
  readonly onPrem?: number;
  /** On the authority item. */
  readonly clearance?: Clearance;
  /** In the parameter; an error is thrown. */
  readonly parameter?: Clearance | Error;
}

function world({ aws = 20, onPrem = 100 - aws, clearance, parameter = clearance ?? NO_CLEARANCE }: Start = {}) {
  const dns = zone(aws, onPrem);
  const ports = recordingPorts();
  const pages: { readonly subject: string; readonly sentences: readonly string[] }[] = [];
  const order: string[] = [];
  const state: {
    record: MigrationRecord;
    parameter: Clearance | Error;
    writes: Clearance[];
    afterRead?: () => void;
    afterWrite?: () => void;
    cannotWrite?: Error;
    cannotPage?: Error;
    noRecord?: Error;
  } = { record: { authority: 'on-prem', epoch: 1, lastToken: 0, clearance }, parameter, writes: [] };
  const list = dns.traffic.read.bind(dns.traffic);
  dns.traffic.read = () => {
    order.push('weights');
    return list();
  };
  const handler = createHandler({
    ...ports,
    traffic: dns.traffic,
    clock: dns.clock,
    authority: {
      record: () => {
        order.push('record');
        return state.noRecord === undefined ? Promise.resolve(state.record) : Promise.reject(state.noRecord);
      },
    },
    parameter: {
      read: () => {
        order.push('parameter');
        const found = state.parameter;
        state.afterRead?.();
        return found instanceof Error ? Promise.reject(found) : Promise.resolve(found);
      },
      write: (written) => {
        if (state.cannotWrite !== undefined) return Promise.reject(state.cannotWrite);
        state.parameter = written;
        state.writes.push(written);
        state.afterWrite?.();
        return Promise.resolve();
      },
    },
    pager: {
      page: (subject, sentences) => {
        if (state.cannotPage !== undefined) return Promise.reject(state.cannotPage);
        pages.push({ subject, sentences });
        return Promise.resolve();
      },
    },
  });
  return { ...dns, ...ports, handler, pages, state, order };
}

const PUT_BACK = 'weights outside of the clearance were put back';

describe('weights inside of the clearance', () => {
  test.each([10, 20, 50])('are left alone: %i', async (aws) => {
    const { handler, route53, pages, counts, lines } = world({ aws, clearance: CLEARANCE });
    expect(await handler()).toEqual({ weights: { aws, 'on-prem': 100 - aws }, parameterRepaired: false });
    expect(route53.sent).toEqual(['List']);
    expect([pages, lines]).toEqual([[], []]);
    // Also nothing is counted, so that an alarm can tell it from a guard that does not run.
    expect(counts).toEqual({ TrafficOutsideClearance: 0, ClearanceParameterRepaired: 0 });
  });

  test('are read before the clearance: who moves them was cleared first', async () => {
    const { handler, order } = world({ clearance: CLEARANCE });
    await handler();
    expect(order).toEqual(['weights', 'record', 'parameter', 'record']);
  });
});

describe('weights outside of the clearance', () => {
  test.each([
    [9, 10],
    [0, 10],
    [51, 50],
    [100, 50],
  ])('go to the nearest bound, and are paged: %i to %i', async (aws, to) => {
    const { handler, weights, pages, counts } = world({ aws, clearance: CLEARANCE });
    expect(await handler()).toEqual({
      weights: { aws, 'on-prem': 100 - aws },
      shifted: { aws: to, 'on-prem': 100 - to },
      parameterRepaired: false,
    });
    expect(weights()).toEqual([to, 100 - to]);
    expect(counts).toEqual({ TrafficOutsideClearance: 1, ClearanceParameterRepaired: 0 });
    expect(pages).toEqual([
      {
        subject: PUT_BACK,
        sentences: [
          `The weights were aws ${aws}, on-prem ${100 - aws}, but ${TEXT}.`,
          `They were set to aws ${to}, on-prem ${100 - to}.`,
          'Apply no plan that is older than the clearance: make a new one.',
        ],
      },
    ]);
  });

  test.each([
    [0, 0, 50],
    [255, 0, 50],
    [1, 255, 10],
  ])('count by their share where they are not 100 together: %i and %i', async (aws, onPrem, to) => {
    const { handler, weights } = world({ aws, onPrem, clearance: { ...CLEARANCE, maxAwsWeight: to === 10 ? 50 : 49 } });
    await handler();
    expect(weights()).toEqual(to === 10 ? [10, 90] : [49, 51]);
  });

  test('say who holds the lease: it may be about to move them itself', async () => {
    const { handler, pages, state } = world({ aws: 100, clearance: CLEARANCE });
    const lease = { machine: 'rollback', execution: 'arn:rollback-a', token: 7, takenAt: 0 } as const;
    state.record = { ...state.record, lease };
    await handler();
    expect(pages[0]?.sentences[2]).toBe(
      'The lease is held by arn:rollback-a: between its clearance and its weights this is no fault.',
    );
  });

  test('are put back also when nobody can be told; the log says so', async () => {
    const { handler, weights, state, lines, counts } = world({ aws: 51, clearance: CLEARANCE });
    state.cannotPage = new ExplainedError('no topic');
    expect(await handler()).toMatchObject({ shifted: { aws: 50 } });
    expect(weights()).toEqual([50, 50]);
    expect(counts.TrafficOutsideClearance).toBe(1);
    expect(lines.map(({ level, message }) => [level, message])).toEqual([
      ['ERROR', PUT_BACK],
      ['ERROR', 'the page could not be sent'],
    ]);
  });

  test('that cannot be put back are paged with the reason, and the run fails', async () => {
    const { handler, pages, route53, counts } = world({ aws: 51, clearance: CLEARANCE });
    route53.pendingPolls = Infinity;
    await expect(handler()).rejects.toThrow('must reach all name servers within 120 s');
    expect(counts).toEqual({ TrafficOutsideClearance: 1, ClearanceParameterRepaired: 0 });
    expect(pages).toEqual([
      {
        subject: 'weights outside of the clearance are NOT put back',
        sentences: [
          `The weights were aws 51, on-prem 49, but ${TEXT}.`,
          'They must be aws 50, on-prem 50, and could not be set: the change /change/C1 of api.payments.example.com to aws 50, on-prem 50 must reach all name servers within 120 s, got PENDING; it is made and goes on: try again, and see the AWS Health Dashboard if it lasts. Set them by hand; the guard tries again in a minute.',
        ],
      },
    ]);
  });

  test('are not judged by a clearance that cannot be read', async () => {
    const { handler, state, weights, writes } = { ...world({ aws: 100, clearance: CLEARANCE }), writes: [] };
    state.noRecord = new Error('no table');
    await expect(handler()).rejects.toThrow('no table');
    expect([weights(), state.writes, writes]).toEqual([[100, 0], [], []]);
  });
});

describe('where the authority item has no clearance', () => {
  test('the parameter counts', async () => {
    const { handler, weights, state } = world({ aws: 60, parameter: CLEARANCE });
    await handler();
    expect([weights(), state.writes]).toEqual([[50, 50], []]);
  });

  test('and the parameter makes no sense, nothing is cleared and it is written anew', async () => {
    const { handler, weights, state, pages } = world({ aws: 60, parameter: new ExplainedError('it holds "x"') });
    expect(await handler()).toMatchObject({ shifted: { aws: 0, 'on-prem': 100 }, parameterRepaired: true });
    expect([weights(), state.writes]).toEqual([[0, 100], [NO_CLEARANCE]]);
    expect(pages.map(({ subject }) => subject)).toEqual([PUT_BACK, 'the parameter of the clearance was written anew']);
  });

  test('and the parameter cannot be read now, nothing is done', async () => {
    const { handler, weights, state } = world({ aws: 60, parameter: new Error('throttled') });
    await expect(handler()).rejects.toThrow('throttled');
    expect([weights(), state.writes]).toEqual([[60, 40], []]);
  });
});

describe('a parameter that does not say what the authority item says', () => {
  const other: Clearance = { ...CLEARANCE, maxAwsWeight: 100, reason: 'Written by hand.', by: 'somebody' };

  test('is written anew, and paged', async () => {
    const { handler, state, pages, counts, clock } = world({ clearance: CLEARANCE, parameter: other });
    expect(await handler()).toEqual({ weights: { aws: 20, 'on-prem': 80 }, parameterRepaired: true });
    expect(state.writes).toEqual([CLEARANCE]);
    expect(clock.now()).toBe(2_000);
    expect(counts).toEqual({ TrafficOutsideClearance: 0, ClearanceParameterRepaired: 1 });
    expect(pages).toEqual([
      {
        subject: 'the parameter of the clearance was written anew',
        sentences: [
          `The parameter of the clearance did not say what the authority item says, but: AWS may get from 10 to 100 percent of the traffic (set by somebody at 2026-01-02T03:04:05.000Z: Written by hand.). It was written anew: ${TEXT}.`,
          'Plans that were made meanwhile may have been refused or let through by it: make them again.',
        ],
      },
    ]);
  });

  test('also where only its reason differs: Terraform quotes it', async () => {
    const { handler, state } = world({ clearance: CLEARANCE, parameter: { ...CLEARANCE, reason: 'x' } });
    await handler();
    expect(state.writes).toEqual([CLEARANCE]);
  });

  test('does not move weights: the item counts', async () => {
    const { handler, weights } = world({ aws: 60, clearance: CLEARANCE, parameter: other });
    await handler();
    expect(weights()).toEqual([50, 50]);
  });

  test('is left alone when an execution was just between item and parameter', async () => {
    const { handler, state, pages } = world({ clearance: CLEARANCE, parameter: other });
    state.afterRead = () => {
      state.parameter = CLEARANCE;
    };
    expect(await handler()).toMatchObject({ parameterRepaired: false });
    expect([state.writes, pages]).toEqual([[], []]);
  });

  test('says in the end what the item says, also when that changed meanwhile', async () => {
    const { handler, state } = world({ clearance: CLEARANCE, parameter: other });
    const later = { ...CLEARANCE, maxAwsWeight: 0, minAwsWeight: 0, by: 'rollback-a' };
    state.afterWrite = () => {
      state.record = { ...state.record, clearance: later };
    };
    await handler();
    expect(state.writes).toEqual([CLEARANCE, later]);
    expect(state.parameter).toEqual(later);
  });

  test('is written three times at most: the next run goes on', async () => {
    const { handler, state } = world({ clearance: CLEARANCE, parameter: other });
    let changes = 0;
    state.afterWrite = () => {
      changes += 1;
      state.record = { ...state.record, clearance: { ...CLEARANCE, reason: `${changes}` } };
    };
    await handler();
    expect(state.writes).toHaveLength(3);
  });

  test('and cannot be written fails the run, after the weights were put back', async () => {
    const { handler, state, weights } = world({ aws: 60, clearance: CLEARANCE, parameter: other });
    state.cannotWrite = new Error('no permission');
    await expect(handler()).rejects.toThrow('no permission');
    expect(weights()).toEqual([50, 50]);
  });

  test('is written anew also where the weights cannot be read', async () => {
    const { handler, state, route53 } = world({ clearance: CLEARANCE, parameter: new ExplainedError('it is absent') });
    route53.remove('aws');
    await expect(handler()).rejects.toThrow('aws is missing');
    expect(state.writes).toEqual([CLEARANCE]);
  });
});
