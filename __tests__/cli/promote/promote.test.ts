import { PreconditionFailedException, UpdateAliasCommand } from '@aws-sdk/client-lambda';
import { GetCallerIdentityCommand } from '@aws-sdk/client-sts';
import { describe, expect, test } from '@jest/globals';
import { FAILED, IN_PROGRESS, makeWorld, READY } from './support';

const MOVED = [
  {
    FunctionName: 'payment-validation-prod',
    Name: 'blue',
    FunctionVersion: '7',
    RevisionId: 'r6',
  },
];
const refused = (...problems: string[]): unknown =>
  expect.objectContaining({
    name: 'PromotionRefused',
    message: ['not promoted; nothing was changed', ...problems.map((problem) => `  ${problem}`)].join('\n'),
  });
const unfinished = (message: string): unknown => expect.objectContaining({ name: 'PromotionUnfinished', message });

describe('a promotion', () => {
  test('makes blue what green is, unless somebody changed it since, and waits until it is ready', async () => {
    const { world, run, updates, lines, sleeps } = makeWorld();
    world.concurrency.blue = [IN_PROGRESS, IN_PROGRESS, READY];
    expect(await run()).toEqual({ outcome: 'promoted', from: '6', to: '7' });
    expect(updates()).toEqual(MOVED);
    expect(world.blue?.FunctionVersion).toBe('7');
    expect(lines).toEqual([
      'Account prod (123456789012), as arn:aws:sts::1:role/me',
      'blue   version 6 (code code-of-6)',
      'green  version 7 (code code-of-7)',
      'blue is now version 7; it was version 6.',
      'waiting for blue: 0 of 2 environments',
      'blue is ready: 2 of 2 environments.',
    ]);
    expect(sleeps).toEqual([5, 5, 5]);
  });

  test('needs no provisioned concurrency', async () => {
    const { world, run, lines } = makeWorld();
    world.concurrency = { blue: [], green: [] };
    expect(await run()).toMatchObject({ outcome: 'promoted' });
    expect(lines.at(-1)).toBe('blue has no provisioned concurrency to wait for.');
  });

  test('waits while Lambda still moves the alias', async () => {
    const { world, lambda, run, lines, sleeps, onSleep } = makeWorld();
    world.concurrency.blue = [];
    lambda.on(UpdateAliasCommand).callsFake(() => {
      world.blue = { FunctionVersion: '7', RoutingConfig: { AdditionalVersionWeights: { '6': 1 } } };
    });
    onSleep(() => {
      if (sleeps.length === 3) world.blue = { FunctionVersion: '7', RoutingConfig: { AdditionalVersionWeights: {} } };
    });
    expect(await run()).toMatchObject({ outcome: 'promoted' });
    expect(sleeps).toHaveLength(3);
    expect(lines.slice(-2)).toEqual([
      'waiting for blue: Lambda is moving the alias',
      'blue has no provisioned concurrency to wait for.',
    ]);
  });

  test('changes nothing in a dry run', async () => {
    const { run, updates, lines, sleeps } = makeWorld();
    expect(await run(true)).toEqual({ outcome: 'planned', from: '6', to: '7' });
    expect([updates(), sleeps]).toEqual([[], []]);
    expect(lines.at(-1)).toBe('blue would become version 7. Dry run: nothing was changed.');
  });

  test('has nothing to change when blue already is what green is, and goes on waiting after an interruption', async () => {
    const { world, run, updates, lines } = makeWorld();
    world.blue = { FunctionVersion: '7', RevisionId: 'r' };
    world.concurrency.blue = [IN_PROGRESS, READY];
    expect(await run()).toEqual({ outcome: 'unchanged', from: '7', to: '7' });
    expect(updates()).toEqual([]);
    expect(lines.slice(3)).toEqual([
      'blue already is version 7: nothing to change.',
      'waiting for blue: 0 of 2 environments',
      'blue is ready: 2 of 2 environments.',
    ]);
  });

  test('run twice changes once', async () => {
    const { run, updates } = makeWorld();
    await run();
    expect(await run()).toMatchObject({ outcome: 'unchanged' });
    expect(updates()).toEqual(MOVED);
  });
});

