import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { awaitApproval, requestApproval } from '../../../../lambda/migration-steps/steps/approval';
import { type LocalDynamoDb, startDynamoDb } from '../../../support/dynamodb';
import { ControlWorld, HOUR, SETTINGS } from './control-world';

let dynamodb: LocalDynamoDb;
let world: ControlWorld;
beforeEach(async () => {
  dynamodb = await startDynamoDb();
  world = await new ControlWorld(dynamodb).begin('cutover');
});
afterEach(() => dynamodb.stop());

const input = { requestedBy: 'role:ann' };
const ask = (given: unknown = input) => world.run(requestApproval, { input: given });
const look = () => world.run(awaitApproval, { state: 'Await approval', input });

describe('asking for approval', () => {
  test('needs to know who asks', async () => {
    await world.say('role:ann', 'request');
    expect(await ask()).toEqual({
      outcome: 'done',
      message: 'role:ann asks for approval',
      waitingFor: 'npm run migration -- approve night-1 (one person, not who asked), or refuse night-1',
    });
  });

  test.each([
    [{}, 'input.requestedBy must be the aws:userid of who asks, got nothing; start with npm run migration -- start'],
    [null, 'input.requestedBy must be the aws:userid of who asks, got nothing; start with npm run migration -- start'],
    [
      { requestedBy: 'role:bob' },
      'input.requestedBy must have written a request for night-1, got none of role:bob; start with npm run migration -- start',
    ],
  ])('is refused with %j', async (given, reason) => {
    await world.say('role:ann', 'request');
    await world.say('role:bob', 'request', 'another-night');
    await world.say('role:bob', 'approval');
    expect(await ask(given)).toMatchObject({ outcome: 'refused', reasons: [reason] });
  });
});

describe('a cutover', () => {
  beforeEach(() => world.say('role:ann', 'request'));

  test('waits for one person who did not ask', async () => {
    await world.say('role:ann', 'approval');
    await world.say('role:bob', 'approval', 'another-night');
    expect(await look()).toEqual({
      outcome: 'wait',
      message: '0 of 1 approvals; that of role:ann, who asked, does not count',
      waitingFor: 'npm run migration -- approve night-1 (one person, not who asked), or refuse night-1',
    });
    await world.say('role:bob', 'approval');
    expect(await look()).toEqual({ outcome: 'done', message: 'approved by role:bob', approvers: ['role:bob'] });
  });

  test('takes the approval of who asked where no second person is required', async () => {
    world.settings = { ...SETTINGS, requireSecondPerson: false };
    expect(await look()).toMatchObject({
      outcome: 'wait',
      waitingFor: 'npm run migration -- approve night-1 (one person), or refuse night-1',
    });
    await world.say('role:ann', 'approval');
    expect(await look()).toMatchObject({ outcome: 'done', approvers: ['role:ann'] });
  });

  test('ends when one person refuses, whoever approved', async () => {
    await world.say('role:bob', 'approval');
    await world.say('role:cid', 'refusal', 'night-1', 'month end');
    await world.say('role:dan', 'refusal');
    expect(await look()).toEqual({
      outcome: 'refused',
      message: 'going on is refused: role:cid refused: month end | role:dan refused',
      reasons: ['role:cid refused: month end', 'role:dan refused'],
    });
  });

  test('waits for an hour from the first look', async () => {
    await look();
    await world.wait(HOUR - 1);
    expect(await look()).toMatchObject({ outcome: 'wait' });
    await world.wait(1);
    expect(await look()).toEqual({
      outcome: 'expired',
      message: 'approval must come within 60 minutes, which are over',
    });
    await world.say('role:bob', 'approval');
    expect(await look()).toMatchObject({ outcome: 'done' });
  });

  test('is approved for nobody who has lost the lease', async () => {
    await world.say('role:bob', 'approval');
    await world.authority.takeOver({ machine: 'rollback', execution: 'arn:rollback' });
    await expect(look()).rejects.toMatchObject({ name: 'LeaseLost' });
  });
});

describe('a resume', () => {
  test('needs two different people, neither of them who asked', async () => {
    await world.begin('resume');
    await world.say('role:ann', 'request');
    await world.say('role:ann', 'approval');
    await world.say('role:bob', 'approval');
    await world.say('role:bob', 'approval', 'night-1', 'once more');
    expect(await look()).toMatchObject({
      outcome: 'wait',
      message: '1 of 2 approvals; that of role:ann, who asked, does not count',
      waitingFor: 'npm run migration -- approve night-1 (2 different people, not who asked), or refuse night-1',
    });
    await world.say('role:cid', 'approval');
    expect(await look()).toMatchObject({ outcome: 'done', approvers: ['role:bob', 'role:cid'] });
  });
});
