import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { holdsCardNumber } from '../../../../lambda/shared/payments/card-numbers';

const VISA = '4111111111111111';

describe('a card number is found', () => {
  test.each([
    ['Visa', VISA],
    ['Visa of 13 digits', '4222222222222'],
    ['Visa of 19 digits', '4000000000000000006'],
    ['Mastercard', '5555555555554444'],
    ['Mastercard of the new range', '2223003122003222'],
    ['American Express', '378282246310005'],
    ['Discover', '6011111111111117'],
    ['Diners Club', '30569309025904'],
    ['JCB', '3530111333300000'],
    ['UnionPay', '6205500000000000004'],
    ['Maestro of 12 digits', '675964982648'],
  ])('of %s', (_issuer, number) => {
    expect(holdsCardNumber(number)).toBe(true);
  });

  test.each([
    ['in spaces', '4111 1111 1111 1111'],
    ['in hyphens with spaces', '4111 - 1111 - 1111 - 1111'],
    ['in two spaces each', '4111  1111  1111  1111'],
    ['in hyphens', '4111-1111-1111-1111'],
    ['in no-break spaces', '4111\u00a01111\u00a01111\u00a01111'],
    ['in dashes', '4111–1111—1111−1111'.replace('−', '\u2010')],
    ['in underscores', '4111_1111_1111_1111'],
    ['in dots', '4111.1111.1111.1111'],
    ['in line ends', '4111\n1111\n1111\n1111'],
    ['in characters that are not seen', '4111\u200b1111\u00ad1111\u20601111'],
    ['in digits one by one', VISA.split('').join(' ')],
    ['in full-width digits', '４１１１１１１１１１１１１１１１'],
    ['in Arabic digits', '٤١١١١١١١١١١١١١١١'],
    ['in mathematical digits', '𝟒𝟏𝟏𝟏𝟏𝟏𝟏𝟏𝟏𝟏𝟏𝟏𝟏𝟏𝟏𝟏'],
    ['in text', `the card${VISA}, please`],
    ['behind letters, as of a token', `tok_${VISA}`],
    ['before its date and code', `${VISA} 12 26 123`],
    ['behind another number', `12 ${VISA}`],
    ['beside a UUID', `00000000-0000-4000-8000-000000000000 ${VISA}`],
    ['as a fraction', '4111.111111111111e12'],
  ])('written %s', (_kind, text) => {
    expect(holdsCardNumber(text)).toBe(true);
  });
});

describe('nothing is found', () => {
  test.each([
    ['in nothing', ''],
    ['in text', 'four thousand one hundred'],
    ['with a wrong check digit', '4111111111111112'],
    ['with a prefix of nobody', '1111111111111117'],
    ['with a length of nobody', '41111111111111111116'],
    ['inside a longer run', `9${VISA}`],
    ['inside a longer run of full-width digits', `９${VISA}`],
    ['with four separators in a row', '4111    1111    1111    1111'],
    ['in a slashed or listed row', '4111/1111/1111/1111, 4111, 1111, 1111, 1111'],
    [
      'in the User-Agent of a browser',
      'Mozilla/5.0 (X11; CrOS x86_64 14541.0.0) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/131.0.6778.204 Safari/537.36',
    ],
    ['in dates from to', '2026-11-21 - 2026-11-22'],
    ['with letters between', '4111a1111a1111a1111'],
    ['in a time', '1763721600000'],
    ['in a date', '2026-11-21T13:55:42.123Z'],
    ['in a canonical UUID', '41111111-1111-4111-8111-111111111111'],
    ['in a UUID that ends like a card', '00000000-0000-4000-8000-675964982648'],
    ['in an address', '192.168.100.100'],
  ])('%s', (_kind, text) => {
    expect(holdsCardNumber(text)).toBe(false);
  });
});

test('any issuer, separator and script makes no difference', () => {
  const separators = ['', ' ', '-', '\u00a0', '_', '.'];
  const zeros = [0x30, 0x660, 0x966, 0xff10, 0x1d7ce];
  fc.assert(
    fc.property(
      fc.constantFrom(VISA, '5555555555554444', '378282246310005'),
      fc.array(fc.constantFrom(...separators), { minLength: 16, maxLength: 16 }),
      fc.constantFrom(...zeros),
      fc.stringMatching(/^[a-z,:]{0,8}$/),
      (number, between, zero, around) => {
        const written = [...number]
          .map((digit, index) => String.fromCodePoint(zero + Number(digit)) + (between[index] ?? ''))
          .join('');
        expect(holdsCardNumber(`${around}${written}${around}`)).toBe(true);
      },
    ),
  );
});

test('any text is searched in time', () => {
  const start = performance.now();
  for (const text of ['1 '.repeat(8192), '4'.repeat(16384), '6 0 '.repeat(4096), '- '.repeat(8192)]) {
    holdsCardNumber(text);
  }
  expect(performance.now() - start).toBeLessThan(2000);
});
