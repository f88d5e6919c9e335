import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { jsonTokens } from '../../../../lambda/shared/http/json-text';

test('names, texts and numbers come in their order, with where they are', () => {
  expect(jsonTokens('{"a":[1,{"b/~":"x\\"\\n"}],"a":-1.50E+2,"":null} ')).toEqual([
    { pointer: '/a', kind: 'name', text: 'a' },
    { pointer: '/a/0', kind: 'number', text: '1' },
    { pointer: '/a/1/b~1~0', kind: 'name', text: 'b/~' },
    { pointer: '/a/1/b~1~0', kind: 'string', text: 'x"\n' },
    { pointer: '/a', kind: 'name', text: 'a' },
    { pointer: '/a', kind: 'number', text: '-1.50E+2' },
    { pointer: '/', kind: 'name', text: '' },
  ]);
});

test.each([
  ['7', [{ pointer: '', kind: 'number', text: '7' }]],
  ['"{\\"a\\":1}"', [{ pointer: '', kind: 'string', text: '{"a":1}' }]],
  ['[[],[[]],{}]', []],
  ['true', []],
])('a text without an object has what it has: %s', (json, tokens) => {
  expect(jsonTokens(json)).toEqual(tokens);
});

test('every name and leaf of any JSON is there once', () => {
  fc.assert(
    fc.property(fc.jsonValue(), (value) => {
      const tokens = jsonTokens(JSON.stringify(value, undefined, 1));
      const expected: string[] = [];
      const walk = (part: unknown): void => {
        if (typeof part === 'string') expected.push(`string ${part}`);
        else if (typeof part === 'number') expected.push(`number ${JSON.stringify(part)}`);
        else if (Array.isArray(part)) part.forEach(walk);
        else if (typeof part === 'object' && part !== null) {
          for (const [name, member] of Object.entries(part)) {
            expected.push(`name ${name}`);
            walk(member);
          }
        }
      };
      walk(value);
      expect(tokens.map(({ kind, text }) => `${kind} ${text}`)).toEqual(expected);
    }),
  );
});
