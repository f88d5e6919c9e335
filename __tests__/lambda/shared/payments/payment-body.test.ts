import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { CARD_NUMBER, readPayment } from '../../../../lambda/shared/payments/payment-body';
import { paymentDigest, type PaymentRequest } from '../../../../lambda/shared/payments/payment-request';

const PAYMENT = {
  amount: 1999,
  currency: 'EUR',
  user_id: 'user-1',
  merchant_id: 'merchant-1',
  card_token: 'tok_4fGh7Jk2Lm9Np',
  country: 'DE',
};

const read = (text: string) => readPayment({ text, value: JSON.parse(text) as unknown });
const readWith = (changes: Readonly<Record<string, unknown>>) => read(JSON.stringify({ ...PAYMENT, ...changes }));
const pointers = (result: ReturnType<typeof read>) =>
  'faults' in result ? result.faults.map((fault) => ('pointer' in fault ? fault.pointer : '')) : [];
const cardPointers = (text: string) => {
  const result = read(text);
  return 'faults' in result
    ? result.faults.flatMap((fault) => (fault.detail === CARD_NUMBER && 'pointer' in fault ? [fault.pointer] : []))
    : [];
};

test('a payment is read with its currency’s exponent', () => {
  expect(readWith({ currency: 'JPY' })).toEqual({
    payment: {
      amount: 1999,
      currency: 'JPY',
      currencyExponent: 0,
      userId: 'user-1',
      merchantId: 'merchant-1',
      cardToken: 'tok_4fGh7Jk2Lm9Np',
      country: 'DE',
    },
  });
});

test.each([
  ['JPY', 0],
  ['EUR', 2],
  ['KWD', 3],
  ['CLF', 4],
])('the exponent of %s is %i', (currency, currencyExponent) => {
  expect(readWith({ currency })).toMatchObject({ payment: { currency, currencyExponent } });
});

describe('a member', () => {
  test.each<[string, readonly unknown[], readonly unknown[]]>([
    ['amount', [1, 100, 999_999_999_999], [0, -1, 1_000_000_000_000, 1.5, '1', null, true, [1], {}, 1e21]],
    [
      'currency',
      ['USD', 'JPY', 'KWD', 'CLF', 'XCG', 'XOF'],
      ['usd', 'XXX', 'XTS', 'XAU', 'XDR', 'BGN', 'EURO', '', 978, null],
    ],
    ['user_id', ['u', 'A-z_9', 'u'.repeat(64)], ['', 'u'.repeat(65), 'ü', 'a b', 'a/b', 'a\n', 7, null]],
    ['merchant_id', ['m', 'm'.repeat(64)], ['', 'm'.repeat(65), 'm.1', ['m'], {}]],
    [
      'card_token',
      ['tok_abcdefgh', `tok_${'a'.repeat(120)}`],
      ['tok_abcdefg', `tok_${'a'.repeat(121)}`, 'abcdefghijkl', 'TOK_abcdefgh', 'tok_abcdefg!', null],
    ],
    ['country', ['DE', 'US', 'AX'], ['de', 'DEU', 'XX', 'XK', 'EU', 'UK', '', null]],
  ])('%s keeps its rule', (name, good, bad) => {
    for (const value of good) expect([value, 'payment' in readWith({ [name]: value })]).toEqual([value, true]);
    for (const value of bad) expect([value, pointers(readWith({ [name]: value }))]).toEqual([value, [`#/${name}`]]);
  });

  test.each(['1.0', '1e2', '10E-1', '1.00000000000000000000000001', '1e400', '-0'])(
    'amount is not taken as %s: somebody calculates money in floating point there',
    (amount) => {
      const text = JSON.stringify(PAYMENT).replace('1999', amount);
      expect(pointers(read(text))).toEqual(['#/amount']);
    },
  );

  test.each(Object.keys(PAYMENT))('%s is needed', (name) => {
    const result = readWith({ [name]: undefined });
    expect(pointers(result)).toEqual([`#/${name}`]);
    expect(JSON.stringify(result)).toContain('is missing');
  });
});