describe('a promotion is refused, and nothing changed,', () => {
  test('with credentials of another account', async () => {
    const { world, run, lambda } = makeWorld();
    world.account = '210987654321';
    await expect(run()).rejects.toEqual(
      refused(
        'credentials must belong to account 123456789012 (prod in accounts.ts), got account 210987654321 (arn:aws:sts::1:role/me); choose the right profile with AWS_PROFILE',
      ),
    );
    expect(lambda.calls()).toEqual([]);
  });

  test('with credentials that expired', async () => {
    const { run, sts } = makeWorld();
    sts.on(GetCallerIdentityCommand).rejects(Object.assign(new Error('too old'), { name: 'ExpiredToken' }));
    await expect(run()).rejects.toEqual(
      refused('credentials must be valid, got ExpiredToken: too old; sign in again, for instance aws sso login'),
    );
  });

  test.each([
    [['blue'], 'no blue'],
    [['green'], 'no green'],
    [['blue', 'green'], 'no blue and no green'],
  ] as const)('before the first deployment: without %j', async (missing, got) => {
    const { world, run } = makeWorld();
    for (const alias of missing) world[alias] = undefined;
    await expect(run()).rejects.toEqual(
      refused(
        `function payment-validation-prod must have the aliases blue and green, got ${got}; deploy the environment first`,
      ),
    );
  });

  test('while green is not ready: every reason at once', async () => {
    const { world, run, updates } = makeWorld();
    const RoutingConfig = { AdditionalVersionWeights: { '5': 0.5 } };
    world.blue = { ...world.blue, RoutingConfig };
    world.green = { ...world.green, RoutingConfig };
    world.states['7'] = { State: 'Inactive', StateReason: 'idle' };
    world.concurrency.green = [FAILED];
    const moving = (alias: string) =>
      `alias ${alias} must name one version, got two: Lambda is still moving it; wait, then run this again, and if it stays so, see why its version does not start`;
    await expect(run()).rejects.toEqual(
      refused(
        moving('blue'),
        moving('green'),
        'version 7 must be Active, got Inactive (idle); send green a request, wait a minute, then run this again',
        'provisioned concurrency of green must be READY, got FAILED (FUNCTION_ERROR_INIT_FAILURE); correct the release and deploy it again',
      ),
    );
    expect(updates()).toEqual([]);
  });

  test('in a dry run too', async () => {
    const { world, run } = makeWorld();
    world.states['7'] = { State: 'Pending' };
    world.concurrency.green = [IN_PROGRESS];
    await expect(run(true)).rejects.toEqual(
      refused(
        'version 7 must be Active, got Pending; send green a request, wait a minute, then run this again',
        'provisioned concurrency of green must be READY, got IN_PROGRESS (0 of 2 environments); wait, then run this again',
      ),
    );
  });

  test('when somebody else changed blue meanwhile', async () => {
    const { run, lambda } = makeWorld();
    lambda.on(UpdateAliasCommand).rejects(new PreconditionFailedException({ $metadata: {}, message: 'revision' }));
    await expect(run()).rejects.toEqual(
      refused(
        'alias blue must be as it was read, got a change by somebody else meanwhile; find out by whom, then run this again',
      ),
    );
  });

  test('but not when the change was its own, repeated after its answer got lost', async () => {
    const { world, run, lambda } = makeWorld();
    lambda.on(UpdateAliasCommand).callsFake(() => {
      world.blue = { FunctionVersion: '7', RevisionId: 'new' };
      throw new PreconditionFailedException({ $metadata: {}, message: 'revision' });
    });
    expect(await run()).toMatchObject({ outcome: 'promoted' });
  });
});

describe('a promotion that does not come to its end', () => {
  test('says when the environments of blue fail', async () => {
    const { world, run } = makeWorld();
    world.concurrency.blue = [IN_PROGRESS, FAILED];
    await expect(run()).rejects.toEqual(
      unfinished(
        'provisioned concurrency of blue must be READY, got FAILED (FUNCTION_ERROR_INIT_FAILURE); blue serves version 7 with cold starts: put the former version back or deploy a corrected one',
      ),
    );
  });

  test('says when it takes too long', async () => {
    const { world, run, sleeps } = makeWorld();
    world.concurrency.blue = [IN_PROGRESS];
    await expect(run()).rejects.toEqual(
      unfinished(
        'blue must be ready within 15 minutes, got no end (waiting for blue: 0 of 2 environments); blue is version 7 already: run this again to go on waiting',
      ),
    );
    expect(sleeps).toHaveLength(180);
  });

  test('says when blue is changed while it waits', async () => {
    const { world, run, lambda } = makeWorld();
    lambda.on(UpdateAliasCommand).callsFake(() => {
      world.blue = { FunctionVersion: '5' };
    });
    await expect(run()).rejects.toEqual(
      unfinished('alias blue must be version 7, got version 5: somebody else changed it; run this again'),
    );
  });

  test('passes errors of AWS on', async () => {
    const { run, lambda } = makeWorld();
    const denied = Object.assign(new Error('no'), { name: 'AccessDeniedException' });
    lambda.on(UpdateAliasCommand).rejects(denied);
    await expect(run()).rejects.toBe(denied);
  });
});
