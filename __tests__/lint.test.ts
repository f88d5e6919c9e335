import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';

interface Snippet {
  readonly filePath: string;
  readonly code: string;
}

/**
 * Lints snippets as if they stood in these files, and answers the rules that each breaks. In a process of its own: Jest
 * cannot load ESLint's configuration, which is an ES module. Without types, which the rules in question do not need.
 */
const SCRIPT = `
import { readFileSync } from 'node:fs';
import { ESLint } from 'eslint';
import tseslint from 'typescript-eslint';
const untyped = { languageOptions: { parserOptions: { projectService: false } } };
const eslint = new ESLint({ overrideConfig: [tseslint.configs.disableTypeChecked, untyped] });
const broken = [];
for (const { filePath, code } of JSON.parse(readFileSync(0, 'utf8'))) {
  const [{ messages }] = await eslint.lintText(code, { filePath });
  broken.push([...new Set(messages.map(({ ruleId, message }) => ruleId ?? message))]);
}
process.stdout.write(JSON.stringify(broken));
`;

function brokenRules(snippets: readonly Snippet[]): string[][] {
  const { stdout, stderr, status } = spawnSync(process.execPath, ['--input-type=module', '--eval', SCRIPT], {
    cwd: join(__dirname, '..'),
    input: JSON.stringify(snippets),
    encoding: 'utf8',
  });
  if (status !== 0) throw new Error(stderr);
  return JSON.parse(stdout) as string[][];
}

const PURE = [
  'constructs/network/cidr.ts',
  'stacks/backend.ts',
  'environments/prod.ts',
  'environments/schema/certificate.ts',
];
const BUNDLER = 'constructs/compute/function-bundler.ts';
const SCRIPTS = 'scripts/anything.mjs';

const GLOBALS = 'no-restricted-globals';
const IMPORTS = 'no-restricted-imports';
const SYNTAX = 'no-restricted-syntax';
const PROPERTIES = 'no-restricted-properties';

/** What makes synthesis depend on when, where or by whom it runs, and the rule that says so. */
const IMPURE: readonly (readonly [string, string])[] = [
  ['export const x = new Date();', GLOBALS],
  ['export const x = Date();', GLOBALS],
  ['export const x = Date.now();', GLOBALS],
  ['export const x = globalThis.Date.now();', GLOBALS],
  ['export const x = performance.now();', GLOBALS],
  ["import { performance } from 'node:perf_hooks'; export const x = performance.now();", IMPORTS],
  ['export const x = Math.random();', PROPERTIES],
  ['const { random } = Math; export const x = random();', PROPERTIES],
  ['export const x = crypto.randomUUID();', GLOBALS],
  ['export const x = globalThis.crypto.randomUUID();', GLOBALS],
  ["import { randomUUID } from 'node:crypto'; export const x = randomUUID();", IMPORTS],
  ["import { createHash, randomBytes } from 'crypto'; export const x = [createHash, randomBytes];", IMPORTS],
  ["import * as crypto from 'node:crypto'; export const x = crypto.randomBytes(8);", IMPORTS],
  ["import crypto from 'node:crypto'; export const x = crypto.randomBytes(8);", IMPORTS],
  ["export const x = await import('node:crypto');", SYNTAX],
  ['export const x = process.env.HOME;', GLOBALS],
  ['export const x = globalThis.process.env;', GLOBALS],
  ['export const x = global.process.env;', GLOBALS],
  ["import { env } from 'node:process'; export const x = env;", IMPORTS],
  ["import process from 'process'; export const x = process.env;", IMPORTS],
  ['export const x = process.hrtime();', GLOBALS],
  ['export const x = process.cwd();', GLOBALS],
  ['const { env } = process; export const x = env;', GLOBALS],
  ["import { hostname } from 'node:os'; export const x = hostname();", IMPORTS],
];

/** Ways to load every resource of a provider, and the rules that say so. */
const BARRELS: readonly (readonly [string, readonly string[]])[] = [
  ["export { S3Bucket } from '@cdktf/provider-aws';", [IMPORTS]],
  ["export { s3Bucket } from '@cdktf/provider-aws/lib';", [IMPORTS]],
  ["export { s3Bucket } from '@cdktf/provider-aws/lib/';", [IMPORTS]],
  ["export { s3Bucket } from '@cdktf/provider-aws/lib/index';", [IMPORTS]],
  ["export { s3Bucket } from '@cdktf/provider-aws/lib/index.js';", [IMPORTS]],
  ["import * as random from '@cdktf/provider-random/lib/index.js'; export const x = random;", [IMPORTS]],
  ["export const x = await import('@cdktf/provider-aws');", [SYNTAX]],
  ["export const x = await import('@cdktf/provider-aws/lib/index.js');", [SYNTAX]],
  ["export const x = require('@cdktf/provider-aws');", [SYNTAX, '@typescript-eslint/no-require-imports']],
];

const ALLOWED: readonly Snippet[] = [
  { filePath: 'constructs/network/cidr.ts', code: "export { S3Bucket } from '@cdktf/provider-aws/lib/s3-bucket';" },
  {
    filePath: 'constructs/network/cidr.ts',
    code: "import { createHash } from 'node:crypto'; export const x = createHash('sha256');",
  },
  { filePath: 'environments/schema/certificate.ts', code: "export { X509Certificate } from 'node:crypto';" },
  { filePath: 'constructs/network/cidr.ts', code: 'export const x = Math.max(1, 2);' },
  { filePath: BUNDLER, code: "process.once('exit', () => undefined); export const x = process.execPath;" },
  // Commands and functions run at a time and somewhere.
  { filePath: 'cli/shared/process.ts', code: 'export const x = [process.env, new Date(), crypto.randomUUID()];' },
  { filePath: 'lambda/shared/logger.ts', code: 'export const x = [process.env, Date.now(), performance.now()];' },
];

/** Everything is linted at once, because ESLint takes longer to start than to lint. */
const cases = [
  ...PURE.flatMap((filePath) => IMPURE.map(([code, rule]) => ({ filePath, code, rules: [rule] }))),
  ...['process.env', 'process.cwd()', 'process.hrtime()', 'globalThis.process.execPath', '[process]'].map((use) => ({
    filePath: BUNDLER,
    code: `export const x = ${use};`,
    rules: [use.startsWith('globalThis') ? GLOBALS : SYNTAX],
  })),
  ...[...PURE, BUNDLER, 'cli/shared/process.ts'].flatMap((filePath) =>
    BARRELS.map(([code, rules]) => ({ filePath, code, rules })),
  ),
  { filePath: SCRIPTS, code: "export const x = require('@cdktf/provider-aws');", rules: [SYNTAX] },
  ...ALLOWED.map((snippet) => ({ ...snippet, rules: [] })),
];

const broken = brokenRules(cases);

describe('the linter', () => {
  test.each(cases.map((expected, index) => ({ ...expected, index })))(
    'says $rules in $filePath to $code',
    ({ rules, index }) => {
      expect(broken[index]).toEqual(expect.arrayContaining([...rules]));
      // What is allowed breaks no rule at all.
      expect(broken[index]?.length === 0).toBe(rules.length === 0);
    },
  );
});
