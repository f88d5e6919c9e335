import { expect, test } from '@jest/globals';
import { isHostName } from '../../../constructs/validation/host-name';

const LABEL = 'a'.repeat(63);

test.each([
  ['api.example.com', true],
  ['a-1.example.co', true],
  ['1.example.com', true],
  [`${LABEL}.com`, true],
  [`a${LABEL}.com`, false],
  [`${LABEL}.${LABEL}.${LABEL}.${'a'.repeat(57)}.com`, true],
  [`${LABEL}.${LABEL}.${LABEL}.${'a'.repeat(58)}.com`, false],
  ['example', false],
  ['API.example.com', false],
  ['api.example.com.', false],
  ['-api.example.com', false],
  ['api-.example.com', false],
  ['api_1.example.com', false],
  ['192.168.10.20', false],
  ['', false],
])('"%s" is a host name: %p', (text, expected) => {
  expect(isHostName(text)).toBe(expected);
});
