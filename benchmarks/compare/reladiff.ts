import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { COLUMNS, type Dataset, SCHEMA, TABLE } from './dataset';
import { type ProgramRun, runProgram } from './programs';

/** The release that is measured against. @see https://pypi.org/project/reladiff/ */
export const RELADIFF = 'reladiff[postgresql]==0.6.0';

const run = promisify(execFile);

/**
 * Installs reladiff in an environment of its own, kept under .cache.
 * @returns its command, or why there is none
 */
export async function installReladiff(
  root: string,
): Promise<{ readonly command: string } | { readonly missing: string }> {
  const folder = join(root, '.cache', 'reladiff-0.6.0');
  const command = join(folder, 'bin', 'reladiff');
  if (existsSync(command)) return { command };
  try {
    await run('python3', ['-m', 'venv', folder]);
    await run(join(folder, 'bin', 'pip'), ['install', '--quiet', '--disable-pip-version-check', RELADIFF]);
    return { command };
  } catch (error) {
    return { missing: (error as Error).message.split('\n')[0] ?? 'it could not be installed' };
  }
}

/** Compares the benchmark's table with reladiff, both sides at once. */
export async function runReladiff(
  command: string,
  { sourceUrl, targetUrl }: Dataset,
  signal: AbortSignal,
): Promise<ProgramRun & { readonly lines: number }> {
  const bare = (url: string) => url.replace(/\?.*$/, '');
  const table = `${SCHEMA}.${TABLE}`;
  const columns = COLUMNS.filter((column) => column !== 'id').flatMap((column) => ['-c', column]);
  const args = [
    bare(sourceUrl),
    table,
    bare(targetUrl),
    table,
    '-k',
    'id',
    ...columns,
    '--skip-sort-results',
    '-j',
    '2',
  ];
  const result = await runProgram(command, args, { exitCode: 0, signal });
  return { ...result, lines: result.stdout.split('\n').filter((line) => /^[+-]/.test(line)).length };
}
