import { execFileSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';

const PROJECT = join(__dirname, '..', '..');
const COMMITTED = join(PROJECT, 'docs', 'state-machines');

const picturesIn = (folder: string): Record<string, string> =>
  Object.fromEntries(
    readdirSync(folder)
      .sort()
      .map((file) => [file, readFileSync(join(folder, file), 'utf8')]),
  );

test('docs/state-machines shows the machines as they are; npm run docs:state-machines draws them anew', () => {
  const folder = mkdtempSync(join(tmpdir(), 'pictures-'));
  try {
    execFileSync(process.execPath, ['--import', 'tsx', 'scripts/draw-state-machines.ts', folder], { cwd: PROJECT });
    const drawn = picturesIn(folder);
    expect(Object.keys(drawn)).toEqual([
      'advance.svg',
      'cutover.svg',
      'finish.svg',
      'replicate.svg',
      'resume.svg',
      'rollback.svg',
    ]);
    expect(picturesIn(COMMITTED)).toEqual(drawn);
    expect(drawn['cutover.svg']).toContain('Open Aurora');
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
});
