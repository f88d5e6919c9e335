import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { PROJECT } from './support/imports';
import { stacksOf } from './support/stacks';

const readme = readFileSync(join(PROJECT, 'README.md'), 'utf8');
const stacks = stacksOf();

const documents = [
  'README.md',
  'CONTRIBUTING.md',
  ...readdirSync(join(PROJECT, 'docs'))
    .filter((name) => name.endsWith('.md'))
    .map((name) => `docs/${name}`),
];

/** What the functions of a stack set aside from the account. */
const reservedIn = (name: string): number =>
  (stacks[name]?.list('aws_lambda_function') ?? []).reduce(
    (sum, { reserved_concurrent_executions: reserved }) => sum + Number(reserved ?? 0),
    0,
  );

/** The names in the first column of the table below a heading (or a line) of the README. */
function tableBelow(line: string): string[] {
  const start = readme.indexOf(`\n${line}\n`);
  if (start === -1) throw new Error(`README.md must hold the line ${line}`);
  const table = /(\|.*\n)+/.exec(readme.slice(start))?.[0] ?? '';
  return [...table.matchAll(/^\| `([^`]+)`/gm)].map(([, name = '']) => name).sort();
}

const namesOf = (block: string, prefix: string): string[] =>
  [
    ...new Set(
      Object.entries(stacks)
        .filter(([name]) => name.startsWith('account-') === (prefix === 'account-'))
        .flatMap(([, stack]) => Object.keys(stack.block(block))),
    ),
  ].sort();

describe('the README', () => {
  test('lists every output of an environment, and no other', () => {
    expect(tableBelow('Of an environment (those of replication only where it replicates):')).toEqual(
      namesOf('output', ''),
    );
  });

  test('lists every output of an account, and no other', () => {
    expect(tableBelow('Of an account:')).toEqual(namesOf('output', 'account-'));
  });

  test('lists every variable, and no other', () => {
    expect(tableBelow('## Variables')).toEqual(namesOf('variable', ''));
  });

  test('names every component of security_group_ids', () => {
    const row = /^\| `security_group_ids`.*$/m.exec(readme)?.[0] ?? '';
    const { security_group_ids: groups } = stacks.prod?.block('output') ?? {};
    expect([...row.matchAll(/`([a-z-]+)`/g)].map(([, name]) => name).sort()).toEqual(
      Object.keys((groups as { value: object }).value).sort(),
    );
  });

  test('says how much concurrency the functions set aside, and the quotas which that takes', () => {
    const [dev, staging, prod] = ['dev', 'staging', 'prod'].map(reservedIn) as [number, number, number];
    const text = readme.replace(/\s+/g, ' ');
    expect(text).toContain(`prod ${prod}, dev ${dev}, staging ${staging}. AWS keeps 100`);
    expect(text).toContain(
      `at least ${prod + 100} where prod runs, and ${dev + staging + 100} where dev and staging do`,
    );
  });

  test('names only npm scripts that there are', () => {
    const { scripts } = JSON.parse(readFileSync(join(PROJECT, 'package.json'), 'utf8')) as { scripts: object };
    const named = [...readme.matchAll(/npm run (?:--silent )?([a-z][a-z-]*(?::[a-z-]+)*)/g)].map(
      ([, name = '']) => name,
    );
    expect(named.length).toBeGreaterThan(5);
    expect([...new Set(named)].filter((name) => !(name in scripts))).toEqual([]);
  });

  test.each(documents)('%s links only to files that there are', (file) => {
    const text = readFileSync(join(PROJECT, file), 'utf8');
    const links = [...text.matchAll(/\]\((?!https?:|#)([^)#]+)/g)].map(([, link = '']) => link);
    expect(links.filter((link) => !existsSync(join(PROJECT, dirname(file), link)))).toEqual([]);
  });

  test('starts with what is needed and the two commands', () => {
    const needs = readme.indexOf('Needs Node.js');
    expect(needs).toBeGreaterThan(0);
    expect(readme.indexOf('npm ci && npm run synth')).toBeGreaterThan(needs);
    expect(readme.indexOf('npm ci && npm test')).toBeGreaterThan(needs);
    expect(readme.indexOf('## ')).toBeGreaterThan(readme.indexOf('npm ci && npm test'));
  });
});
