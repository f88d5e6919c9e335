import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { PROJECT } from '../../support/imports';
import { type ComparedServers, startComparedServers } from './databases';

const folder = mkdtempSync(join(tmpdir(), 'compare-built-'));
const BUILT = join(PROJECT, 'dist', 'cli', 'compare.js');
let servers: ComparedServers;

beforeAll(async () => {
  const [started] = await Promise.all([
    startComparedServers(),
    promisify(execFile)(process.execPath, ['scripts/build-app.mjs', 'cli/compare.ts'], { cwd: PROJECT }),
  ]);
  servers = started;
}, 60_000);

afterAll(async () => {
  await servers.stop();
  await rm(folder, { recursive: true });
});

/** The built command as a process of its own, from another folder. */
function start(args: readonly string[], nodeOptions: readonly string[] = []): ChildProcess {
  const { source, target } = servers.urls;
  return spawn(process.execPath, [...nodeOptions, BUILT, ...args], {
    cwd: folder,
    env: { PATH: process.env.PATH, COMPARE_SOURCE_URL: source, COMPARE_TARGET_URL: target },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
}

async function finish(child: ChildProcess): Promise<{ exitCode: number | null; out: string; errors: string }> {
  const [out, errors]: string[] = ['', ''];
  const texts = { out, errors };
  child.stdout?.on('data', (chunk: Buffer) => (texts.out = `${texts.out ?? ''}${chunk.toString()}`));
  child.stderr?.on('data', (chunk: Buffer) => (texts.errors = `${texts.errors ?? ''}${chunk.toString()}`));
  const exitCode = await new Promise<number | null>((resolve) => child.once('close', resolve));
  return { exitCode, out: texts.out ?? '', errors: texts.errors ?? '' };
}

describe('the built command', () => {
  test.each([
    ['same', 0, 'EQUAL'],
    ['changed', 1, 'DIFFERENT'],
    ['secret', 2, 'COULD NOT TELL'],
  ])('for the schema %s exits with %i', async (schema, exitCode, verdict) => {
    const done = await finish(start(['--schema', schema]));
    expect(done.out).toContain(`\n${verdict} (exact`);
    expect(done.exitCode).toBe(exitCode);
  });

  test('that is killed goes on with what it had done', async () => {
    const state = join(folder, 'killed.state');
    const args = ['--schema', 'changed', '--state', state];
    const child = start([...args, '--chunk-rows', '500', '--rate', '1500']);
    const ended = finish(child);
    const parts = () => (existsSync(state) ? readFileSync(state, 'utf8').split('"kind":"part"').length - 1 : 0);
    for (let tries = 0; parts() < 2 && tries < 200; tries += 1) await sleep(50);
    child.kill('SIGKILL');
    expect((await ended).exitCode).toBeNull();
    expect(parts()).toBeGreaterThanOrEqual(2);
    const { exitCode, out } = await finish(start([...args, '--report', folder]));
    expect(exitCode).toBe(1);
    expect(out).toContain('changed.payments: 1 row missing on the target, 2 changed.');
    expect(readFileSync(join(folder, 'report.json'), 'utf8')).toContain('This goes on with the run begun at');
  });

  test('that is asked to stop keeps its state, and exits with 2', async () => {
    const state = join(folder, 'stopped.state');
    const child = start(['--schema', 'changed', '--state', state, '--chunk-rows', '500', '--rate', '500']);
    const ended = finish(child);
    for (let tries = 0; !existsSync(state) && tries < 200; tries += 1) await sleep(50);
    child.kill('SIGTERM');
    const { exitCode, errors } = await ended;
    expect(exitCode).toBe(2);
    expect(errors).toContain(`what was compared is kept in ${state}; to go on: npm run compare -- --schema changed`);
  });

  test('that npm is asked to stop does not go on without it', async () => {
    const { scripts } = JSON.parse(readFileSync(join(PROJECT, 'package.json'), 'utf8')) as {
      scripts: Record<string, string>;
    };
    // As npm runs it: a shell that stays in between would be ended by the signal, and leave the comparison running.
    const command = `node -e 0 && ${scripts['compare']?.split(' && ')[1] ?? ''}`;
    const state = join(folder, 'npm.state');
    const args = ['--schema', 'changed', '--state', state, '--chunk-rows', '500', '--rate', '500'];
    const child = spawn('sh', ['-c', `${command} ${args.join(' ')}`], {
      cwd: PROJECT,
      env: { PATH: process.env.PATH, COMPARE_SOURCE_URL: servers.urls.source, COMPARE_TARGET_URL: servers.urls.target },
    });
    const ended = finish(child);
    for (let tries = 0; !existsSync(state) && tries < 200; tries += 1) await sleep(50);
    child.kill('SIGTERM');
    const { exitCode, errors } = await ended;
    expect(exitCode).toBe(2);
    expect(errors).toContain(`what was compared is kept in ${state}`);
  });

  test.each([
    ['has nothing left to wait for', 'new Promise(() => {})'],
    ['meets an error that nobody catches', "new Promise(() => setImmediate(() => { throw new Error('unforeseen'); }))"],
  ])('that %s exits with 2', async (_, connect) => {
    const stub = join(folder, 'stub.cjs');
    writeFileSync(
      stub,
      `require(${JSON.stringify(require.resolve('pg'))}).Client.prototype.connect = () => ${connect};`,
    );
    const { exitCode, errors } = await finish(start(['--schema', 'same'], ['--require', stub]));
    expect(errors).toContain('connecting');
    expect(exitCode).toBe(2);
  });

  test('that cannot be built exits with 2: 1 would say that the databases differ', async () => {
    const build = spawn(process.execPath, ['scripts/build-app.mjs', 'cli/none.ts'], { cwd: PROJECT, stdio: 'pipe' });
    expect((await finish(build)).exitCode).toBe(2);
  });
});