describe('a body', () => {
  test.each(['null', '[]', '"text"', '7', 'true', '[{}]'])('that is %s is no object', (text) => {
    expect(read(text)).toEqual({ faults: [{ pointer: '#', detail: 'must be an object' }] });
  });

  test.each([
    ['zip', '#/zip'],
    ['__proto__', '#/__proto__'],
    ['constructor', '#/constructor'],
    ['toString', '#/toString'],
    ['', '#'],
    ['a/b', '#'],
    ['phone1', '#'],
    ['x'.repeat(33), '#'],
  ])('may not have the member "%s", which is shown as %s', (name, pointer) => {
    const text = `{${JSON.stringify(name)}:1,${JSON.stringify(PAYMENT).slice(1)}`;
    expect(pointers(read(text))).toEqual([pointer]);
  });

  test('may not have a name twice, also where both are the same or written differently', () => {
    const again = (member: string) => pointers(read(`{${member},${JSON.stringify(PAYMENT).slice(1)}`));
    expect([again('"amount":1999'), again('"\\u0061mount":1')]).toEqual([['#/amount'], ['#/amount']]);
  });
});

describe('a card number in a body', () => {
  const CARD = '4111111111111111';
  test.each([
    ['a text', `{"user_id":"x${CARD}"}`, ['#/user_id']],
    ['a text with escapes', '{"user_id":"4111\\u00201111\\u00201111\\u00201111"}', ['#/user_id']],
    ['a number', `{"zip":${CARD}}`, ['#/zip']],
    ['a number with a fraction', `{"zip":${CARD}.0}`, ['#/zip']],
    ['a number with an exponent', '{"zip":41111111111111110e-1}', ['#/zip']],
    ['a number beyond what doubles hold', '{"zip":4000000000000000006}', ['#/zip']],
    ['a name', `{"${CARD}":1}`, ['#']],
    ['deep inside', `{"zip":[{"a":[["${CARD}"]]}]}`, ['#/zip']],
    ['a name deep inside', `{"zip":[{"${CARD}":1}]}`, ['#/zip']],
    ['a member that a later one replaces', `{"user_id":"${CARD}","user_id":"u"}`, ['#/user_id']],
    ['an amount that is no number', `{"amount":"${CARD}"}`, ['#/amount']],
    ['an amount that is a list', `{"amount":[${CARD}]}`, ['#/amount']],
    ['a list', `["${CARD}"]`, ['#']],
    ['a body that is nothing else', CARD, ['#']],
  ])('is found: in %s', (_kind, text, expected) => {
    expect(cardPointers(text)).toEqual(expected);
  });

  test('is not looked for in the amount', () => {
    expect(cardPointers(`{"amount":${CARD}}`)).toEqual([]);
    expect('payment' in readWith({ amount: 675964982648 })).toBe(true);
  });
});

test('any JSON is read, however deep it goes', () => {
  fc.assert(
    fc.property(fc.json({ maxDepth: 20 }), (text) => {
      expect('faults' in read(text)).toBe(true);
    }),
  );
  expect(pointers(read('['.repeat(8000) + ']'.repeat(8000)))).toEqual(['#']);
  expect(pointers(read(`${'{"a":'.repeat(2700)}1${'}'.repeat(2700)}`))).toContain('#/a');
});

describe('the digest of a payment', () => {
  const payment = (readWith({}) as { payment: PaymentRequest }).payment;

  test('differs with every member', () => {
    const changed: Partial<PaymentRequest>[] = [
      { amount: 2000 },
      { currency: 'USD' },
      { userId: 'user-2' },
      { merchantId: 'merchant-2' },
      { cardToken: 'tok_0000000000' },
      { country: 'FR' },
      { userId: 'user-1,merchant-1' },
    ];
    const digests = [payment, ...changed.map((change) => ({ ...payment, ...change }))].map(paymentDigest);
    expect(new Set(digests).size).toBe(digests.length);
  });

  test('stays what it was: stored digests must stay comparable', () => {
    expect(paymentDigest(payment)).toBe('7b826ed3554c38ce47ae9bc682d6800e7d0c951dcd9545b11a0762deafa2500a');
  });
});
