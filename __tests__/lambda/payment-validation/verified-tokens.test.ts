import { beforeEach, expect, test } from '@jest/globals';
import type { Verification, VerifyToken } from '../../../lambda/payment-validation/token-verifier';
import { rememberVerified } from '../../../lambda/payment-validation/verified-tokens';

let clock: number;
let asked: string[];
beforeEach(() => {
  clock = 1_000_000;
  asked = [];
});

const verified = (expiresAt = clock + 600_000): Verification => ({
  outcome: 'verified',
  caller: { clientId: 'shop', scopes: ['payments:write'] },
  expiresAt,
});
const remembering = (answer: (token: string) => Verification, entries?: number): VerifyToken =>
  rememberVerified(
    (token) => {
      asked.push(token);
      return Promise.resolve(answer(token));
    },
    { now: () => clock, ...(entries === undefined ? {} : { entries }) },
  );

test('a token is verified once a minute', async () => {
  const verify = remembering(() => verified());
  const first = await verify('a');
  clock += 59_999;
  expect(await verify('a')).toEqual(first);
  expect(asked).toEqual(['a']);
  clock += 1;
  await verify('a');
  expect(asked).toEqual(['a', 'a']);
});

test('another token is another one, however alike', async () => {
  const verify = remembering((token) => (token === 'good' ? verified() : { outcome: 'refused' }));
  expect((await verify('good')).outcome).toBe('verified');
  expect((await verify('good ')).outcome).toBe('refused');
  expect((await verify('goo')).outcome).toBe('refused');
});

test('a token is verified again from the moment it ends', async () => {
  const end = clock + 10_000;
  const verify = remembering(() => (clock < end ? verified(end) : { outcome: 'refused' }));
  await verify('a');
  clock = end - 1;
  expect((await verify('a')).outcome).toBe('verified');
  clock = end;
  expect((await verify('a')).outcome).toBe('refused');
  expect(asked).toEqual(['a', 'a']);
});

test.each(['refused', 'unavailable'] as const)('what was %s is asked anew each time', async (outcome) => {
  const verify = remembering(() => (asked.length < 3 ? { outcome } : verified()));
  expect((await verify('a')).outcome).toBe(outcome);
  expect((await verify('a')).outcome).toBe(outcome);
  expect((await verify('a')).outcome).toBe('verified');
});

test('of more tokens than are remembered the first is forgotten', async () => {
  const verify = remembering(() => verified(), 2);
  for (const token of ['a', 'b', 'c', 'c', 'b', 'a']) await verify(token);
  expect(asked).toEqual(['a', 'b', 'c', 'a']);
});
