import { spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { Processes } from '../../../verification/terraform/processes';

const OPTIONS = { cwd: __dirname, env: process.env, timeoutSeconds: 20 };

const node = (script: string): [string, string[]] => [process.execPath, ['-e', script]];

describe('processes', () => {
  test('run to their end with what they printed and their exit code', async () => {
    const script = 'console.log("out"); console.error("err"); process.exitCode = 3';
    expect(await new Processes().run(...node(script), OPTIONS)).toMatchObject({
      code: 3,
      stdout: 'out\n',
      stderr: 'err\n',
    });
  });

  test('that do not exist are an error', async () => {
    await expect(new Processes().run('no-such-program', [], OPTIONS)).rejects.toThrow(
      'no-such-program could not be started',
    );
  });

  test('are stopped when they take too long', async () => {
    const finished = await new Processes().run(...node('setInterval(() => {}, 1000)'), {
      ...OPTIONS,
      timeoutSeconds: 0.2,
    });
    expect(finished.code).toBeNull();
  });

  test('are stopped together with their own children, and no new one starts', async () => {
    const processes = new Processes();
    const child = `const { spawn } = require('node:child_process');
      const child = spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000)'], { stdio: 'inherit' });
      process.on('SIGTERM', () => {
        console.log(child.pid);
        process.exit(0);
      });`;
    const running = processes.run(...node(child), OPTIONS);
    await new Promise((resolve) => setTimeout(resolve, 500));
    await processes.stopAll();
    const { stdout } = await running;
    // The child's child holds the same pipe, so there would be no end of output while it lives.
    expect(Number(stdout)).toBeGreaterThan(0);
    expect(processes.stopping).toBe(true);
    await expect(processes.run(...node(''), OPTIONS)).rejects.toThrow('was not started: stopping');
  });
});

describe('being told to stop', () => {
  const script = (onStop: string): string => `
    require(${JSON.stringify(require.resolve('tsx/cjs'))});
    const { onStop } = require(${JSON.stringify(join(__dirname, '../../../verification/on-stop.ts'))});
    onStop((exitCode) => { ${onStop}; process.exit(0); });
    setInterval(() => {}, 1000);
    console.log('ready');`;

  test.each([
    ['SIGINT', '130'],
    ['SIGTERM', '143'],
    ['SIGHUP', '129'],
  ] as const)('by %s gives the exit code %s', async (signal, exitCode) => {
    const child = spawn(...node(script('console.log(exitCode)')), { stdio: ['ignore', 'pipe', 'inherit'] });
    const printed: string[] = [];
    await new Promise<void>((resolve) => {
      child.stdout.on('data', (data: Buffer) => {
        if (printed.length === 0) child.kill(signal);
        printed.push(data.toString('utf8').trim());
      });
      child.on('close', () => resolve());
    });
    expect(printed.at(-1)).toBe(exitCode);
  });

  test('by the end of the parent gives that of SIGTERM', async () => {
    const directory = mkdtempSync(join(tmpdir(), 'on-stop-'));
    try {
      const file = join(directory, 'exit-code');
      const child = script(`require('node:fs').writeFileSync(${JSON.stringify(file)}, String(exitCode))`);
      const parent = `const { spawn } = require('node:child_process');
        const child = spawn(process.execPath, ['-e', ${JSON.stringify(child)}], { stdio: ['ignore', 'pipe', 'inherit'] });
        child.stdout.once('data', () => process.kill(process.pid, 'SIGKILL'));`;
      spawn(...node(parent), { stdio: ['ignore', 'ignore', 'inherit'] });
      while (!existsSync(file) || readFileSync(file, 'utf8') === '') {
        await new Promise((resolve) => setTimeout(resolve, 100));
      }
      expect(readFileSync(file, 'utf8')).toBe('143');
    } finally {
      rmSync(directory, { recursive: true, force: true });
    }
  }, 20_000);
});
