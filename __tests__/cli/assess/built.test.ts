import { spawnSync } from 'node:child_process';
import { mkdtempSync, writeFileSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { PROJECT } from '../../support/imports';

const folder = mkdtempSync(join(tmpdir(), 'assess-built-'));
const run = (args: readonly string[]) => spawnSync(process.execPath, args, { cwd: PROJECT, encoding: 'utf8' });

beforeAll(() => {
  run(['scripts/build-app.mjs', 'cli/assess.ts']);
});
afterAll(() => rm(folder, { recursive: true }));

test.each([
  ['has nothing left to wait for', 'new Promise(() => {})'],
  ['meets an error that nobody catches', "new Promise(() => setImmediate(() => { throw new Error('unforeseen'); }))"],
])('an assessment that %s exits with 2', (_, connect) => {
  const stub = join(folder, 'stub.cjs');
  writeFileSync(stub, `require(${JSON.stringify(require.resolve('pg'))}).Client.prototype.connect = () => ${connect};`);
  expect(run(['--require', stub, 'dist/cli/assess.js', '--source', 'postgres://reader@localhost/shop']).status).toBe(2);
});
