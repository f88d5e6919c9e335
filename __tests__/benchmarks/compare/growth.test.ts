import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { projectRoot } from '../../../constructs/compute/project-root';

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'growth-'));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

test('the growth of time and memory is drawn, the same for the same points', () => {
  // In a process of its own: the libraries are published as ES modules, which jest does not load.
  const draw = (name: string, seconds: number): string => {
    const file = join(folder, name);
    const points = [
      { rows: 200_000, seconds: 0.6, scanSeconds: 0.5, maxRssMib: 80 },
      { rows: 2_000_000, seconds, scanSeconds: 5, maxRssMib: 85 },
    ];
    const module = JSON.stringify(join(projectRoot(), 'benchmarks/compare/growth'));
    const program = `require(${module}).drawGrowth(${JSON.stringify(points)}, ${JSON.stringify(file)});`;
    execFileSync(process.execPath, ['--import', 'tsx', '--eval', program], { cwd: projectRoot() });
    return readFileSync(file, 'utf8');
  };
  const drawn = draw('a.svg', 5.5);
  expect(drawn).toContain('million rows a side');
  expect(drawn).toContain('npm run compare');
  expect(draw('b.svg', 5.5)).toBe(drawn);
  expect(draw('c.svg', 9)).not.toBe(drawn);
});
