import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import { environmentReference } from '../../scripts/environment-reference';

const FILE = join(__dirname, '..', '..', 'docs', 'environment-reference.md');

test('docs/environment-reference.md is what the schema says; npm run docs:environments makes it anew', () => {
  expect(readFileSync(FILE, 'utf8')).toBe(environmentReference());
});

test('every field of an environment has a meaning, and every value a rule', () => {
  const rows = environmentReference()
    .split('\n')
    .filter((line) => line.startsWith('| `'))
    .map((line) => line.split(/(?<!\\)\|/).map((cell) => cell.trim()));
  expect(rows.length).toBeGreaterThan(100);
  expect(rows.filter(([, , meaning]) => meaning === '').map(([, path]) => path)).toEqual([]);
});
